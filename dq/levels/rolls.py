"""Rolls: the days on which a continuous series of futures passes from one contract to the next."""

from __future__ import annotations

import numpy as np

from dq.model import DAY, Int, Mask

QUARTERLY = ("equity", "eurex", "_fx")  # in names of calendars: their contracts expire four times a year
ENERGY = ("energy", "crude", "gas", "harbor", "_cl", "_mcl", "_ng", "_rb", "_ho")
THIRD_FRIDAY = (15, 21)
WEEK_BEFORE = 11  # days from the Monday of the week before to the third Friday
MID_MONTH = (12, 23)  # energy expires around the 20th
MONTH_END = (23, 2)  # metals, grains, bonds and the rest leave a contract before its first notice day


def in_roll_week(stamps: Int, calendar: str) -> Mask:
    """Whether each instant lies in the days in which contracts of that calendar are rolled.

    Equity indices and currencies: the eleven days up to the third Friday of March, June, September and
    December. Energy: the 12th to the 23rd of a month, and its end. Everything else: from the 23rd to the 2nd.
    """
    name = calendar.casefold()
    dates = (stamps // DAY).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    if any(word in name for word in QUARTERLY):
        first = months.astype("datetime64[D]").astype(np.int64)
        friday = THIRD_FRIDAY[0] + (4 - (first + THIRD_FRIDAY[0] - 1 + 3)) % 7  # 1970-01-01 was a Thursday
        quarter = months.astype(np.int64) % 3 == 2
        return np.asarray(quarter & (day <= friday) & (day >= friday - WEEK_BEFORE))
    end = (day >= MONTH_END[0]) | (day <= MONTH_END[1])
    energy = any(word in name for word in ENERGY)
    return np.asarray(end | (energy & (day >= MID_MONTH[0]) & (day <= MID_MONTH[1])))
