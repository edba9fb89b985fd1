"""What the environment's variables for proxies and certificates mean for the URLs of a configuration."""

from collections.abc import Iterator, Mapping

from actors.runtime.http.certificates import UnusableCertificates, tls_context
from actors.runtime.http.environment import NetworkEnvironment, UnusableProxy
from config.report import ConfigurationError
from messages.settings import Settings


def urls_of(settings: Settings) -> dict[str, str]:
    """The keys whose URLs are requested, and the URLs."""
    urls = {"index.url": settings.index.url}
    if settings.open_std.enabled:
        urls["open_std.url"] = settings.open_std.url
    if settings.paper_tracker.enabled:
        urls["paper_tracker.url"] = settings.paper_tracker.url
    if settings.prober.enabled:
        urls["prober.base_url"] = settings.prober.base_url
    if settings.slack.bot_token:
        urls["slack.api_url"] = settings.slack.api_url
    return urls


def check_network_of(settings: Settings, variables: Mapping[str, str]) -> None:
    """Raises ConfigurationError with every variable that the service could not work with."""
    if faults := "\n".join(_faults(settings, variables)):
        raise ConfigurationError(faults)


def _faults(settings: Settings, variables: Mapping[str, str]) -> Iterator[str]:
    network = NetworkEnvironment(variables)
    found: dict[str, str] = {}
    for name, url in urls_of(settings).items():
        try:
            network.proxy_for(url)
        except UnusableProxy as error:
            found.setdefault(str(error), name)
    yield from (f"environment: {error}; it is needed for {name}" for error, name in found.items())
    if network.certificate_file or network.certificate_folders:
        try:
            tls_context(network)
        except UnusableCertificates as error:
            yield f"environment: {error}"


def network_lines(settings: Settings, variables: Mapping[str, str]) -> Iterator[str]:
    """What is in effect: for each URL how it is reached, and whose certificates are trusted. Without credentials."""
    network = NetworkEnvironment(variables)
    for name, url in urls_of(settings).items():
        yield f"{name}: {network.way_to(url)}"
    yield f"certificates: {network.certificates}"
