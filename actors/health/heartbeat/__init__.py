"""The dead man's switch: a URL that is asked for as long as all actors answer."""
