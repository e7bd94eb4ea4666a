"""What the history forgets: a little with each run, so that no run waits for it."""

from __future__ import annotations

from dq.history.database import Database

KEPT = 200_000  # runs: those of a minute's cadence over 90 days, and half as many again
WEIGHT = 64 << 20  # bytes of details: those of the oldest runs go first, and their figures stay
AT_ONCE = 25  # of each kind, with each run: far more than a run adds


class Retention:
    """What is forgotten of a history."""

    database: Database

    def forget(self, before: int) -> None:
        """Forget what is older: runs by when they were recorded, messages by when they were sent, incidents that ended.

        An incident goes once the last run that made a step in its life has gone: an audit of last year is kept as long
        as any other run.

        Args:
            before: microseconds UTC.
        """
        asked = {"before": before, "most": AT_ONCE}
        with self.database.alone():
            self.database.run("history_forget_old_runs", asked)
            self.database.run("history_forget_messages", asked)
            ended = self.database.rows("history_old_lives", asked)
            self.database.run_many("history_forget_events", ended)
            self.database.run_many("history_forget_life", ended)

    def drop_surplus(self) -> None:
        """Forget what is more than may be kept, however young: runs by their number, details by their weight."""
        self.database.run("history_forget_runs", {"kept": KEPT})
        self.database.run("history_drop_details", {"kept": WEIGHT})
