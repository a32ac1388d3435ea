"""Draws the same grids with Kapok and with its peers, and compares what comes out."""
