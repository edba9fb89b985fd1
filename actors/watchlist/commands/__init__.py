"""What users say, and what is answered: pure from the words to the answer."""
