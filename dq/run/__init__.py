"""One run told in order: fetch, admit, examine, explain, judge, record."""

from dq.run.asked import Asked
from dq.run.question import asked_of
from dq.run.refusals import refuse_wrong_questions
from dq.run.story import Outcome, untold, validate

__all__ = ["Asked", "Outcome", "asked_of", "refuse_wrong_questions", "untold", "validate"]
