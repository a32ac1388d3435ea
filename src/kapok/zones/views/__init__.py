"""Pages of zones."""
