"""``kapok dispatch``: open matters and units from files, and who goes where."""
