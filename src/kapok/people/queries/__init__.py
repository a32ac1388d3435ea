"""What pages show of people. Each read is written into the trace by the query that reads."""
