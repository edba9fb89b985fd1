"""What stands in the index: its entries read, and compared with those that are known. Pure."""
