"""Histograms that snapshots carry."""

from messages.activity import Histogram


def test_a_measurement_counts_in_the_first_bound_that_it_does_not_exceed() -> None:
    found = Histogram.of(1.0, 10.0).added(0.5).added(1.0).added(1.1).added(99.0)
    assert found.counts == (2, 1, 1)
    assert found.total == 101.6


def test_an_empty_one_has_a_count_for_what_is_above_all_bounds() -> None:
    assert Histogram.of(1.0, 10.0).counts == (0, 0, 0)
