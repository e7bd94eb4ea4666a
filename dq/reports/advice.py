"""What to do about a defect: one sentence per check and cause, and SQL to copy where SQL is the answer."""

from __future__ import annotations

from dq.model import NO_INSTANT, Finding, instant_text

_FETCH_AGAIN = "Fetch these bars again from where they come from and overwrite them"

ADVICE = {
    ("missing_bar", ""): "Backfill that span from the source; if it has no bars there either, nothing was lost.",
    ("missing_bar", "hole"): "Backfill that span: the market was open and only this series lost bars, so look at its"
    " own requests in the collector's log.",
    ("missing_bar", "outage"): "See whether the collector or its network was down then: several series stopped at once."
    " Backfill them all for that span.",
    ("missing_bar", "halt"): "Nothing: the market itself had stopped.",
    ("missing_bar", "quiet"): "Nothing: at this hour it often trades too little for a bar.",
    ("missing_bar", "calendar_suspect"): "Find out whether the market was open; if it was not, the calendar wants an"
    " override for that date.",
    ("stale_series", ""): "See whether the collector runs and what it last logged; once it writes again, backfill the"
    " span.",
    ("stale_series", "outage"): "See whether the collector runs: several series stopped at once. Restart it, then"
    " backfill them all.",
    ("stale_series", "halt"): "Wait: the market itself has stopped.",
    ("stale_series", "quiet"): "Wait: at this hour it often trades too little for a bar.",
    ("stale_series", "calendar_suspect"): "Find out whether the market closed early; if so, the calendar wants an"
    " override for that date.",
    ("duplicate_timestamp", ""): "Keep one row per instrument and timestamp, then add a unique key and upsert, so that"
    " it cannot happen again.",
    ("duplicate_timestamp", "identical"): "Delete the spare copies, then add a unique key on (instrument, timestamp)"
    " and upsert, so that it cannot happen again.",
    ("duplicate_timestamp", "conflicting"): "Find out which row is right (as a rule the one written last), delete the"
    " others, then add a unique key on (instrument, timestamp) and upsert.",
    ("out_of_order_timestamp", ""): "Sort by timestamp wherever these bars are read; a late writer or two collectors"
    " at once bring rows in this order.",
    ("misaligned_timestamp", ""): "Write the time at which the bar opens, on the interval's grid, and delete the"
    " misplaced rows.",
    ("misaligned_timestamp", "live_bar"): "Do not store the bar that is still running, or upsert it once it is"
    " complete: this one was never corrected.",
    ("misaligned_timestamp", "label"): 'Set `label = "close"` for this series if its timestamps mean the end of'
    " the bar.",
    ("off_session_bar", ""): "Check the calendar of this series (extended hours?); if it is right, delete these bars.",
    ("off_session_bar", "synthetic"): "Delete these bars: nothing traded, the source merely repeated its last price.",
    ("dst_shift", ""): "Find where stamps are made, and make them from an aware time in UTC; then fetch that span"
    " again.",
    ("dst_shift", "stale_offset"): "Convert with the market's zone, by name, and not with a fixed offset; then fetch"
    " that span again and delete the displaced rows.",
    ("dst_shift", "local_time"): "Say `timezone` under [source], or store UTC: these stamps are the market's local"
    " time. Then move the rows that are there.",
    ("dst_shift", "missing_hour"): "Store UTC instead of the wall clock's time; all bars of this series may be"
    " displaced.",
    ("dst_shift", "repeated_hour"): "Store UTC instead of the wall clock's time: two hours share these stamps. Fetch"
    " them again, and see whether the rest of the series is displaced.",
    ("dst_shift", "frozen_winter"): "Cut the sessions in the market's own zone and do not fill; then build the winters"
    " anew from the bars they were made of.",
    ("missing_bar", "dst"): "Mend what `dst_shift` names: these bars are there, under other stamps.",
    ("stale_series", "dst"): "Mend what `dst_shift` names: the bars come, under other stamps.",
    ("off_session_bar", "dst"): "Mend what `dst_shift` names: do not delete these bars, they are good ones.",
    ("duplicate_timestamp", "dst"): "Mend what `dst_shift` names: two different bars share these stamps.",
    ("out_of_order_timestamp", "dst"): "Mend what `dst_shift` names: the stamps went back with a clock.",
    ("future_bar", ""): "Check the collector's clock and time zone: a bar cannot open later than now.",
    ("null_price", ""): f"{_FETCH_AGAIN}; declare the price columns NOT NULL, so that it cannot happen again.",
    ("non_positive_price", ""): f"{_FETCH_AGAIN}, or set `allow_non_positive` if this instrument may trade there.",
    ("inconsistent_ohlc", ""): f"{_FETCH_AGAIN}: no order of trades gives such a bar.",
    ("price_spike", ""): f"{_FETCH_AGAIN}; until then leave them out of any calculation.",
    ("price_spike", "unsettled"): "Look again after a few more bars: they show whether the price stays there.",
    ("scale_error", ""): "Find out in which unit the source quotes (pence or pounds?); multiply these bars into the"
    " unit of the others, or fetch them again.",
    ("scale_error", "stays"): "Find out when the source changed its unit, or the instrument its denomination; bring the"
    " bars on one side of that bar into the unit of the other.",
    ("split_jump", ""): "See whether the shares were split or merged that day; if so, fetch the bars before again,"
    " adjusted, and overwrite them.",
    ("price_jump", ""): "See what the source changed at that bar (contract, venue, adjustment), and adjust or fetch"
    " again the bars on one side of it.",
    ("price_jump", "traded"): "Nothing, if news explain it: the price went there and stayed.",
    ("price_jump", "roll"): "Nothing, if nothing is computed across it; otherwise adjust the contract before to the"
    " new one.",
    ("stuck_price", ""): "See whether the collector's feed still moves: it repeats one price. Then backfill the span.",
    ("off_tick_price", ""): f"{_FETCH_AGAIN}; if the market does trade there, set the right `tick`.",
    ("off_tick_price", "other_grid"): "See what changed at its first bar: another contract, an adjustment, a currency."
    " If the prices are right, set `tick` or `adjusted`.",
    ("precision_loss", ""): "Round to the tick where prices are written, and store them as numeric or double.",
    ("precision_loss", "single_precision"): "Find the float32 or `real` column on the way, make it numeric or double,"
    " and write these bars again.",
    ("zero_volume_run", ""): "Fetch these bars again with their volume; if the market was idle indeed, nothing is"
    " wrong.",
    ("volume_spike", ""): "Compare with another source: a unit, a running total or a shifted column looks like this.",
    ("null_volume", ""): "Fetch these bars again with their volume.",
    ("negative_volume", ""): f"{_FETCH_AGAIN}; declare CHECK (volume >= 0), so that it cannot happen again.",
    ("low_completeness", ""): "Backfill the holes listed for this series; completeness follows.",
    ("reference_mismatch", ""): "Look which of the two is right, at a third place if need be; if it is the reference,"
    " fetch these bars again and overwrite them.",
    ("reference_mismatch", "extra"): "Nothing, if trades are reported here: then the reference lost these bars.",
    ("reference_mismatch", "invented"): "See who writes bars in which nobody traded: a collector that fills gaps should"
    " leave them out.",
    ("uncovered_level", ""): "See whether what writes levels still runs, and what it last logged; of types that were"
    " given up, delete the rows, or name those that count under [collector.levels].",
    ("failed_cycle", ""): "Begin with the message that is told most often; then backfill what did not come meanwhile.",
    ("failed_cycle", "retries"): "Nothing is lost yet: ask less often, or look at the network, before retries fail"
    " too.",
    ("slow_cycle", ""): "See in the collector's log what its cycles wait for: the source, the database, or each other;"
    " then ask for less at once, or less often.",
    ("slow_upsert", ""): "See what the database does meanwhile (locks, missing indexes, a full disk), and write several"
    " bars in one statement.",
    ("excessive_retry", ""): "Nothing is lost yet: ask less often, or look at the network and the source's limits,"
    " before retries fail too.",
    ("excessive_memory", ""): "Restart the collector at a quiet hour before the system ends it; then find what it keeps"
    " from cycle to cycle.",
    ("broken_contract", ""): "Correct the cells that are named; until then their rows are left out.",
}

_OWN = {
    "could_not_tell": "See whether the source answers: `dq doctor` says what is wrong, step by step. Bars of that time are"
    " judged once it does.",
    "channel_down": "Correct the channel's address, or what it leads to: `dq alerts test` tries it. What waits is sent then.",
}

_CAUSES = {
    "halt": "the market itself had stopped",
    "outage": "several series stopped at once",
    "calendar_suspect": "the calendar may be wrong about that time",
    "quiet": "it often trades too little for a bar at that time",
    "hole": "only this series lost bars",
    "identical": "the same row was written again",
    "conflicting": "rows for one bar say different things",
    "unsettled": "later bars have yet to show whether it comes back",
    "live_bar": "a bar that was still running was stored",
    "label": "timestamps name another end of the bar",
    "traded": "the market moved there",
    "splice": "bars of two contracts or sources were joined",
    "roll": "the contract was rolled",
    "stays": "the level changed for good",
    "synthetic": "the source repeated its last price without a trade",
    "dst": "stamps are displaced, as `dst_shift` says",
    "local_time": "local time was stored as if it were UTC",
    "stale_offset": "a UTC offset was applied that did not hold",
    "missing_hour": "the stamps follow a wall clock that skips an hour",
    "repeated_hour": "the stamps follow a wall clock that shows an hour twice",
    "frozen_winter": "sessions were cut on a fixed hour of UTC and filled",
    "single_precision": "the prices went through single precision",
    "extra": "the reference lacks them",
    "invented": "nobody traded, and the reference has no bar",
    "other_grid": "most prices there are on another grid",
    "retries": "requests had to be made again",
}

_SQL = {
    "duplicate_timestamp": "ALTER TABLE ohlc_data ADD UNIQUE (instrument, timestamp);  -- once the copies are gone\n"
    "INSERT INTO ohlc_data (instrument, timestamp, open, high, low, close, volume) VALUES (…)\n"
    "  ON CONFLICT (instrument, timestamp) DO UPDATE SET open = excluded.open, high = excluded.high,\n"
    "  low = excluded.low, close = excluded.close, volume = excluded.volume;",
    "null_price": "ALTER TABLE ohlc_data ALTER open SET NOT NULL, ALTER high SET NOT NULL,\n"
    "  ALTER low SET NOT NULL, ALTER close SET NOT NULL;  -- once no row has any",
    "negative_volume": "ALTER TABLE ohlc_data ADD CHECK (volume >= 0);  -- once no row breaks it",
    "inconsistent_ohlc": "ALTER TABLE ohlc_data ADD CHECK\n"
    "  (low <= open AND low <= close AND high >= open AND high >= close);  -- once no row breaks it",
}


def advice(check: str, cause: str | None) -> str:
    """One sentence that says what to do; checks that it does not know are referred to their page."""
    known = ADVICE.get((check, cause or "")) or ADVICE.get((check, "")) or _OWN.get(check)
    return known or f"Look at the bars around it; `dq explain {check}` says what this check looks for."


def cause_text(cause: str | None) -> str:
    """Why, in words: `several series stopped at once`; `not known` where no cause was found."""
    return _CAUSES.get(cause or "unknown", "not known" if cause in {None, "", "unknown"} else str(cause))


def speaks_sql(source: str) -> bool:
    """Whether the place that bars came from, as the run names it, is a database that SQL could mend."""
    return source.startswith(("postgres://", "postgresql://", "PostgreSQL ")) or ".supabase." in source


def sql_to_look(finding: Finding) -> str:
    """SQL that shows the rows of a finding, to be copied; empty where it has no series or no readable time."""
    if finding.series is None or NO_INSTANT in (finding.start, finding.end):
        return ""
    name = finding.series.instrument.replace("'", "''")
    if finding.subject:
        kind = finding.subject.replace("'", "''")
        return (
            f"SELECT * FROM reference_levels WHERE instrument = '{name}' AND level_type = '{kind}'\n"  # noqa: S608
            "  ORDER BY timestamp DESC LIMIT 20;"
        )
    return (
        f"SELECT * FROM ohlc_data WHERE instrument = '{name}'\n"  # noqa: S608 - shown to people, never sent
        f"  AND timestamp BETWEEN '{instant_text(finding.start)}' AND '{instant_text(finding.end)}' ORDER BY timestamp;"
    )


def sql_to_mend(check: str) -> str:
    """SQL that keeps the defect from coming back, to be copied; empty where there is none."""
    return _SQL.get(check, "")
