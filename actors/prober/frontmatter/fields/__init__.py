"""Title, authors, audience, date and sections, found in the rows of a document. Pure."""
