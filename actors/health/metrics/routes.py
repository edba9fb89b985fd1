"""`/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector


def exposition(collector: Collector) -> bytes:
    """What Prometheus reads."""
    return b"".join(map(_written, collector.collect()))


async def exposition_in_turns(collector: Collector) -> bytes:
    """The same, a metric at a time: of a thousand checks one alone has thousands of series, and others wait."""
    written = []
    for metric in collector.collect():
        written.append(_written(metric))
        await asyncio.sleep(0)
    return b"".join(written)


class _OneMetric(Collector):
    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> Iterable[Metric]:
        """This one."""
        return (self._metric,)


def _written(metric: Metric) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_OneMetric(metric))
    return generate_latest(registry)


class MetricsRoutes:
    """`collector` makes the metrics of a round of snapshots that is at most a moment old."""

    def __init__(self, collector: Callable[[], Awaitable[Collector]]) -> None:
        self._collector = collector

    def routes(self) -> list[web.RouteDef]:
        """What the server is to answer."""
        return [web.get("/metrics", self._metrics)]

    async def _metrics(self, request: web.Request) -> web.Response:
        body = await exposition_in_turns(await self._collector())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
