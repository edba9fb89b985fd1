"""The room of the NotifierActor: what is told to people, how it is worded, and what became of each message."""
