"""A list as somebody brings it: read, its columns recognised, its rows checked, refused ones back.

Nothing here asks the database; what is known of the town comes in as arrays.
"""
