"""When to look: from flags and bars to a window and an `as_of`."""

from __future__ import annotations

from dataclasses import dataclass

from dq.model import SECOND, Bars, SettingsError, Window, instant_text
from dq.run.asked import Asked


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one series.

    Attributes:
        window: `[start, end)`, microseconds UTC.
        as_of: the instant it pretends to be.
        live: the window ends at `as_of`, which was said, so that its tail can be stale.
        whole: everything there is was asked for: nothing is owed before the first bar.
    """

    window: Window
    as_of: int
    live: bool
    whole: bool = False


def asked_window(asked: Asked) -> Look:
    """The look that the flags describe.

    Raises:
        SettingsError: the window ends before it begins, or begins after `as_of`.
    """
    as_of = asked.as_of
    end = as_of if asked.end is None else asked.end
    start = asked.begin if asked.begin is not None else end - (asked.window or 0)
    if start >= end:
        raise SettingsError(
            f"The window is empty: it would begin at {instant_text(start)} and end at {instant_text(end)}.",
            hint="Give --from before --to, and both as instants such as 2026-03-08T07:00Z.",
        )
    if start >= as_of:
        raise SettingsError(
            f"The window begins at {instant_text(start)}, after the instant of the run, {instant_text(as_of)}.",
            hint="Give an earlier --from, or a later --at.",
        )
    return Look(Window(start, end), as_of, live=end >= as_of)


def window_notes(asked: Asked) -> tuple[str, ...]:
    """That the window ends after what can be known: bars of the rest may yet come, so nothing is said of it."""
    if not asked.windowed or asked.end is None or asked.end <= asked.as_of:
        return ()
    now, until = "now" if asked.at is None else "the instant of the run", asked.as_of // SECOND * SECOND
    return (f"The window ends at {instant_text(asked.end)}, after {now}: judged up to {instant_text(until)}.",)


def whole_window(asked: Asked, bars: Bars, interval: int) -> Look:
    """All bars of a file: from the first to the end of the last, or to `--at` where that is later."""
    first, last = (int(bars.timestamp.min()), int(bars.timestamp.max())) if len(bars) else (asked.as_of, asked.as_of)
    if asked.at is None:
        return Look(Window(first, last + interval), last + interval, live=False, whole=True)
    not_later = bars.timestamp[bars.timestamp <= asked.at]
    end = max(int(not_later.max()) + interval if len(not_later) else asked.at, asked.at)
    return Look(Window(min(first, asked.at), end), asked.at, live=True, whole=True)
