"""HTML: bytes to text, and the document as rows of text. Pure."""
