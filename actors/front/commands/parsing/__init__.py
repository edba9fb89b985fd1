"""What is typed: the commands as data, and a line read by them."""
