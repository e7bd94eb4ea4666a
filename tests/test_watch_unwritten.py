"""A watch whose history cannot be written tells its channels so, past the history, and that it is back."""

from dataclasses import replace

import pytest
from alert_sinks import NOON, web_sink
from html_samples import sick_run
from validate_support import clean
from watch_support import watches

from dq.model import MINUTE, RunError
from dq.settings import AlertSettings
from dq.watch.unwritten import Note, Unwritten

SICK = replace(sick_run()[0], recorded=False, errors=(RunError("history", "The disk is full."),))
CLEAN = replace(SICK, findings=(), verdict="pass", errors=(), notes=("The run waits in /x.",))
CHANNELS = (AlertSettings("json://127.0.0.1/", "desk"), AlertSettings("json://127.0.0.1/", "night"))


def told(note, *watches):
    """What the channels were told after each of the runs of watches, one after another."""
    return [
        unwritten.messages(run, CHANNELS, NOON + at * MINUTE, note)
        for unwritten, runs in ((Unwritten(), runs) for runs in watches)
        for at, run in enumerate(runs)
    ]


def short(messages):
    return [[(one.channel, one.what) for one in some] for some in messages]


@pytest.fixture
def note(tmp_path):
    return Note(tmp_path / "history.sqlite", tmp_path / "state")


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
def test_once_when_it_fails_and_once_when_it_is_back(note, runs, expected):
    assert short(told(note, runs)) == expected


def test_it_says_what_was_found_why_and_what_to_do(note):
    (message, _) = Unwritten().messages(SICK, CHANNELS, NOON, note)
    assert "critical" in message.body
    assert "Why: The disk is full." in message.body
    assert "dq doctor" in message.body


def test_a_watch_that_is_started_again_neither_repeats_nor_forgets_it(note):
    assert short(told(note, (SICK, SICK), (SICK,), (CLEAN, CLEAN), (WRITTEN, WRITTEN), (WRITTEN,))) == [
        *(OPENED, [], [], [], []),
        *(RESOLVED, [], []),
    ]
    assert not list(note.folder.iterdir())


def test_a_disk_that_takes_a_file_and_nothing_into_it_is_enough(note):
    told(note, (SICK,))
    [kept] = note.folder.iterdir()
    kept.write_bytes(b"")
    assert short(told(note, (SICK,), (WRITTEN,))) == [[], RESOLVED]


def test_it_is_one_incident_for_a_history_wherever_nothing_can_be_kept_and_each_time_other_messages(tmp_path, note):
    nowhere = replace(note, folder=tmp_path / "file" / "folder")
    (tmp_path / "file").write_text("")
    again = replace(SICK, as_of=SICK.as_of + MINUTE)
    messages = [one for some in told(nowhere, (SICK, WRITTEN), (again,), (WRITTEN,)) for one in some]
    assert {one.incident for one in messages} == {note.incident}
    assert len({one.id for one in messages}) == len(messages) == 6
    other = Note("postgresql://reader:hunter22@db/dq", note.folder)
    assert other.incident != note.incident
    assert other.incident == replace(other, history="postgresql://reader:hunter33@db/dq").incident


def test_a_history_at_another_place_ends_what_was_told_of_the_one_before(note):
    unwritten, other = Unwritten(), replace(note, history=note.history.with_name("other.sqlite"))
    opened = unwritten.messages(SICK, CHANNELS, NOON, note)
    assert unwritten.messages(SICK, CHANNELS, NOON, other) == []
    over = unwritten.messages(WRITTEN, CHANNELS, NOON, other)
    assert [one.incident for one in over] == [one.incident for one in opened]
    assert not list(note.folder.iterdir())


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
