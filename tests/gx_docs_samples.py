"""Runs for the tests of Data Docs: a sick one, one full of markup, one of which nothing could be read."""

from dataclasses import replace

from html_samples import AT, BTC, NQ, hole, lifelike, run, sick_run, verdict

from dq.model import HOUR, MINUTE, CheckVerdict, Evidence, Finding, Run, RunError, Series, Window

MARKUP = """<script>hacked=1</script><img src=x onerror="hacked=2">'"&amp; $severity ${x} \ud800 {{ 7 * 7 }}"""
HOSTILE = Series(MARKUP, MINUTE, MARKUP)


def later(old: Run, hours: int) -> Run:
    """The same run, some hours later and under another id."""
    start, end = old.window.start + hours * HOUR, old.window.end + hours * HOUR
    return replace(old, id=f"01JR{hours:06}", as_of=old.as_of + hours * HOUR, window=Window(start, end))


def sick() -> Run:
    return sick_run()[0]


def hostile() -> Run:
    """Every text that may come from data holds markup, and one check is not dq's."""
    found = Finding(
        "price_spike",
        "critical",
        HOSTILE,
        AT,
        AT,
        1,
        MARKUP,
        cause=MARKUP,
        observed=MARKUP,
        expected={MARKUP: [MARKUP]},
        evidence=Evidence(percent=7.5),
    )
    retired = replace(found, check="moon_phase", message="The moon was full.")
    checks = [
        CheckVerdict("price_spike", "fail", findings=1),
        CheckVerdict("moon_phase", "fail", findings=1),
        CheckVerdict("sun_spots", "pass"),
        CheckVerdict("off_tick_price", "not_checked", MARKUP),
    ]
    judged = replace(verdict(HOSTILE, lifelike(BTC), checks), assumed=(MARKUP,), notes=(MARKUP,), zone=MARKUP)
    errors = (RunError("source", MARKUP, MARKUP, MARKUP), RunError("source", MARKUP, MARKUP, MARKUP + "2"))
    said = {"suite": MARKUP, "source": MARKUP, "errors": errors, "id": MARKUP, "notes": (MARKUP,)}
    return run([judged], [found, retired], **said)


def unread() -> Run:
    """Nothing could be asked; the collector's log, which is no series, could."""
    errors = (
        RunError("source", "The server does not answer.", "Ask its owner.", "ES=F"),
        RunError("source", "The log of errors was cut short.", "Ask again."),
    )
    late = Finding("failed_cycle", "warning", None, AT, AT, 7, "7 of 60 cycles failed.")
    said = {"id": "01UNREAD", "verdict": "unknown", "exit_code": 3, "errors": errors, "suite": "collector"}
    return run([], [late], **said)


def thick() -> Run:
    """More findings of one check than a page lists, in two severities; a daily series beside one of minutes."""
    holes = [hole(NQ, AT - HOUR, 1, "info" if at else "warning") for at in range(1500)]
    daily = replace(BTC, interval=24 * HOUR)
    well = verdict(daily, lifelike(daily), verdict="pass")
    sick_one = verdict(NQ, lifelike(NQ), [CheckVerdict("missing_bar", "fail", findings=1500)])
    return run([sick_one, well], holes, id="01THICK", suite="ohlc_1d, ohlc_1m")
