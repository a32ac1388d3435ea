"""What residents do at their online home, and what their community keeps there."""
