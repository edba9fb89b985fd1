"""What matching costs in seconds of CPU: numbers, no pass or fail by time."""

import itertools
import random
import time
import tracemalloc

from actors.watchlist.matching import news
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.matcher import Matcher
from messages.papers import Paper
from tests.builders import a_paper
from tests.watching_builders import batches as told

ENTRIES = 800_000
USERS = 80_000
SYLLABLES = ("ka", "lo", "mi", "ne", "ru", "sa", "to", "vi", "xe", "zu", "bra", "chi")


def names() -> list[str]:
    """Made-up words, 20,736 of them."""
    return ["".join(parts) for parts in itertools.product(SYLLABLES, repeat=4)]


def a_large_matcher(rng: random.Random) -> Matcher:
    """80,000 users with ten entries each, of one or two words."""
    words, matcher = names(), Matcher()
    for number in range(ENTRIES):
        key = " ".join(rng.choices(words, k=1 + number % 2))
        matcher.add(f"U{number % USERS:06d}", EntryKind.AUTHOR, key, key.title())
    return matcher


def test_fifty_drafts_of_a_thousand_words_against_800_000_entries() -> None:
    rng, words = random.Random(1), names() + [f"other{number}" for number in range(400_000)]
    tracemalloc.start()
    matcher = a_large_matcher(rng)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    texts = [" ".join(rng.choices(words, k=1000)) for _ in range(50)]
    started = time.process_time()
    matched = sum(len(matcher.text(text)) for text in texts)
    took = time.process_time() - started
    print(f"\nmatcher of {matcher.entries:,} entries: {memory / 2**20:.0f} MB")
    print(f"50 drafts of 1,000 words: {took * 1000:.0f} ms, {matched:,} matches")


def test_an_addition_and_a_removal_among_800_000_entries() -> None:
    matcher = a_large_matcher(random.Random(2))
    started = time.process_time()
    for number in range(1000):
        matcher.add("anna", EntryKind.AUTHOR, f"name {number}", "Name")
    added = time.process_time() - started
    for number in range(1000):
        matcher.remove("anna", EntryKind.AUTHOR, f"name {number}")
    removed = time.process_time() - started - added
    print(f"\nan addition: {added * 1000:.1f} µs, a removal: {removed * 1000:.1f} µs")


def test_a_mailing_of_500_papers_against_800_000_entries() -> None:
    rng, words = random.Random(3), names()
    matcher = a_large_matcher(rng)
    for user in range(10_000):
        matcher.add(f"U{user:06d}", EntryKind.AUTHOR, "koppe", "Köppe")
    papers = [_paper(rng, words, number) for number in range(500)]
    started = time.process_time()
    batches = told(news.from_papers(matcher, papers, {}))
    took = time.process_time() - started
    notices = sum(len(batch.notices) for batch in batches)
    print(f"\na mailing of 500 papers: {took * 1000:.0f} ms, {notices:,} notices to {len(batches):,} users")


def _paper(rng: random.Random, words: list[str], number: int) -> Paper:
    authors = [" ".join(rng.choices(words, k=2)).title() for _ in range(3)]
    return a_paper(number + 1, 0, authors=(*authors, *(("Thomas Köppe",) if number == 7 else ())))
