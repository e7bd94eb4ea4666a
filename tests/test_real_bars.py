"""Bars that other people recorded: every alarm is explained, and whatever road they come by, the findings are the same.

$DQ_REAL_DATA names a folder with the files and a manifest.json that says what is known to be wrong with them.
"""

import io
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from parquet_samples import stored
from validate_support import COLUMNS, unpacked

FOLDER = os.environ.get("DQ_REAL_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="DQ_REAL_DATA does not say where recorded bars are")
ENTRIES = json.loads(Path(FOLDER, "manifest.json").read_text("utf-8"))["datasets"] if FOLDER else []
BY_NAME = {entry["name"]: entry for entry in ENTRIES}
SETTINGS = ("interval", "calendar", "tick", "label", "extended_hours", "adjusted", "allow_non_positive")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "wk": "weeks", "w": "weeks"}
PRICES = list(COLUMNS[:4])


def path_of(entry):
    return Path(FOLDER, entry["file"])


def step_of(entry):
    """The interval as pandas has it."""
    text = entry["interval"]
    return pd.Timedelta(**{UNITS[text.lstrip("0123456789")]: int("".join(filter(str.isdigit, text)))})


def frame_of(entry):
    """The rows, in the order of the file."""
    return pd.read_csv(io.StringIO(unpacked(path_of(entry))), parse_dates=["timestamp"])


def settle(desk, entry, **source):
    """Write what the owner of those bars would say of them."""
    said = {name: entry[name] for name in SETTINGS if entry.get(name) is not None}
    lines = [f'[series."{entry["instrument"]}"]', *(f"{name} = {json.dumps(value)}" for name, value in said.items())]
    lines += ["[source]", *(f"{name} = {_toml(value)}" for name, value in source.items())]
    desk.write("dq.toml", "\n".join(lines) + "\n")


def _toml(value):
    return (
        "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + "}"
        if isinstance(value, dict)
        else json.dumps(value)
    )


def text_of(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


# Alarms that the manifest does not know, each kind proven right by the bars themselves.


def stands_alone(finding, rows):
    """SPY, October 2013: a print reported late or off the market, mostly after the close, many at one price of the
    session (167.51 nine times on the 8th). It lies 0.28 % and more from the middle ones of three bars before and after,
    and those differ by 0.07 % at most."""
    at = rows.index[rows["timestamp"] == pd.Timestamp(finding["start"])][0]
    before, bar, after = rows["close"][at - 3 : at].median(), rows.loc[at], rows["open"][at + 1 : at + 4].median()
    far = max(bar["high"] / max(before, after), min(before, after) / bar["low"]) - 1
    return finding["start"] == finding["end"] and far > 0.0028 and abs(after / before - 1) < 0.0007


def stands_still_in_winter(finding, rows):
    """NQ and ES, written on a fixed grid of dates: from December to February nearly every row is the one before it to
    the last digit, in summer only Friday's is (a session that does not exist). The raw twins move all the year."""
    inside = rows["timestamp"].between(pd.Timestamp(finding["start"]), pd.Timestamp(finding["end"]))
    same = (rows[list(COLUMNS)] == rows[list(COLUMNS)].shift()).all(axis="columns")[inside]
    month = rows["timestamp"].dt.month[inside]
    return same[month.isin([12, 1, 2])].mean() > 0.95 and same[month.isin([6, 7, 8])].mean() < 0.3


def keeps_other_hours(finding, rows):
    """EURGBP of one broker. It closes early on Christmas and New Year's Eve and reopens at 04:00 UTC two days later:
    the market was open, so the bars are missing, whoever's habit it is. In the week of 2021-06-14 two single hours in
    the middle of London's day are lost."""
    start, end = pd.Timestamp(finding["start"]), pd.Timestamp(finding["end"])
    if (start.month, start.day) in {(12, 24), (12, 31)}:
        return start.hour >= 19 and end <= start.normalize() + pd.Timedelta(days=2, hours=3)
    return finding["start"] in {"2021-06-16T13:00:00Z", "2021-06-18T14:00:00Z"} and finding["count"] == 1


PROVEN = {
    ("SPY_1m_201310", "price_spike"): stands_alone,
    ("NQ_1d_clean_frozen", "dst_shift"): stands_still_in_winter,
    ("ES_1d_clean_frozen", "dst_shift"): stands_still_in_winter,
    ("EURGBP_1h_x1e5", "missing_bar"): keeps_other_hours,
}


def is_known(finding, entry):
    """Whether a defect of the manifest, to one interval, may be why."""
    step = step_of(entry)
    start, end = pd.Timestamp(finding["start"]), pd.Timestamp(finding["end"])
    return any(
        finding["check"] in defect["checks"]
        and start <= pd.Timestamp(defect["end"]) + step
        and end >= pd.Timestamp(defect["start"]) - step
        for defect in entry.get("known", [])
    )


def is_explained(finding, entry, rows):
    thin = entry.get("thin") and finding["check"] in {"missing_bar", "low_completeness"}  # nobody knows what traded
    proof = PROVEN.get((entry["name"], finding["check"]))
    return thin or is_known(finding, entry) or (proof is not None and proof(finding, rows))


@pytest.mark.parametrize("name", BY_NAME)
def test_every_alarm_on_bars_as_they_are_is_explained(desk, name):
    entry = BY_NAME[name]
    settle(desk, entry)
    rows = frame_of(entry)
    end = rows["timestamp"].max() + step_of(entry) + pd.Timedelta(minutes=1)
    report = desk.json(path_of(entry), "--at", text_of(end)).report
    assert report["errors"] == []
    assert report["summary"]["bars"] == len(rows)
    alarms = [one for one in report["findings"] if one["severity"] != "info"]
    assert [one for one in alarms if not is_explained(one, entry, rows)] == []


# A dozen that have everything: dates and minutes, doubles, disorder, wide gaps, no volume, and every type of timestamp.
PRICE_CHECKS = {"price_spike", "scale_error", "split_jump", "price_jump", "off_tick_price", "precision_loss"}
PAIRS = [name for name in BY_NAME if name.endswith("_bad")]
CONTROLS = [name for name in BY_NAME if name.startswith("yf_") and name.endswith(("_fixed", "_ok"))]


def price_findings(desk, entry):
    settle(desk, entry)
    report = desk.json(path_of(entry), "--no-history").report
    return [one for one in report["findings"] if one["check"] in PRICE_CHECKS and one["severity"] != "info"]


@pytest.mark.parametrize("name", PAIRS)
def test_every_row_that_was_repaired_is_distrusted(desk, name):
    broken, repaired = (frame_of(BY_NAME[one]).set_index("timestamp") for one in (name, BY_NAME[name]["pair"]))
    apart = (broken[PRICES] / repaired.loc[broken.index, PRICES] - 1).abs().max(axis="columns")
    wrong = set(apart[apart > 0.01].index)
    found = [(pd.Timestamp(one["start"]), pd.Timestamp(one["end"])) for one in price_findings(desk, BY_NAME[name])]
    assert wrong
    assert {at for at in wrong if not any(start <= at <= end for start, end in found)} == set()


@pytest.mark.parametrize("name", CONTROLS)
def test_repaired_prices_raise_no_alarm(desk, name):
    assert price_findings(desk, BY_NAME[name]) == []


ROADS = {
    "NQ_5m_2019": "timestamptz",
    "GC_5m_2019": "timestamptz",
    "NQ_1d_clean_frozen": "timestamp",
    "ETHUSDT_1h": "bigint",
    "SOLUSDT_30m": "timestamptz",
    "AAPL_15m": "timestamp",
    "EURGBP_1h_x1e5": "timestamptz",
    "SPY_1m_201310": "timestamptz",
    "SPX_1m_201911": "bigint",
    "JPYUSD_1d_desc": "timestamptz",
    "yf_AET_L_1d_bad": "bigint",
    "yf_AV_L_1wk_bad": "timestamptz",
}
CASTS = {
    "timestamp": "timestamp AT TIME ZONE 'UTC'",
    "bigint": "(extract(epoch FROM timestamp) * 1000)::bigint",
}


def as_table(server, schema, entry, price, stamp):
    """The bars in a table; its name."""
    import psycopg

    table = f"{schema}.{price.split()[0]}_bars"
    columns = ", ".join(f"{name} {price}" for name in COLUMNS)
    server.run(f"CREATE TABLE {table} (instrument text, timestamp timestamptz, {columns})")
    order = f"COPY {table} FROM STDIN (FORMAT csv, HEADER)".encode()
    with psycopg.connect(server.url) as connection, connection.cursor() as cursor, cursor.copy(order) as copy:
        copy.write(unpacked(path_of(entry)))
    if stamp in CASTS:
        server.run(f"ALTER TABLE {table} ALTER timestamp TYPE {stamp} USING {CASTS[stamp]}")
    server.run(f"CREATE INDEX ON {table} (instrument, timestamp)", f"GRANT SELECT ON {table} TO reader")
    return table.split(".")[1]


def as_parquet(desk, entry):
    """The bars in a Parquet file; its path."""
    types = {"instrument": pa.string(), "timestamp": pa.timestamp("us", tz="UTC")}
    types |= dict.fromkeys(COLUMNS, pa.float64())
    options = pyarrow.csv.ConvertOptions(column_types=types)
    return stored(desk.folder, pyarrow.csv.read_csv(path_of(entry), convert_options=options))


def judged(answer):
    """What was found, but for the order of arrival, which a table does not have."""
    report = answer.report
    assert report["errors"] == []
    return [one for one in report["findings"] if one["check"] != "out_of_order_timestamp"]


@pytest.mark.parametrize("name", ROADS)
def test_a_table_and_a_file_of_the_same_bars_have_the_same_findings(desk, server, schema, name):
    entry, stamp = BY_NAME[name], ROADS[name]
    stamps = frame_of(entry)["timestamp"]
    end = text_of(stamps.max() + step_of(entry) + pd.Timedelta(minutes=1))
    span = ("--from", text_of(stamps.min()), "--to", end, "--at", end)
    settle(desk, entry)
    found = judged(desk.json(path_of(entry), *span))
    assert judged(desk.json(as_parquet(desk, entry), *span)) == found
    zone = {"timezone": "UTC"} if stamp == "timestamp" else {}
    for price in ("numeric", "double precision"):
        table = as_table(server, schema, entry, price, stamp)
        settle(desk, entry, schema=schema, tables={"ohlc": table}, **zone)
        answer = desk.json(server.tcp(), *span)
        assert judged(answer) == found
        assert answer.report["summary"]["bars"] == len(stamps)
