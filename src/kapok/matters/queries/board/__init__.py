"""What the boards show: figures, and the lists behind them."""
