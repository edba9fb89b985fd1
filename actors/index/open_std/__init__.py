"""The listings of papers on open-std.org: the root, with its mailings, and a page for each year. Pure."""
