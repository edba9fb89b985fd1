"""Whose certificates are trusted: the authorities that the environment names, or those of the system."""

import os
import ssl
from urllib.parse import urlsplit

import certifi

from actors.runtime.http.environment import CERTIFICATE_FILE, CERTIFICATE_FOLDERS, NetworkEnvironment


class UnusableCertificates(ValueError):
    """What a variable names cannot be used."""


def authorities(network: NetworkEnvironment) -> tuple[str | None, str | None]:
    """The file and the folders of the authorities that are trusted; None and None: those of the system. Raises
    UnusableCertificates."""
    file, folders = network.certificate_file, network.certificate_folders
    if folders and not any(map(os.path.isdir, folders.split(":"))):
        raise UnusableCertificates(f"{CERTIFICATE_FOLDERS}: {folders} is no directory")
    return file or _fallback(folders), folders or None


def tls_context(network: NetworkEnvironment, protocol: str = "http/1.1") -> ssl.SSLContext:
    """For every connection with TLS. Where a variable names authorities, they alone are trusted. `protocol` is named to
    the server (ALPN), which may decline what it does not speak; empty: none. Raises UnusableCertificates."""
    file, folders = authorities(network)
    try:
        context = ssl.create_default_context(cafile=file, capath=folders)
    except ssl.SSLError:
        raise UnusableCertificates(f"{CERTIFICATE_FILE}: {file} holds no certificates in PEM format") from None
    except OSError as error:
        raise UnusableCertificates(f"{CERTIFICATE_FILE}: {file} cannot be read: {error.strerror}") from None
    if protocol:
        context.set_alpn_protocols([protocol])
    return context


def tls_for(network: NetworkEnvironment, url: str) -> ssl.SSLContext | bool:
    """What aiohttp takes for requests to `url`: a context where there is TLS on the way, which takes time to make."""
    proxy = network.proxy_for(url)
    has_tls = urlsplit(url).scheme in ("https", "wss") or (proxy is not None and proxy.url.startswith("https:"))
    return tls_context(network) if has_tls else True


def _fallback(folders: str) -> str | None:
    """The authorities that come with certifi, if no others are named and the system has none."""
    paths = ssl.get_default_verify_paths()
    has_folder = paths.capath is not None and bool(os.listdir(paths.capath))
    return None if folders or paths.cafile or has_folder else certifi.where()
