"""How Thespian is run: its bases, processes and their loops, and what keeps it safe."""
