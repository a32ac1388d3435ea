"""Forms of matters: those of packs as HTML, and what each move asks for."""
