"""Pages and fragments about places."""
