"""The index as wg21.link has it: one exchange, and what it brought."""
