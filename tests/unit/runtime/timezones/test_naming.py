"""The zone that people mean: a place is taken, whatever else looks like a zone is answered with places."""

import zoneinfo
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.timezones import known
from actors.runtime.timezones.naming import YEAR, UnknownZone, zone_named
from actors.runtime.timezones.spoken import ABBREVIATIONS, AT_OFFSET, CITIES, WRITTEN_OUT, ZONES_OF_COUNTRY
from actors.runtime.timezones.tables import LINKS, PLACES, key_of

KNOWN = known.names()


def refused(text: str) -> UnknownZone:
    with pytest.raises(UnknownZone) as caught:
        zone_named(text, KNOWN)
    return caught.value


def test_every_place_is_found_by_its_whole_name() -> None:
    for zone in PLACES:
        assert zone_named(zone, KNOWN) == zone_named(zone.lower().replace("_", " "), KNOWN) == zone


def named_or_offered(text: str) -> tuple[str | None, tuple[str, ...]]:
    try:
        return zone_named(text, KNOWN), ()
    except UnknownZone as error:
        return None, error.choices


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("NEW_YORK", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Kyiv", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Tokyo", "Asia/Tokyo"),
        ("Zürich", "Europe/Zurich"),
        ("Zuerich", "Europe/Zurich"),
        ("Muenchen", "Europe/Berlin"),
        ("København", "Europe/Copenhagen"),
        ("St. John's", "America/St_Johns"),
        ("Port au Prince", "America/Port-au-Prince"),
        ("Ho Chi Minh City", "Asia/Ho_Chi_Minh"),
        ("Calcutta", "Asia/Kolkata"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("San Francisco", "America/Los_Angeles"),
        ("Kona", "Pacific/Honolulu"),
        ("Wrocław", "Europe/Warsaw"),
        ("US/Pacific", "America/Los_Angeles"),
        ("us/eastern", "America/New_York"),
        ("Canada/Atlantic", "America/Halifax"),
        ("Asia/Istanbul", "Europe/Istanbul"),
        ("Istanbul", "Europe/Istanbul"),
        ("Nicosia", "Asia/Nicosia"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("Tokyo time", "Asia/Tokyo"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Washington, DC", "America/New_York"),
        ("Washington State", "America/Los_Angeles"),
        ("in Berlin", "Europe/Berlin"),
        ("is to Tokyo", "Asia/Tokyo"),
        ("Berlin (CET)", "Europe/Berlin"),
        ("(UTC+09:00) Osaka", "Asia/Tokyo"),
        ("Boston, Massachusetts", "America/New_York"),
        ("Seattle, Washington", "America/Los_Angeles"),
        ("Atlanta, Georgia", "America/New_York"),
        ("Tbilisi, Georgia", "Asia/Tbilisi"),
        ("Cambridge, UK", "Europe/London"),
        ("San José, Costa Rica", "America/Costa_Rica"),
        ("Utah", "America/Denver"),
    ],
)
def test_a_city_is_found_however_it_is_spelled(text: str, zone: str) -> None:
    assert zone_named(text, KNOWN) == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Germany", "Europe/Berlin"),
        ("deutschland", "Europe/Berlin"),
        ("Japan", "Asia/Tokyo"),
        ("India", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("Great Britain", "Europe/London"),
        ("GB", "Europe/London"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("Argentina", "America/Argentina/Buenos_Aires"),
        ("Portugal", "Europe/Lisbon"),
        ("NZ", "Pacific/Auckland"),
        ("South Korea", "Asia/Seoul"),
        ("Taiwan", "Asia/Taipei"),
        ("PRC", "Asia/Shanghai"),
        ("Czech Republic", "Europe/Prague"),
        ("Hong Kong", "Asia/Hong_Kong"),
    ],
)
def test_a_country_whose_clocks_agree_is_its_zone(text: str, zone: str) -> None:
    assert zone_named(text, KNOWN) == zone


@pytest.mark.parametrize(
    ("text", "offered"),
    [("USA", "America/Chicago"), ("Canada", "America/Toronto"), ("Brazil", "America/Manaus"),
     ("Russia", "Asia/Vladivostok"), ("Australia", "Australia/Perth"), ("Spain", "Atlantic/Canary"),
     ("Indonesia", "Asia/Makassar"), ("Ukraine", "Europe/Kyiv")],
)  # fmt: skip
def test_a_country_with_several_zones_offers_them(text: str, offered: str) -> None:
    assert offered in refused(text).choices


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Georgia", "Asia/Tbilisi"),
        ("Samoa", "Pacific/Apia"),
        ("Korea", "Asia/Seoul"),
        ("San José", "America/Costa_Rica"),
        ("Indiana", "America/Indiana/Indianapolis"),
        ("Texas", "America/Denver"),
        ("Washington", "America/Los_Angeles"),
    ],
)
def test_a_name_of_several_places_offers_them(text: str, offered: str) -> None:
    assert offered in refused(text).choices


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Moscow, Idaho", "America/Boise"), ("Paris, Texas", "America/Chicago"), ("Portland, Maine", "America/New_York")],
)
def test_a_city_that_its_region_does_not_have_offers_the_zones_of_the_region_first(text: str, zone: str) -> None:
    assert refused(text).choices[0] == zone


@pytest.mark.parametrize("text", ["UTC", "utc", "Z", "Etc/UTC", "Zulu", "UCT", "Universal", "UTC+0"])
def test_utc_stays_utc(text: str) -> None:
    assert zone_named(text, KNOWN) == "UTC"


@pytest.mark.parametrize("text", ["GMT", "gmt", "Etc/GMT", "GMT0", "GMT+0", "GMT-0", "Etc/GMT-0", "Greenwich"])
def test_gmt_stays_gmt(text: str) -> None:
    assert zone_named(text, KNOWN) == "GMT"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("EST", "America/New_York"), ("EDT", "America/New_York"), ("CST", "Asia/Shanghai"), ("MST", "America/Phoenix"),
        ("PST", "America/Los_Angeles"), ("pdt", "America/Vancouver"), ("AKST", "America/Anchorage"),
        ("HST", "Pacific/Honolulu"), ("AST", "America/Halifax"), ("NST", "America/St_Johns"),
        ("BRT", "America/Sao_Paulo"), ("ART", "America/Argentina/Buenos_Aires"), ("CLT", "America/Santiago"),
        ("CET", "Europe/Berlin"), ("CEST", "Europe/Paris"), ("MEZ", "Europe/Berlin"), ("MET", "Europe/Berlin"),
        ("EET", "Europe/Helsinki"), ("WET", "Europe/Lisbon"), ("BST", "Europe/London"), ("MSK", "Europe/Moscow"),
        ("IST", "Europe/Dublin"), ("IST", "Asia/Kolkata"), ("JST", "Asia/Tokyo"), ("KST", "Asia/Seoul"),
        ("SGT", "Asia/Singapore"), ("PKT", "Asia/Karachi"), ("ICT", "Asia/Bangkok"), ("WIB", "Asia/Jakarta"),
        ("EAT", "Africa/Nairobi"), ("WAT", "Africa/Lagos"), ("CAT", "Africa/Harare"), ("SAST", "Africa/Johannesburg"),
        ("AEST", "Australia/Brisbane"), ("acst", "Australia/Darwin"), ("AWST", "Australia/Perth"),
        ("NZDT", "Pacific/Auckland"), ("ChST", "Pacific/Guam"), ("EST5EDT", "America/New_York"),
        ("CST6CDT", "America/Chicago"), ("MST7MDT", "America/Denver"), ("PST8PDT", "America/Los_Angeles"),
        ("Pacific Time", "America/Los_Angeles"), ("Eastern Standard Time", "America/Toronto"),
        ("Central European Time", "Europe/Rome"), ("CET/CEST", "Europe/Rome"), ("EST/EDT", "America/Toronto"),
        ("Central European Summer Time", "Europe/Paris"), ("eastern", "America/New_York"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"), ("(PST)", "America/Los_Angeles"),
    ],
)  # fmt: skip
def test_an_abbreviation_offers_cities(text: str, offered: str) -> None:
    assert offered in refused(text).choices
    assert "Name a city" in str(refused(text))


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("+02:00", "Europe/Berlin"), ("+2", "Europe/Athens"), ("+0530", "Asia/Kolkata"), ("UTC+2", "Europe/Berlin"),
        ("UTC +02:00", "Europe/Berlin"), ("utc2", "Europe/Berlin"), ("GMT-5", "America/New_York"),
        ("GMT\u22125", "America/New_York"), ("UTC+5:45", "Asia/Kathmandu"), ("-03:30", "America/St_Johns"),
        ("Etc/GMT+5", "America/New_York"), ("Etc/GMT-9", "Asia/Tokyo"), ("+00:00", "Europe/London"),
        ("GMT+2h", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_an_offset_offers_cities_that_are_so_far_ahead_or_behind(text: str, offered: str) -> None:
    assert offered in refused(text).choices


@pytest.mark.parametrize("text", ["+01:30", "UTC+23", "CEST+1", "UTC+99:99", "Etc/GMT+13"])
def test_an_offset_that_no_place_has_is_refused(text: str) -> None:
    assert refused(text).choices == ()


@pytest.mark.parametrize(
    "text", ["Factory", "posixrules", "localtime", "SystemV/EST5", "right/UTC", "posix/CET", "right/Europe/Berlin"]
)
def test_a_name_that_is_no_place_is_refused(text: str) -> None:
    assert "isn't a place where people live" in str(refused(text))


def test_a_copy_of_a_place_offers_the_place() -> None:
    assert refused("right/Europe/Berlin").choices == ("Europe/Berlin",)
    assert refused("SystemV/PST8PDT").choices[0] == "America/Los_Angeles"


@pytest.mark.parametrize(
    ("text", "meant"), [("Europe/Berln", "Europe/Berlin"), ("Pariss", "Europe/Paris"), ("Stokholm", "Europe/Stockholm")]
)
def test_a_slip_offers_what_may_be_meant(text: str, meant: str) -> None:
    assert meant in refused(text).choices


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Europe/Cologne", "Europe/Berlin"),
        ("Asia/Mumbai", "Asia/Kolkata"),
        ("America/San_Francisco", "America/Los_Angeles"),
        ("america/seattle", "America/Los_Angeles"),
        ("Germany/Berlin", "Europe/Berlin"),
        ("Melbourne/Australia", "Australia/Melbourne"),
    ],
)
def test_a_city_that_has_no_zone_of_its_own_offers_the_one_that_it_shares_first(text: str, meant: str) -> None:
    assert refused(text).choices[0] == meant


@pytest.mark.parametrize("text", ["", "!", "Nowhere", "x" * 5000, "Europe/Atlantis of the deep", "/", "..", "\0"])
def test_what_is_like_no_zone_says_how_to_write_one(text: str) -> None:
    assert "like Europe/Berlin" in str(refused(text))


def test_a_place_that_only_the_system_knows_is_taken() -> None:
    with_new = KNOWN | {"America/New_Place"}
    assert zone_named("new place", with_new) == zone_named("america/new_place", with_new) == "America/New_Place"


@given(st.one_of(st.text(), st.sampled_from(sorted(KNOWN | set(LINKS) | set(CITIES)))))
def test_any_text_is_a_place_or_refused_with_places(text: str) -> None:
    zone, offered = named_or_offered(text)
    assert set(offered) <= set(PLACES)
    if zone is not None:
        assert zone in PLACES or zone in ("UTC", "GMT")
        assert zone_named(zone, KNOWN) == zone


def test_no_name_of_the_system_is_taken_unless_it_is_a_place() -> None:
    """Whatever `tzdata` calls a zone: it becomes a place, or is refused."""
    taken = {name: named_or_offered(name)[0] for name in zoneinfo.available_timezones()}
    assert {zone for zone in taken.values() if zone is not None} <= {*PLACES, "UTC", "GMT"}
    assert {name for name, zone in taken.items() if zone is None}.isdisjoint(PLACES)


def test_every_abbreviation_that_a_place_uses_offers_a_place_that_uses_it() -> None:
    for place in PLACES:
        for month in (1, 7):
            short = str(datetime(YEAR, month, 1, tzinfo=ZoneInfo(place)).tzname())
            if short.isalpha() and short not in ("GMT", "UTC"):
                offered = ABBREVIATIONS[short.lower()]
                assert short in {
                    datetime(YEAR, month, 1, tzinfo=ZoneInfo(each)).tzname() for each in offered for month in (1, 7)
                }, (place, short)


def test_what_is_offered_exists_and_has_the_offset_it_is_offered_for() -> None:
    lists = (*ABBREVIATIONS.values(), *WRITTEN_OUT.values(), *ZONES_OF_COUNTRY.values(), tuple(CITIES.values()))
    assert {zone for zones in (*lists, *AT_OFFSET.values()) for zone in zones} <= set(PLACES)
    for minutes, zones in AT_OFFSET.items():
        for zone in zones:
            offsets = {datetime(YEAR, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)}
            assert minutes * 60 in {offset.total_seconds() for offset in offsets if offset is not None}, zone


def test_no_abbreviation_is_the_name_of_a_city() -> None:
    cities = {key_of(name.rpartition("/")[2]) for name in PLACES} | set(map(key_of, CITIES))
    assert cities.isdisjoint(ABBREVIATIONS)
