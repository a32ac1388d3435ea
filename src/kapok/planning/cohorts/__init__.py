"""``kapok cohorts``: closed duty planned from files, without a database."""
