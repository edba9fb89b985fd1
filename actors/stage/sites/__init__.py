"""The stand-in sites: wg21.link, the papers folder, open-std.org."""
