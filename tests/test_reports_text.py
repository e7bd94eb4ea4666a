"""A run as a person reads it: the verdict first, a line per incident, then what to do; quiet where all is well."""

import re
from dataclasses import replace

import pytest
from html_samples import AT, BTC, NQ, clean_run, crowded_run, hole, instant, lifelike, run, sick_run, verdict

from dq.model import HOUR, MINUTE, CheckVerdict, Incident, RunError
from dq.reports.text import render

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def incident(finding, at=0, state="open"):
    return Incident(
        f"i{at}",
        finding.check,
        finding.cause,
        finding.severity,
        state,
        finding.start,
        finding.end,
        (finding.series.instrument,),
        (at,),
        finding.message,
    )


def told_of(*findings, **more):
    judged = [verdict(one, lifelike(one)) for one in dict.fromkeys(one.series for one in findings)]
    return run(judged, findings, [incident(one, at) for at, one in enumerate(findings)], **more)


def test_where_all_is_well_it_is_quiet():
    lines = render(clean_run()[0]).splitlines()
    assert lines == [
        "PASS  All clean: 1 series, 60 bars",
        "2026-03-12 14:00 – 15:00 UTC · postgresql://dq:***@localhost/demo · ohlc_1m",
    ]


def test_the_verdict_comes_first_then_a_line_per_incident_then_what_to_do():
    lines = render(sick_run()[0], width=120).splitlines()
    assert lines[0] == "FAIL  4 incidents in 2 of 5 series"
    told = [line for line in lines if re.match(r"(critical|warning)  ", line)]
    assert [line.split()[0] for line in told] == ["critical", "critical", "critical", "warning"]
    assert "2026-03-12 14:35 – 14:46 UTC" in next(line for line in told if "missing_bar" in line)
    advised = [line for line in lines if line.startswith("→ ")]
    assert len(advised) == len(told)
    assert lines.index(told[-1]) < lines.index(advised[0])
    assert not any("AAPL" in line or "ES=F" in line for line in lines if "1m  " in line)
    assert len(lines) < 40


@pytest.mark.parametrize("width", [40, 60, 80, 120, 500])
def test_no_line_is_wider_than_the_terminal_unless_a_word_is(width):
    for made in (sick_run, clean_run, crowded_run):
        for line in render(made()[0], width=width).splitlines():
            assert len(line) <= min(width, 120) or len(max(line.split(), key=len)) > width - 12


def test_a_crowd_fits_a_screen():
    lines = render(crowded_run()[0], width=100).splitlines()
    assert lines[0] == "FAIL  200 incidents in 200 of 200 series"
    assert len(lines) <= 50
    assert "… and 188 incidents more: --docs DIR or --format json shows all." in lines


def test_colours_change_nothing_but_the_colour():
    told = sick_run()[0]
    plain, painted = (render(told, coloured=coloured) for coloured in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31;1mFAIL\x1b[0m" in painted
    assert ESCAPES.sub("", painted) == plain


def test_the_market_s_own_clock_is_told_in_the_days_around_a_change_of_clocks():
    change, plain = (render(told_of(hole(NQ, instant(at), 20))) for at in ("2026-03-08T07:50", "2026-05-12T14:00"))
    assert "2026-03-08 01:50 (CST) – 03:09 (CDT) Chicago" in " ".join(change.split())
    assert "Chicago" not in plain


def test_what_kept_dq_from_telling_comes_before_what_it_found():
    told = told_of(
        hole(BTC, AT - HOUR, 12),
        verdict="unknown",
        errors=(
            RunError("source", "Nobody answers.", "Start it.", "ES=F"),
            RunError("bars", "ES=F has no bars.", "", "ES=F"),
        ),
    )
    lines = render(told).splitlines()
    assert lines[0] == "UNKNOWN  Could not tell everything; 1 incident in 1 of 1 series"
    assert lines[3:6] == ["unknown   ES=F: Nobody answers.", "  → Start it.", "unknown   ES=F has no bars."]


def test_names_from_the_source_do_not_steer_the_terminal():
    told = run(verdict="unknown", source="a\x1b[2Jb", errors=(RunError("bars", "No\x1b]0;title\x07 bars.\r"),))
    assert not set(render(told, coloured=False)) & set("\x1b\x07\r")


def test_an_incident_that_goes_on_says_so_and_info_stays_in_the_background():
    finding, small = hole(BTC, AT - HOUR, 12), hole(BTC, AT - HOUR + 20 * MINUTE, 1, severity="info", cause="quiet")
    told = told_of(finding, small)
    text = render(replace(told, incidents=(incident(finding, 0, "ongoing"), incident(small, 1))))
    assert "12 bars are missing. (ongoing)" in " ".join(text.split())
    assert "1 finding of severity info" in text
    assert "[quiet]" not in text


def test_what_nobody_said_and_what_was_not_checked_is_in_the_footer():
    bars = lifelike(BTC)
    judged = verdict(BTC, bars, [CheckVerdict("stale_series", "not_checked", "no --at")])
    finding = hole(BTC, AT - HOUR, 12)
    told = run([replace(judged, assumed=("interval 1m",), notes=("a note",))], [finding], [incident(finding)])
    text = render(told)
    assert "Assumed, as nobody said: interval 1m." in text
    assert "Not checked: stale_series (no --at)." in text
    assert "; a note" in text
