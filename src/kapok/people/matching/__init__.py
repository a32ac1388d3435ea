"""Which rows are the same person: compared field by field, weighed, and brought together.

Candidate pairs come in as frames; weights were estimated by Splink (Fellegi and Sunter's model).
Nothing here touches the database.
"""
