"""Values that storage, commands and services share: a user's state, questions to other actors, recent papers."""
