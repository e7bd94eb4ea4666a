"""Start a database of lifelike bars with known defects, and let dq judge it.

A PostgreSQL of its own is started in a folder, filled with 30 days of one-minute bars of five instruments, judged by
`dq validate` as you would run it, compared with what was put in, and removed again. Needs `pip install 'dq[demo]'`.

--keep leaves the database up and prints its URL in a form that a shell can evaluate; a database that was kept before
is replaced, with the same URL where its port is still free. --stop ends it.

--live replays a collector: it writes bars into that database as they would come, minute by minute, has troubles every few
minutes, and says what to type in another terminal to watch it. Ctrl-C ends it. With --speed it plays a whole day that
much faster, watches it too by the day's own clock, and tells what people would be told.

Examples:
  dq demo                                  the story, as of now
  dq demo --at 2026-03-08T15:00Z           the same on the Sunday on which New York changes its clocks
  eval "$(dq demo --keep)"                 a database to play with, named by DATABASE_URL
  dq demo --stop                           ends it
  dq demo --live                           a collector with troubles, to be watched in another terminal
  dq demo --live --speed 600 --faults 7    a day in two and a half minutes, with the troubles of day 7
  dq demo --live --faults troubles.toml    troubles of your own: kind, instruments, after, length, mended

Exit status: 0 when dq found exactly what was put in and nothing else at warning or critical, 1 when not.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import click

from dq.cli.demo_places import cache, heed_signals, state
from dq.cli.instants import Instant, now

if TYPE_CHECKING:
    from dq.demo import Chapter, Den, Shell, Story


@click.command
@click.option("--at", type=Instant(), help="The instant at which the 30 days end; the clock's otherwise.")
@click.option("--docs", metavar="DIR", default="dq-demo", show_default=True, help="Folder for the HTML pages.")
@click.option("--keep", "keeping", is_flag=True, help="Leave the database up and print its URL; run nothing on it.")
@click.option(
    "--stop", "stopping", is_flag=True, help="End the database that --keep left up, and any that a crash did."
)
@click.option("--live", "living", is_flag=True, help="Replay a collector that writes bars as they come.")
@click.option("--speed", type=click.FloatRange(1, 10_000), help="Of --live: that much faster, and watched as well.")
@click.option(
    "--faults", metavar="SEED|FILE|none", help="Of --live: which troubles; drawn by a number, or those of a TOML file."
)
@click.option("--hours", type=click.FloatRange(0, 480, min_open=True), help="Of --live: for how long; 24 unless said.")
def command(*, at: int | None, docs: str, keeping: bool, stopping: bool, living: bool, **live: Any) -> None:
    if not living and any(value is not None for value in live.values()):
        raise click.UsageError("--speed, --faults and --hours are of --live.")
    if living:
        from dq.cli.demo_live import play

        if stopping or keeping or at is not None:
            raise click.UsageError("--live goes with --speed, --faults and --hours alone.")
        heed_signals()
        play(**live)
        return
    _story(at, docs, keeping=keeping, stopping=stopping)


def _story(at: int | None, docs: str, *, keeping: bool, stopping: bool) -> None:
    """A database that stands still: judged once, kept, or stopped."""
    from dq.demo import keep, lend, story
    from dq.model import MINUTE

    if stopping and (keeping or at is not None):
        raise click.UsageError("--stop stands alone: it ends a database and starts none.")
    if stopping:
        click.echo(_stopped())
        return
    heed_signals()
    as_of = now() if at is None else at
    told = story(as_of // MINUTE * MINUTE, cache())
    if keeping:
        with keep(state()) as den:
            _fill(den, told)
            click.echo(_kept(den, told))
        return
    with lend(state()) as den:
        _fill(den, told)
        exact = _tell(told, _shell(den), Path(docs).absolute())
    if not exact:
        raise click.exceptions.Exit(1)


def _stopped() -> str:
    from dq.demo import end

    ended = end(state())
    return f"{ended} database{'s' if ended > 1 else ''} ended." if ended else "Nothing runs, so nothing to stop."


def _shell(den: Den) -> Shell:
    """A shell that knows the demo's database alone: nothing of the user's settings, history or PostgreSQL variables."""
    from dq.demo import Shell
    from dq.settings.variables import VARIABLES

    desk = den.folder / "desk"
    desk.mkdir()
    kept = {name: text for name, text in os.environ.items() if name not in VARIABLES and not name.startswith("PG")}
    ours = {
        "DATABASE_URL": den.server.url,
        "DQ_HISTORY": str(den.folder / "history.sqlite"),
        "DQ_CACHE_DIR": str(cache().absolute()),
    }
    return Shell((sys.executable, "-m", "dq"), kept | ours, desk)


def _fill(den: Den, told: Story) -> None:
    from dq.demo import fill

    began = time.perf_counter()
    click.echo("PostgreSQL is up on 127.0.0.1; filling it …", err=True)
    bars = fill(den.server.url, told)
    click.echo(f"{bars:,} bars written in {time.perf_counter() - began:.1f} s.", err=True)


def _kept(den: Den, told: Story) -> str:
    """What --keep prints: the URL for a shell, and comments for people."""
    from dq.demo import question

    lines = [f"export DATABASE_URL={shlex.quote(den.server.url)}", "#"]
    for chapter in told.chapters:
        lines += [f"# dq {shlex.join(question(chapter))}", *(f"#   {line}" for line in _defects(chapter)), "#"]
    return "\n".join([*lines, "# It stays up until you end it:  dq demo --stop"])


def _defects(chapter: Chapter) -> list[str]:
    from dq.demo import in_words

    return [line for name in chapter.instruments for line in in_words(name, chapter.at)]


def _tell(told: Story, shell: Shell, docs: Path) -> bool:
    """Tell the story, chapter by chapter; whether dq found exactly what was put in."""
    wrong: list[str] = []
    for chapter in told.chapters:
        page = docs if chapter.at == told.as_of else docs / "earlier"
        if chapter.at != told.as_of:
            names = ", ".join(chapter.instruments)
            click.echo(
                f"Not trading through this hour, so judged in the last one through which they all did: {names}.\n"
            )
        wrong += _tell_chapter(chapter, shell, page)
    owed = sum(len(chapter.expected) for chapter in told.chapters)
    if wrong:
        click.echo("\n".join(["dq did not find exactly what was put in:", *(f"  {line}" for line in wrong), ""]))
    else:
        click.echo(f"dq found exactly what was put in, {owed} of {owed}, and nothing else at warning or critical.\n")
    click.echo(_epilogue(told, docs))
    return not wrong


def _tell_chapter(chapter: Chapter, shell: Shell, docs: Path) -> list[str]:
    """One run as a person sees it; where it differs from what was put in."""
    from dq.demo import alarms, ask, differences, question, show

    click.echo("\n".join(["What was put in:", *(f"  {line}" for line in _defects(chapter)), ""]))
    click.echo(f"$ dq {shlex.join(question(chapter))}")
    sys.stdout.flush()
    status = show(shell, chapter, docs)
    if status != 1:
        return [f"`dq {shlex.join(question(chapter))}` exited with {status} instead of 1"]
    click.echo("It exits 1, because it found what was put in.\n")
    return list(differences(chapter, alarms(ask(shell, chapter))))


def _epilogue(told: Story, docs: Path) -> str:
    dq = "dq" if which("dq") else os.path.relpath(Path(sys.executable).with_name("dq"))
    opener = next(filter(which, ("xdg-open", "open", "wslview")), None)
    pages = {docs / "index.html": "all of it"}
    pages |= dict.fromkeys(docs.glob("series/BTC-USD_1m.html"), "a bad tick among its neighbours")
    if len(told.chapters) > 1:
        pages[docs / "earlier" / "index.html"] = "the markets that are closed now"
    width = max(len(page.as_uri()) for page in pages)
    return "\n".join(
        [
            "Try next:",
            f"  {dq} explain price_spike      how a bad print is told from a real jump",
            f'  eval "$({dq} demo --keep)"    a database to play with: then `{dq} validate --window 1h`',
            f"  {dq} selftest --window 1h     the same on your own bars: every defect put into copies in memory",
            f"  {dq} validate --help          your own database, or a folder of files",
            "",
            "The same to look at; open these in a browser:",
            *(f"  {page.as_uri():{width}}  {told}" for page, told in pages.items()),
            *([f"Or type:  {opener} {shlex.quote(os.path.relpath(docs / 'index.html'))}"] if opener else []),
        ]
    )
