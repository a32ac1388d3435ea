"""OpenRosa: forms of packs as XForms, for ODK Collect and Enketo, and what they send back."""
