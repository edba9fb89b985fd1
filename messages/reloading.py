"""The configuration that changes while the service runs: ControlActor, SupervisorActor and everybody. Not durable.

The ControlActor looks at the files. What it loaded goes to the SupervisorActor, which gives it to everybody who is
there, and to everybody who begins later with `Begin`: nobody misses it, and nobody gets it twice.
"""

from dataclasses import dataclass, field

from messages.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFiles:
    """The files of which a configuration was made. `files`: the absolute path of each and a digest of what was in it,
    or what kept it from being read. `patterns`: each glob pattern, and the files that it stood for."""

    files: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigOrigin:
    """Where the settings of a service come from: the absolute path of the configuration file (empty: there is none, but
    the environment may name files), and all files that were read."""

    file: str
    watched: WatchedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConfiguration:
    """What came of loading the files again: `settings`, or the `faults` (one line each); `warnings`; and the files that
    were read, also those of a configuration with faults."""

    settings: Settings | None = field(repr=False)
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    watched: WatchedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadRequested:
    """Command of the front, for the SIGHUP that it got; the supervisor passes it on to the ControlActor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLoaded:
    """Event from the ControlActor to the supervisor: new settings, checked. Keys that need a restart of the service
    have the values with which it runs."""

    settings: Settings = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChanged:
    """Event from the supervisor to everybody, and from an actor to its children: the settings from now on. `version`
    counts them; an actor that has them already ignores the event."""

    settings: Settings = field(repr=False)
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginAgain:
    """Request of an actor to the supervisor: let me leave and start over, with the settings of now."""

    name: str
