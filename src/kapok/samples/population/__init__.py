"""Made-up people for the homes of a sample town: arrays in, arrays out, one seed, nobody real."""
