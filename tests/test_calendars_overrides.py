"""Lines of `overrides.csv`: what is refused, and what a good one does."""

import numpy as np
import pytest

from dq.calendars.corrections import corrected
from dq.calendars.overrides import COLUMNS, load_overrides, parse_overrides
from dq.calendars.year import Plan, cut
from dq.model import HOUR, Halt, SettingsError

HEAD = ",".join(COLUMNS)
GOOD = {
    "calendar": "XLON",
    "from": "2026-01-06",
    "to": "",
    "opens": "",
    "break_start": "",
    "break_end": "",
    "closes": "12:30",
    "why": "half a day",
    "link": "https://example.org",
}


def text(*lines):
    return "\n".join([HEAD, *(",".join({**GOOD, **line}.values()) for line in lines)])


def stamp(moment):
    return int(np.datetime64(moment, "us").astype(np.int64))


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("calendar", {"calendar": "XLND"}),
        ("calendar", {"calendar": ""}),
        ("calendar", {"calendar": "XLON;XLND"}),
        ("calendar", {"calendar": "24/7"}),
        ("from", {"from": ""}),
        ("from", {"from": "6.1.2026"}),
        ("from", {"from": "2026-02-30"}),
        ("from", {"from": "2026-01-06T10:00"}),
        ("to", {"to": "tomorrow"}),
        ("to", {"to": "2026-01-05"}),
        ("to", {"to": "2026-01-06T10:00Z"}),
        ("to", {"from": "2026-01-06T10:00Z", "closes": ""}),
        ("to", {"from": "2026-01-06T10:00Z", "to": "2026-01-06T10:00Z", "closes": ""}),
        ("closes", {"from": "2026-01-06T10:00Z", "to": "2026-01-06T11:00Z"}),
        ("closes", {"closes": "25:00"}),
        ("closes", {"closes": "4pm"}),
        ("opens", {"opens": "17:00-2"}),
        ("opens", {"opens": "13:00"}),
        ("break_start", {"break_start": "12:00"}),
        ("break_start", {"break_end": "12:00"}),
        ("from", {"from": "2026-01-06 2026-02-30"}),
        ("to", {"from": "2026-01-06 2026-01-08", "to": "2026-01-09"}),
        ("to", {"from": "2026-01-06T10:00Z 2026-01-06T11:00Z", "closes": ""}),
        ("why", {"why": ""}),
        ("link", {"link": ""}),
        ("link", {"link": "example.org"}),
    ],
)
def test_a_bad_line_is_named_with_its_column(column, cells):
    with pytest.raises(SettingsError) as caught:
        parse_overrides(text({}, cells))
    assert f"line 3, column {column}: " in caught.value.message
    assert "line 2" not in caught.value.message


def test_every_fault_is_told_at_once():
    with pytest.raises(SettingsError) as caught:
        parse_overrides(text({"why": "", "link": ""}, {"from": "x"}) + "\na,b")
    for part in ("line 2, column why", "line 2, column link", "line 3, column from", "line 4: 2 cells instead of 9"):
        assert part in caught.value.message


@pytest.mark.parametrize("content", ["", "calendar,from\n", HEAD.replace("why", "reason")])
def test_other_columns_are_refused(content):
    with pytest.raises(SettingsError, match="line 1"):
        parse_overrides(content)


def test_a_calendar_may_be_named_by_any_of_its_names_and_several_at_once():
    (line,) = parse_overrides(text({"calendar": "CBOT_Equity; GC;CMEGlobex_Gold"}))
    assert line.calendars == ("CME Globex Equity", "CMEGlobex_Metals")


def test_instants_make_a_halt_and_change_no_session():
    (line,) = parse_overrides(text({"from": "2026-01-06T10:00Z", "to": "2026-01-06T10:15:30Z", "closes": ""}))
    assert line.halt == Halt(stamp("2026-01-06T10:00"), stamp("2026-01-06T10:15:30"), "half a day")
    assert corrected(week(), [line], 2026, 2026).closes.tolist() == week().closes.tolist()


def week():
    """Monday 5 to Friday 9 January 2026 in London, 8:00 to 16:30 with an hour's break; Wednesday ends at 12:30."""
    day = np.arange("2026-01-05", "2026-01-10", dtype="datetime64[D]").astype(np.int64)
    midnight = day * 24 * HOUR
    closes = midnight + np.where(np.arange(5) == 2, 25, 33) * HOUR // 2
    return Plan(day, midnight + 8 * HOUR, midnight + 12 * HOUR, midnight + 13 * HOUR, closes, "Europe/London")


def after(*lines):
    """Stretches of the week under those lines, as `5: 8-12 13-16.5`."""
    opens, closes, day = cut(corrected(week(), parse_overrides(text(*lines)), 2026, 2026))
    told = {}
    for start, end, date in zip(opens, closes, day, strict=True):
        midnight = date * 24 * HOUR
        told.setdefault(date - 20457, []).append(f"{(start - midnight) / HOUR:g}-{(end - midnight) / HOUR:g}")
    return {int(date): " ".join(parts) for date, parts in told.items()}


ORDINARY = "8-12 13-16.5"


def test_without_lines_the_plan_stands():
    assert after() == {1: ORDINARY, 2: ORDINARY, 3: "8-12", 4: ORDINARY, 5: ORDINARY}


def test_one_day_closes_early_or_altogether():
    assert after({}) == {1: ORDINARY, 2: "8-12", 3: "8-12", 4: ORDINARY, 5: ORDINARY}
    assert after({"closes": "14:00"})[2] == "8-12 13-14"
    assert after({"closes": "", "to": "2026-01-08"}) == {1: ORDINARY, 5: ORDINARY}


def test_several_dates_share_a_line():
    assert after({"from": "2026-01-06 2026-01-08"}) == {1: ORDINARY, 2: "8-12", 3: "8-12", 4: "8-12", 5: ORDINARY}


def test_one_day_is_added_only_where_it_opens_and_closes():
    saturday = {"from": "2026-01-10", "closes": "11:00"}
    assert 6 not in after(saturday)
    assert after(saturday | {"opens": "09:00"})[6] == "9-11"
    assert after(saturday | {"opens": "22:00-1"})[6] == "-2-11"


def test_several_days_change_and_half_days_are_left_alone():
    longer = {"from": "2026-01-01", "to": "2026-01-31", "break_start": "12:30", "break_end": "12:45", "closes": "17:00"}
    assert after(longer) == {
        1: "8-12.5 12.75-17",
        2: "8-12.5 12.75-17",
        3: "8-12",
        4: "8-12.5 12.75-17",
        5: "8-12.5 12.75-17",
    }


def test_a_break_of_no_length_is_none():
    assert after({"break_start": "12:00", "break_end": "12:00", "closes": ""})[2] == "8-16.5"


def test_later_lines_win():
    assert after({"closes": "14:00"}, {"closes": "15:00"})[2] == "8-12 13-15"


def test_a_line_of_another_year_changes_nothing():
    added = {"from": "2025-01-04", "opens": "09:00", "closes": "11:00"}
    assert after(added) == after()


def test_the_lines_that_dq_ships_are_good():
    lines = load_overrides()
    assert len(lines) > 40
    assert any(line.halt for line in lines)
