"""One matter with its words, clocks and trace."""
