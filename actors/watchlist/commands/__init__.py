"""What users type and what they are answered: pure, from the words to the answer."""
