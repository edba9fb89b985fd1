"""The table at the end of `make bench`: a line for each claim, with its target and what was measured."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`below` or `above` is the target, in the unit of `measured`; both None: nothing is claimed, the number is for
    information."""

    claim: str
    measured: float
    unit: str
    below: float | None = None
    above: float | None = None


@dataclass(slots=True)
class Table:
    """The rows of one session, in the order in which they were measured."""

    rows: list[Row] = field(default_factory=list)

    def add(
        self, claim: str, measured: float, unit: str, *, below: float | None = None, above: float | None = None
    ) -> None:
        """One more line."""
        self.rows.append(Row(claim=claim, measured=measured, unit=unit, below=below, above=above))

    def lines(self) -> list[str]:
        """The table as text, the heading first; empty when nothing was measured."""
        if not self.rows:
            return []
        cells = [("measured here", "target", "measured", "")] + [_cells(row) for row in self.rows]
        widths = [max(len(line[column]) for line in cells) for column in range(4)]
        return [
            f"{claim:<{widths[0]}}  {target:>{widths[1]}}  {measured:>{widths[2]}}  {verdict}".rstrip()
            for claim, target, measured, verdict in cells
        ]


def _cells(row: Row) -> tuple[str, str, str, str]:
    measured = f"{_digits(row.measured)} {row.unit}"
    if row.below is not None:
        return row.claim, f"< {row.below:g} {row.unit}", measured, "met" if row.measured < row.below else "MISSED"
    if row.above is not None:
        return row.claim, f"> {row.above:g} {row.unit}", measured, "met" if row.measured > row.above else "MISSED"
    return row.claim, "-", measured, ""


def _digits(value: float) -> str:
    """Three that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"
