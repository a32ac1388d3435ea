"""What changes through doors."""
