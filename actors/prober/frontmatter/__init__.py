"""What a draft says of itself: title, authors, audience, date, first words. Pure, but for `__main__`: the child process
in which all of this is done, for a body from outside is nothing to parse in an actor."""
