"""The bot's token, which may be replaced while the service runs."""


class BotToken:
    """Shared by those who call Slack. `value` is the token that was obtained last; empty: that of the configuration."""

    def __init__(self) -> None:
        self.value = ""
