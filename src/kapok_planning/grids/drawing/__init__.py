"""From buildings and links to a plan."""
