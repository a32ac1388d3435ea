"""``kapok roster`` and ``kapok cohorts``: duties planned from files, without a database."""
