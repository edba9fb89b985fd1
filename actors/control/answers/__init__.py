"""What operators are answered: pure functions from the actors' replies to values for the control socket."""
