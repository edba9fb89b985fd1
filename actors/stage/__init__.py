"""A stand-in world on loopback: wg21.link, isocpp.org's papers folder, open-std.org's year pages and Slack."""
