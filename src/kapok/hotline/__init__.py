"""Telephone lines of streets, districts and cities: calls, what callers need, and calling back."""
