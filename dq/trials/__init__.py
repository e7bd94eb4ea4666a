"""The self-test: whether dq finds what can go wrong, in the user's own bars. Defects are put into copies in memory."""

from dq.trials.outcome import Outcome, Score, Trial
from dq.trials.story import selftest

__all__ = ["Outcome", "Score", "Trial", "selftest"]
