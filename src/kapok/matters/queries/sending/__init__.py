"""Who can be sent where: units, the nearest of them, a plan for all that waits."""
