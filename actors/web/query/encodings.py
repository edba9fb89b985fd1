"""How an answer may be packed. Pure."""


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client that sent this header `Accept-Encoding` takes gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for each in accept_encoding.lower().split(","):
        coding, _, parameters = each.partition(";")
        weights[coding.strip()] = _weight(parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameters: str) -> float:
    name, _, value = parameters.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
