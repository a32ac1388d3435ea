"""Portal: the residents' online home, light enough for an old phone on a slow network."""
