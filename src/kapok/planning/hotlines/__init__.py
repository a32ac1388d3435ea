"""``kapok hotline``: intervals in a file, agents and shifts out."""
