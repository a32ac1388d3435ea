"""HTTPS of a box's own: a local authority, its certificates, and the phones that trust it."""
