"""What the requests of a batch were for, and what the host answered: for readers. Pure."""

from collections import Counter
from collections.abc import Mapping

from actors.prober.model.batch import Batch
from messages.probing import FilesRead, ProbeResults, Verdict
from messages.reading import RequestKind


def of_batch(probed: ProbeResults, batch: Batch) -> Mapping[tuple[RequestKind, Verdict], int]:
    """The requests of a batch. Those for names that cannot exist count as missing, unless the host answered one."""
    rechecks, requested = frozenset(batch.rechecks), frozenset(batch.requested)
    counts: Counter[tuple[RequestKind, Verdict]] = Counter()
    for result in probed.results:
        kind = RequestKind.RECHECK if result.name in rechecks else RequestKind.SEARCH
        counts[RequestKind.OPERATOR if result.name in requested else kind, result.verdict] += result.requests
    canaries = probed.requests - counts.total()
    if canaries > 0:
        counts[RequestKind.CANARY, Verdict.MISSING if probed.canary is None else probed.canary.verdict] += canaries
    return {key: number for key, number in counts.items() if number > 0}


def of_files(answer: FilesRead) -> Mapping[tuple[RequestKind, Verdict], int]:
    """The requests for files: one for each, and what came on top."""
    counts = Counter((RequestKind.READING, reading.verdict) for reading in answer.readings)
    more = answer.requests - counts.total()
    if counts and more > 0:
        counts[next(iter(counts))] += more
    return counts
