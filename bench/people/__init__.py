"""How long it takes to find somebody among a million made-up residents."""
