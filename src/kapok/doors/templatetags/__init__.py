"""Filters of pages of doors."""
