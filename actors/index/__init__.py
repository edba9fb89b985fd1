"""The room of the IndexActor: the paper index of wg21.link, and what is new in it."""
