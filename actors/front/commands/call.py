"""A command as it was typed, and what the commands do with it alike."""

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from actors.control.client import ask
from actors.control.protocol import ControlRequest
from actors.front.commands.parsing.arguments import Arguments
from actors.front.commands.printing import terminal
from actors.front.commands.printing.hints import Hints
from config.loader import Configuration, data_dir_of, load
from config.network import check_network_of
from messages.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command as it was typed, and what the commands do with it alike."""

    arguments: Arguments
    hints: Hints

    def configuration(self, file: Path | None = None) -> Configuration:
        """The configuration of `file`, or of the file that was named."""
        return load(file or self.arguments.config, os.environ)

    def configuration_with_warnings(self, file: Path | None = None) -> Configuration:
        """The configuration, after its warnings were printed; with variables for the network that can be used."""
        configuration = self.configuration(file)
        check_network_of(configuration.settings, os.environ)
        for warning in configuration.warnings:
            terminal.complain(f"warning: {warning}", self.hints)
        return configuration

    @property
    def settings(self) -> Settings:
        """What is in effect."""
        return self.configuration().settings

    @property
    def data_dir(self) -> str:
        """Where the running service is found, also when something else in the configuration is wrong."""
        return data_dir_of(self.arguments.config, os.environ)

    def ask(self, request: ControlRequest) -> Any:
        """The running service's answer."""
        return ask(self.data_dir, request)

    def show(self, request: ControlRequest, draw: Callable[[Console, Any], None]) -> None:
        """The running service's answer, for people or as JSON."""
        value = self.ask(request)
        if self.arguments.json:
            terminal.show_json(value)
        else:
            terminal.show(value, draw, self.hints)

    def say(self, text: str) -> None:
        """Print it."""
        terminal.say(text, self.hints)


def operator() -> str:
    """Who types, for the service's records."""
    return f"operator {account()}"


def account() -> str:
    """The name of this account; its number where it has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
