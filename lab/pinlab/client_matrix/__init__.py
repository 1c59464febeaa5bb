"""Many clients against one catalogue: measured, kept as data, and told to those who use them."""
