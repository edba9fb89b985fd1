"""What a JSON document of a page says: metrics, or the health of a Callboard. Pure."""

from dataclasses import replace
from typing import Any

import msgspec

from actors.checks.kinds.findings import CheckFinding

HEALTH_PATH = "/health"

_SCHEMES = (("callboard+https", "https"), ("callboard", "http"))


def with_metrics(finding: CheckFinding) -> CheckFinding:
    """The finding of a page that must be JSON."""
    if finding.error or _document(finding) is not None:
        return finding
    return replace(finding, error=_no_json(finding))


def with_health(finding: CheckFinding) -> CheckFinding:
    """The finding of a Callboard's health: the reasons that it gives stand for what is wrong."""
    if finding.error:
        return finding
    document = _document(finding)
    if not isinstance(document, dict) or not isinstance(document.get("status"), str):
        return replace(finding, error=f"this is not the health of a Callboard: {_no_json(finding)}")
    reasons = document.get("reasons")
    said = [each for each in reasons if isinstance(each, str)] if isinstance(reasons, list) else []
    return replace(finding, reasons=f"{document['status']}: {'; '.join(said)}" if said else "")


def health_address(url: str, own: str) -> str:
    """The page behind `callboard://host:port`; `own` is the address of this service, for `callboard://`. Raises
    ValueError if it has none that is known."""
    scheme, _, rest = url.partition(":")
    place = rest.strip("/")
    if not place:
        if not own:
            raise ValueError("the address of this service is not known here: write callboard://host:port")
        return f"{own.rstrip('/')}{HEALTH_PATH}"
    known = dict(_SCHEMES)[scheme.lower()]
    return f"{known}://{place.removesuffix(HEALTH_PATH)}{HEALTH_PATH}"


def own_address(host: str, port: int) -> str:
    """Where this service's health is asked from this machine; empty if the port is not known beforehand."""
    if not port:
        return ""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://{f'[{local}]' if ':' in local else local}:{port}"


def _document(finding: CheckFinding) -> Any:
    try:
        return msgspec.json.decode(finding.evidence.body or "")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _no_json(finding: CheckFinding) -> str:
    status = finding.evidence.status
    return "the answer is not JSON" + (f" (status {status})" if status is not None and status != 200 else "")
