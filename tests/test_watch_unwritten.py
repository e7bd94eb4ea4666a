"""A watch whose history cannot be written tells its channels so, past the history, and that it is back."""

from dataclasses import replace

import pytest
from alert_sinks import NOON, web_sink
from html_samples import sick_run
from validate_support import clean
from watch_support import watches

from dq.model import MINUTE, RunError
from dq.settings import AlertSettings
from dq.watch.unwritten import Unwritten

SICK = replace(sick_run()[0], recorded=False, errors=(RunError("history", "The disk is full."),))
CLEAN = replace(SICK, findings=(), verdict="pass", errors=(), notes=("The run waits in /x.",))
CHANNELS = (AlertSettings("json://127.0.0.1/", "desk"), AlertSettings("json://127.0.0.1/", "night"))


def told(*runs):
    """What the channels were told after each of the runs."""
    unwritten = Unwritten()
    return [
        [(one.channel, one.what) for one in unwritten.messages(run, CHANNELS, NOON + at * MINUTE)]
        for at, run in enumerate(runs)
    ]


OPENED, RESOLVED = ([(name, what) for name in ("desk", "night")] for what in ("opened", "resolved"))
WRITTEN = replace(CLEAN, recorded=True)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ((WRITTEN,) * 3, [[], [], []]),
        ((SICK, SICK, WRITTEN, WRITTEN), [OPENED, [], RESOLVED, []]),
        ((CLEAN, WRITTEN, CLEAN, WRITTEN), [[], [], [], []]),
        ((CLEAN, CLEAN, CLEAN, WRITTEN), [[], OPENED, [], RESOLVED]),
    ],
)
def test_once_when_it_fails_and_once_when_it_is_back(runs, expected):
    assert told(*runs) == expected


def test_it_says_what_was_found_why_and_what_to_do():
    (message, _) = Unwritten().messages(SICK, CHANNELS, NOON)
    assert "critical" in message.body
    assert "Why: The disk is full." in message.body
    assert "dq doctor" in message.body


def test_a_watch_tells_it_although_nothing_can_be_kept(shell):
    (shell.folder / "bars.csv").write_text(clean(), "utf-8")
    blocked = shell.folder / "no-folder" / "history.sqlite"
    blocked.parent.write_text("a file where a folder belongs")
    with web_sink() as web, watches(shell) as start:
        (shell.folder / "dq.toml").write_text(f'[[alert]]\nname = "desk"\nurl = "{web.url}"\n')
        watch = start("bars.csv", "--every", "1s", "--times", "3", DQ_HISTORY=str(blocked))
        watch.until("unknown")
        blocked.parent.unlink()
        status, _ = watch.ended(60)
    assert status == 3
    assert web.titles[0] == "CRITICAL dq: its history cannot be written"
    assert web.titles.count("Resolved dq: its history is written again") <= 1
    assert len(set(web.ids)) == len(web.ids)
