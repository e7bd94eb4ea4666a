"""One run told in order: fetch, admit, examine, explain, judge, record."""

from dq.run.asked import Asked
from dq.run.story import Outcome, validate

__all__ = ["Asked", "Outcome", "validate"]
