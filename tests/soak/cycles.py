"""A day of a run a minute, in one process as the watch is one: success, memory, speed, and what is left open."""

from __future__ import annotations

import gc
import statistics
import time

import psutil
import psycopg

from dq.demo.live import day, quiet
from dq.model import MINUTE
from soak.rows import Row
from soak.stage import staged

WARM = 100
CYCLES = 1_440


def run(scale):
    cycles, warm = (45, 15) if scale.short else (CYCLES, WARM)
    begin = day(scale.seed, scale.cache).begin
    with staged(scale, quiet(begin, begin + cycles * MINUTE)) as stage:
        watch, me = stage.watch(), psutil.Process()
        seconds, memory, failed, open_ends = [], [], [], []
        for cycle in range(1, cycles + 1):
            stage.advance(begin + cycle * MINUTE)
            began = time.perf_counter()
            outcome = watch.round().outcome
            seconds.append(time.perf_counter() - began)
            memory.append(me.memory_info().rss)
            if outcome.run.exit_code != 0:
                failed.append((cycle, outcome.run))
            if cycle in {warm, cycles}:
                gc.collect()
                open_ends.append((me.num_fds(), len(me.threads()), len(me.children()), _connections(stage)))
    yield from _rows(scale, cycles, warm, seconds, memory, failed)
    names = ("descriptors", "threads", "processes", "connections")
    grown = {name: after - before for name, before, after in zip(names, *open_ends, strict=True)}
    told = ", ".join(f"{count:+d} {name}" for name, count in grown.items())
    yield Row("cycles: what is left open", "nothing more than after warm-up", told, max(grown.values()) <= 0)


def _rows(scale, cycles, warm, seconds, memory, failed):
    share = 1 - len(failed) / cycles
    why = (
        f"; the first that failed: cycle {failed[0][0]}: {failed[0][1].errors or failed[0][1].findings}"
        if failed
        else ""
    )
    yield Row(f"cycles: success of {cycles:,}", "≥ 99.9 %", f"{share:.2%}{why}", share >= 0.999)
    tenth = max((cycles - warm) // 10, 25)
    before = statistics.median(memory[warm : warm + tenth])
    grown = (statistics.median(memory[-tenth:]) - before) / 1e6
    yield Row("cycles: memory after warm-up", "< 10 MB more", f"{grown:+.1f} MB ({before / 1e6:.0f} MB)", grown < 10)
    first, last = (statistics.median(part) for part in (seconds[warm : warm + tenth], seconds[-tenth:]))
    told = f"{last / first:.2f} × ({first * 1e3:.0f} ms, then {last * 1e3:.0f} ms)"
    limit = 2.0 if scale.short else 1.2  # of a few cycles on a busy machine the median says little
    yield Row("cycles: last tenth to first tenth", f"≤ {limit:g} ×", told, last / first <= limit)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    yield Row("cycles: 95 % of cycles take", "< 0.3 s", f"{p95:.3f} s", p95 < (1.0 if scale.short else 0.3))


def _connections(stage):
    """Those to the demo's database, this question's own and the collector's left out."""
    with psycopg.connect(stage.den.server.url, options="") as asked:
        (count,) = asked.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return count - 1
