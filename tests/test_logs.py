"""The log as programs read it: a document a line, bounded, without secrets; and whatever befalls it, the run goes on."""

import json
import logging
import re
import stat
import subprocess
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from conftest import free_port
from validate_support import holed

from dq.cli.log_file import LogFile
from dq.cli.log_lines import ALWAYS, LONGEST, as_json
from dq.cli.log_repeats import Repeats
from dq.cli.logs import log_by
from dq.logbook import about, timed
from dq.settings import LogSettings

SECRET = "s3cret-Passw0rd-99"
WRITER = """
import logging, sys
from pathlib import Path
from dq.cli.log_file import LogFile
file = LogFile(Path(sys.argv[1]), 20_000, 50)
file.setFormatter(logging.Formatter("%(message)s"))
for number in range(2_000):
    file.handle(logging.makeLogRecord({"msg": f"{sys.argv[2]} {number} {'x' * 40}", "created": float(number)}))
"""


@contextmanager
def logger_into(written, layout=None):
    written.setFormatter(layout or logging.Formatter("%(message)s"))
    log = logging.getLogger("dq.test.written")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.addHandler(written)
    yield log
    log.removeHandler(written)
    written.close()


def documents(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def holes(desk):
    return desk.write("bars.csv", holed()), "--calendar", "24/7", "--interval", "1m"


@pytest.fixture
def record(monkeypatch):
    """What a record looks like as JSON."""
    monkeypatch.setenv("DATABASE_URL", f"postgresql://reader:{SECRET}@db/market")

    def said(message="hello", *args, **more):
        layout = as_json()
        ours = logging.getLogger("dq.some.part")
        made = ours.makeRecord(ours.name, logging.WARNING, "f", 1, message, args, **{"exc_info": None, **more})
        line = layout.format(made)
        assert "\n" not in line
        return json.loads(line)

    return said


def test_every_record_of_a_run_has_the_same_fields(shell):
    words = (*holes(shell), "--log-format", "json", "--log-file", "logs/dq.log")
    answer = shell.ask(*words, history=True, DATABASE_URL=f"postgresql://reader:{SECRET}@db/market")
    assert answer.status == 1
    path = shell.folder / "logs" / "dq.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    records = documents(path)
    assert {tuple(one)[: len(ALWAYS)] for one in records} == {ALWAYS}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", one["timestamp"]) for one in records)
    assert {one["operation"] for one in records} >= {"read", "judge", "record", "run"}
    (run,) = (one for one in records if one["operation"] == "run")
    assert (run["component"], run["level"], run["status"], run["exit_code"]) == ("dq.run", "warning", "fail", 1)
    assert run["duration_ms"] > 0
    assert run["series"] == 1
    assert run["findings"] > 0
    assert [json.loads(line)["operation"] for line in answer.err.splitlines()] == ["run"]  # stderr: warnings alone


def test_people_are_not_told_twice(shell):
    (shell.folder / "dq.toml").write_text('[log]\nfile = "run.log"\n', "utf-8")
    answer = shell.ask(*holes(shell))
    assert (answer.status, answer.err) == (1, "")
    lines = (shell.folder / "run.log").read_text("utf-8").splitlines()
    assert any(re.match(r"\d{4}-.*Z WARNING dq\.run: fail: 1 series", line) for line in lines)


def test_without_a_wish_structlog_stays_away(shell):
    script = "import sys; from dq.cli import main; main(sys.argv[1:]); sys.exit('structlog' in sys.modules)"
    words = [sys.executable, "-c", script, "validate", *holes(shell), "--no-history"]
    assert (
        subprocess.run(words, cwd=shell.folder, env=shell.environment, capture_output=True, check=False).returncode == 0
    )


def test_a_log_that_cannot_be_written_changes_nothing_but_a_note(shell):
    words = (*holes(shell), "--log-file", "/dev/full", "--log-format", "json", "--log-level", "error")
    answer = shell.ask(*words, "--log-level", "info", "--format", "json")
    assert answer.status == 1
    assert json.loads(answer.out)["run"]["verdict"] == "fail"
    notes = [line for line in answer.err.splitlines() if line.startswith("dq: ")]
    assert notes == [
        "dq: the log /dev/full cannot be written (No space left on device). What is done goes on without it."
    ]


def test_a_record_of_any_library_is_one_line(record):
    try:
        raise ValueError(f"first line\nsecond: {SECRET}")
    except ValueError:
        said = record("two\nlines of %s", "text", exc_info=sys.exc_info(), extra={"bytes": 3})
    assert said["component"] == "dq.some.part"
    assert said["event"] == "two\nlines of text"
    assert said["bytes"] == 3
    assert said["operation"] is None
    assert said["exception"].startswith("Traceback")
    assert "***" in said["exception"]
    assert SECRET not in json.dumps(said)


def test_secrets_hide_in_every_field(record):
    said = record(
        f"password={SECRET}",
        extra={"fields": {"place": f"postgresql://u:{SECRET}@h/d", "deep": [{"a": SECRET}], "api_key": "an0ther-key"}},
    )
    assert SECRET not in json.dumps(said)
    assert said["api_key"] == "***"
    assert said["deep"] == [{"a": "***"}]


def test_values_become_what_json_knows(record):
    fields = {"count": np.int64(3), "share": float("nan"), "bars": np.float64(0.5), "where": {"a": (1, None, True)}}
    said = record(extra={"fields": {**fields, "component": "mine", "long": "x" * 2 * LONGEST}})
    assert (said["count"], said["share"], said["bars"], said["where"]) == (3, None, 0.5, {"a": [1, None, True]})
    assert said["component"] == "dq.some.part"
    assert len(said["long"]) == LONGEST + 1


def test_the_file_is_bounded_by_rotation(tmp_path):
    with logger_into(LogFile(tmp_path / "dq.log", 1_000, 2)) as log:
        for number in range(500):
            log.info("%d %s", number, "x" * 50)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"dq.log", "dq.log.1", "dq.log.2"}
    assert max(sizes.values()) <= 1_000
    assert (tmp_path / "dq.log").read_text("utf-8").splitlines()[-1].startswith("499 ")


def test_a_file_that_was_moved_away_is_begun_anew(tmp_path):
    path = tmp_path / "dq.log"
    with logger_into(LogFile(path, 0, 1)) as log:
        log.info("before")
        path.rename(tmp_path / "moved")
        log.info("after")
        path.unlink()
        log.info("again")
    assert (tmp_path / "moved").read_text("utf-8") == "before\n"
    assert path.read_text("utf-8") == "again\n"


def test_half_a_line_of_one_who_was_killed_stays_alone(tmp_path):
    path = tmp_path / "dq.log"
    path.write_text('{"half": ', "utf-8")
    with logger_into(LogFile(path, 0, 1)) as log:
        log.info("whole")
    assert path.read_text("utf-8") == '{"half": \nwhole\n'


def test_what_could_not_be_written_is_tried_again(tmp_path, capsys):
    (tmp_path / "logs").write_text("no folder", "utf-8")
    with logger_into(LogFile(tmp_path / "logs" / "dq.log", 0, 1)) as log:
        log.info("lost")
        log.info("lost, too")
        (tmp_path / "logs").unlink()
        log.info("written")
    assert (tmp_path / "logs" / "dq.log").read_text("utf-8") == "written\n"
    assert capsys.readouterr().err.count("\n") == 1


def test_two_processes_share_a_file_that_is_rotated(tmp_path):
    path = tmp_path / "dq.log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, name]) for name in "ab"]
    assert [one.wait(60) for one in writers] == [0, 0]
    lines = [line for one in tmp_path.iterdir() for line in one.read_text("utf-8").splitlines()]
    assert sorted(lines) == sorted(f"{name} {number} {'x' * 40}" for name in "ab" for number in range(2_000))
    assert max(one.stat().st_size for one in tmp_path.iterdir()) < 21_000


def test_what_is_said_ten_thousand_times_is_written_once(tmp_path):
    path = tmp_path / "dq.log"
    with logger_into(LogFile(path, 0, 1), as_json()) as log:
        for _ in range(10_000):
            log.warning("the pool is %s", "full")
        log.warning("something else")
    told = [(one["event"], one.get("repeated")) for one in documents(path)]
    again = "the pool is full (repeated 9,999 times)"
    assert told == [("the pool is full", None), (again, 9_999), ("something else", None)]


def test_what_goes_on_for_long_is_told_again_and_again():
    written = []
    filtering = Repeats(lambda record: written.append(record.getMessage()))
    for second in range(25):
        made = logging.makeLogRecord({"msg": "slow", "created": 1_000.0 + second})
        if filtering.filter(made):
            written.append(made.getMessage())
    assert written == ["slow", "slow (repeated 9 times)"] * 2 + ["slow"]


def test_a_record_whose_arguments_do_not_fit_is_written_all_the_same(tmp_path):
    written = LogFile(tmp_path / "dq.log", 0, 1)
    written.setFormatter(as_json())
    written.handle(logging.makeLogRecord({"msg": "%d of %d", "args": ("one",)}))
    written.close()
    assert documents(tmp_path / "dq.log")[0]["event"] == "'%d of %d' (its arguments do not fit)"


def test_many_threads_write_whole_lines(tmp_path):
    with logger_into(LogFile(tmp_path / "dq.log", 5_000, 100), as_json()) as log:
        threads = [threading.Thread(target=lambda: [log.info("%d", n) for n in range(50)]) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert all(documents(path) for path in tmp_path.iterdir())


def test_a_source_that_refuses_us_tells_the_log_no_password(shell):
    shell.write(
        "dq.toml", f"[source]\nretries = 0\nurl = 'postgresql://reader:{SECRET}@127.0.0.1:{free_port()}/market'\n"
    )
    answer = shell.ask("--window", "1h", "--log-level", "debug", "--log-format", "json", "--log-file", "dq.log")
    assert answer.status == 3
    text = (shell.folder / "dq.log").read_text("utf-8")
    assert SECRET not in text + answer.out + answer.err
    failed = {one["operation"] for one in documents(shell.folder / "dq.log") if one["status"] in {"failed", "unknown"}}
    assert {"connect", "attempt", "run"} <= failed


def test_the_log_moves_when_settings_are_read_again(tmp_path, capsys):
    root = logging.getLogger()
    before, log = root.level, logging.getLogger("dq.test.moved")
    try:
        log_by(LogSettings(file=tmp_path / "first", format="json"))
        log.info("one", extra=about("reload", number=1))
        log_by(LogSettings(file=tmp_path / "second"))
        log.info("two")
        log_by(LogSettings(file=tmp_path / "third", format="json", level="info"))
        log.info("for programs")
        log.warning("for both")
        log_by(LogSettings(format="json"))
        log.info("for programs, where there is no file")
    finally:
        log_by(LogSettings())
        root.setLevel(before)
    (one,) = documents(tmp_path / "first")
    assert (one["operation"], one["status"], one["number"], one["event"]) == ("reload", "ok", 1, "one")
    assert (tmp_path / "second").read_text("utf-8").endswith(" INFO dq.test.moved: two\n")
    assert [one["event"] for one in documents(tmp_path / "third")] == ["for programs", "for both"]
    near, alone = capsys.readouterr().err.splitlines()
    assert near == "dq: WARNING: for both"
    assert json.loads(alone)["event"] == "for programs, where there is no file"


def test_a_program_without_a_log_is_not_spoken_to():
    script = "import logging; from dq.logbook import entry; entry(logging.getLogger('dq'), 'run', 'x', level=40)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert answer.stderr == b""


def test_the_logbook_tells_how_it_went():
    heard = []

    class Ear(logging.Handler):
        def emit(self, record):
            heard.append((record.levelname, record.getMessage(), record.fields))

    with logger_into(Ear()) as log:
        with timed(log, "deliver", "telling the desk", channel="desk") as found:
            found["messages"] = 2
        with pytest.raises(OSError, match="refused"), timed(log, "deliver", "telling the desk"):
            raise OSError("refused")
    (good, bad) = heard
    assert good[:2] == ("INFO", "telling the desk")
    assert {**good[2], "duration_ms": 0} == {
        "operation": "deliver", "duration_ms": 0, "status": "ok", "channel": "desk", "messages": 2
    }  # fmt: skip
    assert bad[:2] == ("WARNING", "telling the desk: OSError")
    assert (bad[2]["status"], bad[2]["error"]) == ("failed", "refused")
