"""Kapok's planning core: arrays in, frozen plans out.

It imports no web framework, reads no clock, disk or socket. Stopping rules, progress and
randomness are arguments. Each planner is a package of its own; import from it.
"""
