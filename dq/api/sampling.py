"""`dq.sample`: lifelike bars with known defects, for a first look without data of one's own."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dq.model import COLUMNS, HOUR, MINUTE, SettingsError, duration_text

if TYPE_CHECKING:
    import pandas as pd

    from dq.api.asking import Instant, Length
    from dq.demo.samples import Sample as Made

AT = "2026-03-12T19:00Z"  # a Thursday on which every market of the sample is open, four days after clocks changed
LONGEST = 3 * 366 * 24 * HOUR


class Sample(NamedTuple):
    """Three frames, to take apart: `bars, truth, defects = dq.sample()`.

    Attributes:
        bars: instrument, timestamp, open, high, low, close, volume: what a collector has, with its defects.
        truth: the same without a defect, as a second source would have it.
        defects: what is wrong with the bars: check, instrument, start, end, count, and what happened in words.
    """

    bars: pd.DataFrame
    truth: pd.DataFrame
    defects: pd.DataFrame


def sample(
    length: Length = "30d",
    *,
    interval: Length = "1m",
    instruments: str | Collection[str] | None = None,
    at: Instant = AT,
) -> Sample:
    """Lifelike bars of futures, currencies, coins and shares, always the same for the same arguments.

    Bars of a minute up to 31 days long have their defects in the last hour, as `dq demo` has them; longer ones, and
    those of other intervals, have a defect of each kind spread over their length.

    Args:
        length: how far back from `at`: "6h", "1d", "365d"; at most three years.
        interval: of the bars: "1m", "5m", "15m" or whatever else divides half an hour.
        instruments: of NQ=F, ES=F, EURUSD=X, BTC-USD, AAPL; all five unless given.
        at: where the bars end, an instant as `dq.validate` takes it.

    Raises:
        SettingsError: arguments are wrong.
    """
    from dq.demo.instruments import INSTRUMENTS
    from dq.demo.samples import FINEST, sample
    from dq.settings.arguments import admitted
    from dq.settings.places import Places

    said = {"window": length, "interval": interval, "instruments": instruments, "at": at}
    values, _ = admitted(said)
    known = tuple(one.name for one in INSTRUMENTS)
    names = values["instruments"] or known
    wrong = _wrong(names, known, values["window"], values["interval"], FINEST)
    if wrong:
        raise SettingsError(wrong)
    cache = Places(os.environ, Path.cwd()).cache(os.environ.get("DQ_CACHE_DIR"))
    made = sample(names, values["at"] // MINUTE * MINUTE, values["window"], values["interval"], cache)
    return Sample(_frame(made.bars), _frame(made.truth), _defects(made))


def _wrong(names: Collection[str], known: Collection[str], length: int, interval: int, finest: int) -> str:
    strange = [name for name in names if name not in known]
    if strange:
        return f"instruments: there is no sample of {strange[0]!r}; there are {', '.join(known)}"
    if interval < MINUTE or finest % interval:
        return f"interval: {duration_text(interval)} is not allowed; it must divide half an hour: 1m, 5m, 15m, 30m"
    if length > LONGEST:
        return f"length: {duration_text(length)} is not allowed; it may be three years at most"
    return ""


def _frame(bars: Any) -> pd.DataFrame:
    """Bars by instrument as one frame."""
    import pandas as pd

    from dq.api.frames import instants

    stamps = np.concatenate([one.timestamp for one in bars.values()])
    names = np.repeat(list(bars), [len(one) for one in bars.values()])
    columns = {name: np.concatenate([one.column(name) for one in bars.values()]) for name in COLUMNS}
    return pd.DataFrame({"instrument": pd.Series(names, dtype="str"), "timestamp": instants(stamps), **columns})


def _defects(made: Made) -> pd.DataFrame:
    import pandas as pd

    from dq.api.frames import instants, texts

    found = [one for _, _, one in made.defects]
    columns = {
        "check": texts([one.check for one in found]),
        "instrument": texts([name for name, _, _ in made.defects]),
        "start": instants([one.start for one in found]),
        "end": instants([one.end for one in found]),
        "count": np.array([one.count for one in found], np.int64),
        "happened": texts([told for _, told, _ in made.defects]),
    }
    return pd.DataFrame(columns)
