"""The rooms: one folder an actor, beside `runtime`, on which they all stand, and `front`, which starts them."""
