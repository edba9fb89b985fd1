"""Whose certificates are trusted: the authorities that the environment names, or those of the system."""

import os
import ssl
from urllib.parse import urlsplit

import certifi

from actors.runtime.http.environment import CERTIFICATE_FILE, CERTIFICATE_FOLDERS, NetworkEnvironment


class UnusableCertificates(ValueError):
    """What a variable names cannot be used."""


def tls_context(network: NetworkEnvironment) -> ssl.SSLContext:
    """For every connection with TLS. Where a variable names authorities, they alone are trusted. Raises
    UnusableCertificates."""
    file, folders = network.certificate_file, network.certificate_folders
    if folders and not any(map(os.path.isdir, folders.split(":"))):
        raise UnusableCertificates(f"{CERTIFICATE_FOLDERS}: {folders} is no directory")
    try:
        context = ssl.create_default_context(cafile=file or _fallback(folders), capath=folders or None)
    except ssl.SSLError:
        raise UnusableCertificates(f"{CERTIFICATE_FILE}: {file} holds no certificates in PEM format") from None
    except OSError as error:
        raise UnusableCertificates(f"{CERTIFICATE_FILE}: {file} cannot be read: {error.strerror}") from None
    context.set_alpn_protocols(["http/1.1"])
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
