"""A document as rows of text, and text made fit to be shown. Pure."""
