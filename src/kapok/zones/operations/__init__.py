"""Orders about zones, what they move, reviews, and what is due by itself."""
