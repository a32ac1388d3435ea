"""The queue, its live rows, the board and the hand-over."""
