"""What leaves the house, and in which form."""
