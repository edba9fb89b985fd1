"""Names that must stand for addresses of the public internet."""

from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class NotPublic(OSError):
    """A name stands for an address that is not of the public internet."""


class PublicResolver(AbstractResolver):
    """Refuses names that stand for an address inside. It is asked when a connection is made, so a name cannot change
    what it stands for in between."""

    def __init__(self, resolver: AbstractResolver, is_public: Callable[[str], bool]) -> None:
        self._resolver = resolver
        self._is_public = is_public

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """The addresses of a name. Raises NotPublic."""
        found = await self._resolver.resolve(host, port, family)
        if not all(self._is_public(result["host"]) for result in found):
            raise NotPublic(0, "not of the public internet")
        return found

    async def close(self) -> None:
        """Nothing: the resolver behind it belongs to others."""
