"""Filters for the pages about places."""
