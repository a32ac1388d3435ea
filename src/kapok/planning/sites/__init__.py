"""``kapok site``: a site in a file, waits, staff and seats out."""
