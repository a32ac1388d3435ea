"""Readers and writers of the files that planners have: buildings, lines, plans.

Nothing here knows Django or a database. Every reader takes a path and gives frozen tables, the
rows that cannot be used (each with its line, field and a sentence), and notes for whoever asked.
"""
