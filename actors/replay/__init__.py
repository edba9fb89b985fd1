"""The replay bench: what each strategy would have found, and when, of the drafts that really appeared."""
