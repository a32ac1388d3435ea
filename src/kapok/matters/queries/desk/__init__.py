"""What the queue shows: filters, lines in their order, tables, hand-over."""
