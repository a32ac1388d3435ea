"""Phones that send what was done, by the thousand."""
