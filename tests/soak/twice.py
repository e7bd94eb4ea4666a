"""Two watches by mistake on one history: one works, the other says so."""

from __future__ import annotations

import signal

from soak.desk import ended, opened, until
from soak.rows import Row


def run(scale):
    with opened(scale, series=1) as desk:
        first = desk.start("watch", "--every", "1s", log="first")
        until(lambda: desk.runs() > 0)
        status, said = desk.run("watch", "--every", "1s", timeout=30)
        before = desk.runs()
        goes_on = until(lambda: desk.runs() > before) is not None and first.poll() is None
        told = f"exit {status}, {'says who' if 'Another dq watch' in said else said[:80]}"
        yield Row(
            "two watches: the second", "exit 3, says who has it", told, status == 3 and "Another dq watch" in said
        )
        yield Row("two watches: the first", "goes on", "goes on" if goes_on else "STOPPED", goes_on)
        first.send_signal(signal.SIGKILL)
        ended(first)
        status, _ = desk.run("watch", "--every", "1s", "--times", "1", timeout=30)
        yield Row("two watches: after a SIGKILL", "a new one works at once", f"exit {status}", status == 0)
