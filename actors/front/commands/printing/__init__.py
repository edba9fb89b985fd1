"""What is printed: for people, fit for any terminal or pipe, with hints that can be pasted."""
