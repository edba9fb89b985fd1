"""The report: what appeared, how fast it was noticed, how polite we were, what went wrong. One HTML file. Pure."""

import math
from collections.abc import Sequence
from datetime import timedelta

from actors.web.model.report_facts import ReportFacts
from actors.web.page.rendering import PageRenderer
from actors.web.plots import svg
from actors.web.plots.series import median, plots_of, verdicts
from messages.about import VERSION
from messages.probing import Verdict

MOST_LISTED = 200
"""Drafts, papers and problems that are listed one by one; the newest."""

IMPOLITE = (Verdict.THROTTLED, Verdict.BLOCKED)
"""Answers by which the host said that it was too much."""


def report(facts: ReportFacts, renderer: PageRenderer) -> str:
    """The file's text."""
    found = [draft for draft in facts.drafts if draft.steps.seen_at >= facts.since]
    announced = [draft for draft in found if draft.announced]
    published = [
        draft for draft in facts.drafts if draft.steps.published_at and draft.steps.published_at >= facts.since
    ]
    plots = plots_of(facts.drafts, facts.requests, facts.since, facts.now)
    to_see = [draft.steps.seconds_to_see for draft in announced]
    to_tell = [draft.steps.seconds_to_tell for draft in announced]
    counts = verdicts(facts.requests.counts) if facts.requests is not None else None
    first, last = int(facts.since.timestamp()), int(facts.now.timestamp())
    return renderer.render(
        "report.html",
        version=VERSION,
        since=facts.since,
        now=facts.now,
        days=max(1, round((facts.now - facts.since) / timedelta(days=1))),
        as_of=facts.as_of,
        found=found[:MOST_LISTED],
        found_count=len(found),
        published_count=len(published),
        papers=facts.papers[:MOST_LISTED],
        papers_count=len(facts.papers),
        median_to_see=median(to_see),
        slow_to_see=percentile(to_see, 0.9),
        median_to_tell=median(to_tell),
        slow_to_tell=percentile(to_tell, 0.9),
        verdicts=None if counts is None else [(verdict.value, number) for verdict, number in counts.most_common()],
        total=None if counts is None else counts.total(),
        impolite=None if counts is None else sum(counts[verdict] for verdict in IMPOLITE),
        budget=None if facts.requests is None else facts.requests.budget,
        problems=None if facts.problems is None else facts.problems[:MOST_LISTED],
        detections_plot=svg.detections_svg(plots.detections),
        delays_plot=svg.delays_svg(plots.delays, first, last),
        budget_plot=None if plots.budget is None else svg.budget_svg(plots.budget),
    )


def percentile(values: Sequence[float | None], share: float) -> float | None:
    """The value that this share of the known ones does not exceed; None if there are none."""
    known = sorted(value for value in values if value is not None)
    return known[min(len(known) - 1, math.ceil(share * len(known)) - 1)] if known else None
