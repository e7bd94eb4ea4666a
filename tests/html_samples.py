"""Lifelike bars and whole runs, built by hand for the tests of the HTML page."""

from dataclasses import replace

import numpy as np

from dq.model import (
    HOUR,
    MINUTE,
    Bars,
    CheckVerdict,
    Evidence,
    Finding,
    Incident,
    OrderedBars,
    Run,
    Series,
    SeriesVerdict,
    Window,
)


def instant(text):
    return int(np.datetime64(text, "us").astype(np.int64))


AT = instant("2026-03-12T15:00")
BTC = Series("BTC-USD", MINUTE, "24/7", tick=0.01)
NQ = Series("NQ=F", MINUTE, "CME_Equity", tick=0.25)
AAPL = Series("AAPL", MINUTE, "XNYS", tick=0.01, guessed=True)
EUR = Series("EURUSD=X", MINUTE, "FX", tick=0.00001)
ES = Series("ES=F", MINUTE, "CME_Equity", tick=0.25)
ZONES = {
    "BTC-USD": "UTC",
    "NQ=F": "America/Chicago",
    "ES=F": "America/Chicago",
    "AAPL": "America/New_York",
    "EURUSD=X": "America/New_York",
}


def lifelike(series, end=AT, count=300, price=21_000.0, seed=1):
    """A walk in ticks with volumes; the last bar opens one interval before `end`."""
    chance = np.random.default_rng(seed)
    tick = series.tick or 0.01
    step = price * 2e-4
    close = price + np.cumsum(chance.normal(0, step, count))
    opened = np.append(price, close[:-1])
    wick = np.abs(chance.normal(0, step * 0.7, (2, count)))
    high, low = np.maximum(opened, close) + wick[0], np.minimum(opened, close) - wick[1]
    columns = [np.round(column / tick) * tick for column in (opened, high, low, close)]
    stamps = end - series.interval * np.arange(count, 0, -1, dtype=np.int64)
    return Bars(stamps, *columns, np.round(chance.lognormal(5, 0.8, count)))


def without(bars, keep):
    return Bars(bars.timestamp[keep], *(bars.column(name)[keep] for name in ("open", "high", "low", "close", "volume")))


def spiked(bars, row, price):
    bars.high[row] = price
    return bars


def verdict(series, bars, checks=(), verdict="fail", **counts):
    values = {"expected_bars": 60, "missing_bars": 0, "quiet_bars": 0, "suspect_bars": 0} | counts
    first, last = (int(bars.timestamp[0]), int(bars.timestamp[-1])) if len(bars) else (None, None)
    passed = tuple(CheckVerdict(name, "pass") for name in ("future_bar", "null_price", "inconsistent_ohlc"))
    return SeriesVerdict(
        series,
        min(len(bars), 60),
        first=first,
        last=last,
        verdict=verdict,
        checks=(*checks, *passed),
        zone=ZONES.get(series.instrument, "UTC"),
        **values,
    )


def run(series=(), findings=(), incidents=(), **told):
    values = {
        "id": "01JPX2",
        "as_of": AT,
        "window": Window(AT - HOUR, AT),
        "source": "postgresql://dq:***@localhost/demo",
        "suite": "ohlc_1m",
        "verdict": "fail",
        "exit_code": 1,
        "dq_version": "0.1.0",
        "seconds": 0.31,
    } | told
    return Run(**values, series=tuple(series), findings=tuple(findings), incidents=tuple(incidents))


def clean_run():
    bars = lifelike(NQ)
    judged = verdict(NQ, bars, verdict="pass")
    return run([judged], verdict="pass", exit_code=0), {("NQ=F", MINUTE): bars.ordered}


def hole(series, start, count, severity="critical", check="missing_bar", cause="hole"):
    end = start + (count - 1) * series.interval
    return Finding(check, severity, series, start, end, count, f"{count} bars are missing.", cause=cause)


def sick_run():
    """Five series; BTC-USD has a hole, a spike and a duplicate, NQ=F stopped, the others are well."""
    start = AT - HOUR
    btc = spiked(lifelike(BTC, price=68_250.0), 259, 73_500.25)
    btc = without(btc, np.r_[0:275, 287:300])
    nq = lifelike(NQ, end=AT - 9 * MINUTE)
    spike = Finding(
        "price_spike",
        "critical",
        BTC,
        start + 19 * MINUTE,
        start + 19 * MINUTE,
        1,
        "The high of 73,500.25 stands 5,180 above its neighbours and came back at once.",
        ("high",),
        observed=73_500.25,
        expected=68_320.5,
        evidence=Evidence(sigmas=311.4, ticks=517_975.0, percent=7.58, came_back=True),
    )
    gap = replace(hole(BTC, start + 35 * MINUTE, 12), message="12 bars are missing while the market was open.")
    twice = Finding(
        "duplicate_timestamp",
        "warning",
        BTC,
        start + 10 * MINUTE,
        start + 10 * MINUTE,
        2,
        "The bar was written twice, with the same values.",
        cause="identical",
    )
    stale = replace(
        hole(NQ, AT - 9 * MINUTE, 8, check="stale_series", cause="unknown"),
        message="The last bar is 8 bars old although the market is open.",
    )
    findings = (spike, gap, twice, stale)
    incidents = [
        Incident(
            f"inc-{at}",
            one.check,
            one.cause,
            one.severity,
            "open",
            one.start,
            one.end,
            (one.series.instrument,),
            (at,),
            one.message,
        )
        for at, one in enumerate(findings)
    ]
    failed = {BTC: ("price_spike", "missing_bar", "duplicate_timestamp"), NQ: ("stale_series",)}
    bars = {BTC: btc, NQ: nq, AAPL: lifelike(AAPL, price=231.4, seed=3), ES: lifelike(ES, seed=5)}
    bars[EUR] = lifelike(EUR, price=1.08512, seed=4)
    told = [
        verdict(
            series,
            bars[series],
            [
                *(CheckVerdict(name, "fail", findings=1) for name in failed.get(series, ())),
                CheckVerdict("out_of_order_timestamp", "not_checked", "the source has no order of arrival"),
            ],
            verdict="fail" if series in failed else "pass",
            missing_bars={BTC: 12, NQ: 8}.get(series, 0),
        )
        for series in bars
    ]
    return run(told, findings, incidents), {(one.instrument, one.interval): bars[one].ordered for one in bars}


def crowded_run(series=200, findings=10_000):
    """Many of both: every series with its share of spikes."""
    each = findings // series
    names = [Series(f"S{number:03}-USD", MINUTE, "24/7", tick=0.01) for number in range(series)]
    bars = {one: lifelike(one, count=200, seed=at) for at, one in enumerate(names)}
    found = [
        Finding("price_spike", "critical", one, at, at, 1, f"The high of {one.instrument} is far away.", ("high",))
        for one in names
        for at in bars[one].timestamp[10 : 10 + 3 * each : 3].tolist()
    ]
    judged = [verdict(one, bars[one], [CheckVerdict("price_spike", "fail", findings=each)]) for one in names]
    incidents = [
        Incident(
            f"i{at}",
            "price_spike",
            None,
            "critical",
            "open",
            AT - HOUR,
            AT,
            (one.instrument,),
            (at * each,),
            "Far away.",
        )
        for at, one in enumerate(names)
    ]
    return run(judged, found, incidents), {(one.instrument, MINUTE): bars[one].ordered for one in names}


def no_bars():
    empty = np.zeros(0)
    return OrderedBars(np.zeros(0, np.int64), empty, empty, empty, empty, empty)
