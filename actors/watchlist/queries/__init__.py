"""Answers that need other actors: who is asked what, and what is said in the end."""
