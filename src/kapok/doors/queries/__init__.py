"""What doors show."""
