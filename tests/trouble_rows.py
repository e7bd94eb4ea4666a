"""One fault, one run of the real command, one row: what was said, how soon, and whether it was right."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HANGS_AFTER = 60.0  # seconds
VERDICTS = {0: "pass", 1: "fail", 2: None, 3: "unknown"}
SECRETS = ("hunter2", "s3cret")


@dataclass(frozen=True)
class Command:
    """A command line after `dq validate`, its dq.toml, the environment besides, and what of Python is dq."""

    words: Sequence[str]
    settings: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    program: Sequence[str] = ("-m", "dq")


Setting = Callable[..., AbstractContextManager[Command]]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and what dq must say of it.

    Attributes:
        road: Postgres, REST, Yahoo or settings.
        arranged: makes it go wrong around one run, given the road's servers.
        status: the exit status that is right.
        says: a part of the sentence that is right.
        soon: seconds within which it must be said, start-up included.
        bars: how many bars were truly there to be judged, where some were.
        quick: whether the tests run it each time.
    """

    road: str
    name: str
    arranged: Setting
    status: int
    says: str
    soon: float
    bars: int | None = None
    quick: bool = False


@dataclass(frozen=True)
class Row:
    """What became of a fault; `wrong` says what is not as it must be."""

    fault: Fault
    status: int | None = None
    seconds: float = 0.0
    sentence: str = ""
    wrong: tuple[str, ...] = ()
    skipped: str = ""


class Faults:
    """The faults of one road, in the order in which they are written."""

    def __init__(self, road: str, *, slack: float = 0.0) -> None:
        """Args: slack: seconds by which this road's libraries make every answer later."""
        self.road = road
        self.slack = slack
        self.all: list[Fault] = []

    def __call__(
        self, name: str, status: int, says: str, *, soon: float = 5.0, bars: int | None = None, quick: bool = False
    ) -> Callable[[Callable[..., Iterator[Command]]], Setting]:
        """Decorates a generator that makes it go wrong, yields what to ask, and clears up."""

        def added(arranged: Callable[..., Iterator[Command]]) -> Setting:
            setting = contextmanager(arranged)
            self.all.append(Fault(self.road, name, setting, status, says, soon + self.slack, bars, quick))
            return setting

        return added


def row_of(fault: Fault, servers: Any, folder: Path) -> Row:
    """Make it go wrong, ask the real command, and look at all that it says."""
    row = tried(fault, servers, folder)
    late_alone = len(row.wrong) == 1 and row.seconds > fault.soon
    return tried(fault, servers, folder) if late_alone else row  # the machine may have been busy


def tried(fault: Fault, servers: Any, folder: Path) -> Row:
    try:
        with fault.arranged(servers) as command:
            (folder / "dq.toml").write_text(command.settings)
            began = time.monotonic()
            answer = ask(command, folder)
            seconds = time.monotonic() - began
    except subprocess.TimeoutExpired:
        return Row(fault, None, HANGS_AFTER, wrong=("it hangs",))
    except (ImportError, FileNotFoundError, pytest.skip.Exception) as absent:
        return Row(fault, skipped=str(absent))
    return judged(fault, answer, seconds)


def ask(asked: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    """The real command, with every warning of every library made an error."""
    command = [sys.executable, "-W", "error", "-X", "dev", *asked.program, "validate", *asked.words]
    return subprocess.run(
        [*command, "--format", "json", "--no-history"],
        cwd=folder,
        env=environment(folder) | asked.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER,
        check=False,
    )


def environment(folder: Path) -> dict[str, str]:
    """One in which nothing of the user's own has a say."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith(("DQ_", "PG", "SUPABASE_"))}
    for name in ("DATABASE_URL", "INSTRUMENT", "MARKET_TIMEZONE", "FETCH_INTERVAL_SECONDS"):
        ours.pop(name, None)
    return ours | {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "DQ_CACHE_DIR": str(folder / "cache")}


def judged(fault: Fault, answer: subprocess.CompletedProcess[str], seconds: float) -> Row:
    """The row of an answer."""
    document = json.loads(answer.stdout) if answer.stdout.strip() else None
    sentence = said(document, answer.stderr)
    wrong = list(faults_of(fault, answer, document, sentence))
    if seconds > fault.soon:
        wrong.append(f"it took {seconds:.1f} s, more than {fault.soon:g}")
    return Row(fault, answer.returncode, seconds, sentence, tuple(wrong))


def faults_of(fault: Fault, answer: Any, document: Any, sentence: str) -> Iterator[str]:
    """Everything that is not as it must be, but for the time."""
    if answer.returncode != fault.status:
        yield f"exit status {answer.returncode}, must be {fault.status}"
    verdict = None if document is None else document["run"]["verdict"]
    if verdict != VERDICTS[fault.status]:
        yield f"verdict {verdict}, must be {VERDICTS[fault.status]}"
    if fault.bars is not None and document is not None and document["summary"]["bars"] != fault.bars:
        yield f"{document['summary']['bars']} bars, must be {fault.bars}"
    if fault.says.lower() not in sentence.lower():
        yield f"it does not say {fault.says!r}"
    if "Traceback" in answer.stdout + answer.stderr:
        yield "a traceback"
    if any(secret in answer.stdout + answer.stderr for secret in SECRETS):
        yield "a secret"
    strange = [line for line in answer.stderr.splitlines() if not line.startswith(("dq: ", "  "))]
    if strange:
        yield f"a library speaks: {strange[0][:100]}"


def said(document: Any, stderr: str) -> str:
    """The sentence that people are told first."""
    if document is not None and document["errors"]:
        return str(document["errors"][0]["message"])
    if document is not None:
        return f"{document['summary']['bars']:,} bars, {document['run']['verdict']}"
    first, *rest = stderr.splitlines() or [""]
    return " ".join([first.removeprefix("dq: "), *(line.strip() for line in rest if first.endswith(":"))])


def neutral(sentence: str) -> str:
    """The same on every machine: without ports, folders and names made up for one run."""
    for pattern, instead in (
        (r"(127\.0\.0\.1|localhost|\[::1\]):\d+", r"\1:PORT"),
        (r"(/[\w.-]+)+/(?=dq\.toml)", ""),
        (r"\brest[0-9a-f]{12}\b", "SCHEMA"),
        (r"\|", r"\\|"),
    ):
        sentence = re.sub(pattern, instead, sentence)
    return sentence
