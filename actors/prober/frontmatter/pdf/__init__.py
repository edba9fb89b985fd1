"""PDF: where each letter stands, and the document as rows of text. Pure."""
