"""A run as annotations and step summary of GitHub Actions: worst first, within its limits, and no way out of either."""

import os
import re
from dataclasses import replace
from functools import cache

import pytest
from html_samples import AT, BTC, clean_run, crowded_run, hole, run, sick_run, verdict
from html_samples import lifelike as lively
from test_reports_text import incident, told_of
from validate_support import clean, holed

from dq.model import HOUR, MINUTE, Finding, RunError, Series
from dq.reports.github import MOST, command, render
from dq.reports.summary import LIMIT, escaped, markdown

ANNOTATION = re.compile(r"::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)")
crowd = cache(crowded_run)
# GitHub undoes these, of titles all and of messages the first three; each is undone once, in one go.
ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def unescaped(text):
    return re.sub("|".join(ESCAPES), lambda found: ESCAPES[found[0]], text)


def annotations(text):
    """Kind, title and message of each, as GitHub reads them; the first line is for the log."""
    first, *lines = text.splitlines()
    assert first.startswith("dq: ")
    found = [ANNOTATION.fullmatch(line) for line in lines]
    return [(one[1], unescaped(one[2]), unescaped(one[3])) for one in found]


def cells(line):
    """The cells of a row of Markdown, split where GitHub splits them."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_an_annotation_per_incident_worst_first():
    text = render(sick_run()[0])
    assert text.splitlines()[0] == "dq: fail. 4 incidents in 2 of 5 series."
    told = annotations(text)
    assert [kind for kind, *_ in told] == ["error", "error", "error", "warning"]
    kind, title, message = next(one for one in told if "missing_bar" in one[1])
    assert (kind, title) == ("error", "BTC-USD 1m: missing_bar [hole]")
    when, advised = message.splitlines()
    assert when == "2026-03-12 14:35 – 14:46 UTC: 12 bars are missing while the market was open."
    assert advised.startswith("→ Backfill")


def test_where_all_is_well_there_is_none():
    assert render(clean_run()[0]) == "dq: pass. All clean: 1 series, 60 bars.\n"


def test_what_kept_dq_from_telling_is_an_error_and_info_a_notice():
    told = told_of(hole(BTC, AT - HOUR, 12, severity="info"), verdict="unknown", exit_code=3)
    told = replace(told, errors=(RunError("source", "Nobody answers.", "Start it.", "ES=F"),))
    assert [(kind, title) for kind, title, _ in annotations(render(told))] == [
        ("error", "dq could not tell"),
        ("notice", "BTC-USD 1m: missing_bar [hole]"),
    ]


def test_of_many_the_worst_are_shown_and_the_others_counted():
    told = annotations(render(crowd()[0]))
    assert len(told) == MOST
    assert told[-1][2] == "… and 191 errors more: see the step summary, or --format json."


@pytest.mark.parametrize(
    "text", ["100%", "%0A::error::x", "a\nb", "a\r\nb", "a::b", "x,file=y", "##[add-path]z", "日\x1b[2J"]
)
def test_nothing_ends_a_command_or_begins_another(text):
    line = command("error", text, text)
    assert len(line.splitlines()) == 1
    _, title, message = ANNOTATION.fullmatch(line).groups()
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    assert unescaped(title) == plain
    assert " ".join(unescaped(message).split()) == " ".join(plain.split())


def test_the_summary_tells_incidents_what_to_do_and_series():
    lines = markdown(sick_run()[0], sparks={"BTC-USD 1m": (("█", "pass"), (" ", ""), ("▁", "critical"))}).splitlines()
    assert lines[0] == "## ❌ dq: fail"
    rows = [cells(line) for line in lines if line.startswith("| ")]
    heads = [row for row in rows if "series" in row]
    assert [row[4] for row in heads] == ["what to do", ""]
    worst = rows[1]
    assert (worst[0], worst[1]) == ("🔴 critical", "BTC-USD 1m")
    assert all(len(row) == 5 for row in rows[: rows.index(heads[1])])
    series = rows[rows.index(heads[1]) + 1 :]
    assert [row[0] for row in series] == ["❌ fail"] * 2 + ["✅ pass"] * 3
    assert series[0][1:5] == ["BTC-USD 1m", "60", "80 %", "<code>█&nbsp;▁</code>"]


def test_names_make_no_markup_of_a_summary():
    odd = "a|b<img src=x>`c`*d*[e](http://f)\n# g @h :tada: $i$ &lt;"
    series = Series(odd, MINUTE, "24/7")
    finding = Finding("price_spike", "critical", series, AT, AT, 1, odd)
    told = run([verdict(series, lively(BTC))], [finding], [incident(finding)], source=odd, notes=(odd,))
    told = replace(told, errors=(RunError("source", odd, odd, odd),))
    text = markdown(told)
    assert "<img" not in text
    assert all(len(cells(line)) in {5, 6} for line in text.splitlines() if line.startswith("| "))
    shown = escaped(odd)
    assert re.sub(r"\\(.)", r"\1", shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == (
        odd.replace("\n", " ")
    )
    assert not re.search(r"(?<!\\)[|`*\[\]@$#]", shown)


def test_a_summary_is_never_larger_than_github_takes():
    long = crowd()[0]
    assert len(markdown(long).encode()) < LIMIT / 4
    odd = [replace(one, message="<" * 5000, check="&" * 5000) for one in long.incidents]
    for limit in (LIMIT, 20_000, 1_500):
        text = markdown(replace(long, incidents=odd), limit=limit)
        assert len(text.encode()) <= limit
        assert limit == LIMIT or text.endswith("_The rest does not fit: see `--format json`._\n")
    assert markdown(long, limit=10) == ""


def test_the_command_adds_to_the_summary_where_a_file_is_named(desk, tmp_path):
    desk.write("bars.csv", holed())
    page = tmp_path / "summary.md"
    page.write_text("# of another command\n")
    told = desk.ask("bars.csv", "--format", "github", GITHUB_STEP_SUMMARY=str(page))
    assert (told.status, [kind for kind, *_ in annotations(told.out)]) == (1, ["error"])
    text = page.read_text("utf-8")
    assert text.startswith("# of another command\n## ❌ dq: fail\n")
    assert "<code>█" in text
    for environment in ({}, {"GITHUB_STEP_SUMMARY": ""}, {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "where")}):
        again = desk.ask("bars.csv", "--format", "github", **environment)
        assert (again.status, again.out) == (1, told.out)
        assert ("cannot be written" in again.err) is any(environment.values())
    assert page.read_text("utf-8") == text


def test_a_summary_that_is_full_is_told_and_one_shown_at_once_is_shown(desk):
    desk.write("bars.csv", holed())
    full = desk.folder / "full.md"
    full.write_bytes(b"-" * LIMIT)
    told = desk.ask("bars.csv", "--format", "github", GITHUB_STEP_SUMMARY=str(full))
    assert (told.status, full.stat().st_size) == (1, LIMIT)
    assert told.err == f"dq: the step summary {full} is full: GitHub takes 1 MiB.\n"
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert desk.ask("bars.csv", "--format", "github", GITHUB_STEP_SUMMARY=str(pipe)).err == ""
    assert os.read(reader, 65_536).decode().startswith("## ❌ dq: fail\n")
    os.close(reader)


def test_other_formats_leave_the_summary_alone(desk, tmp_path):
    desk.write("bars.csv", clean())
    assert desk.ask("bars.csv", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md")).status == 0
    assert not (tmp_path / "summary.md").exists()
