"""What the pages of the online home show."""
