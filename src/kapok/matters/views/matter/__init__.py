"""The page of a matter, its moves, and taking a new one."""
