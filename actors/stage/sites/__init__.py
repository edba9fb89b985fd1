"""The simulated sites: wg21.link, the papers folder, open-std.org."""
