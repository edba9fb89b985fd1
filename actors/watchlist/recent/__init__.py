"""The last year's papers: to preview an entry and to suggest what was meant."""
