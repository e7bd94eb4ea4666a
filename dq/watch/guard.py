"""What keeps a watch alive: nothing that a run or a listener raises ends it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from dq.model import DqError
from dq.run import Asked, Outcome, untold
from dq.watch.rounds import Answer, Round

log = logging.getLogger("dq.watch")
HINT = "The log says where; the next run is made all the same. Please report it."


class OwnError(DqError):
    """A fault of dq or of a library, in the middle of a run."""

    kind = "dq"


def guarded(run: Answer, ended: Callable[[], bool], version: str) -> Answer:
    """The same run; whatever it raises besides what it should becomes a run that could not tell.

    Args:
        ended: whether a signal ended the watch: then what libraries make of the interrupt is one, too.
        version: dq's own.
    """

    def answer(asked: Asked, limit: int | None) -> Outcome:
        try:
            return run(asked, limit)
        except DqError:
            raise
        except Exception as trouble:
            if ended():
                raise KeyboardInterrupt from trouble
            log.exception("a run failed")
            return _untold(asked, trouble, version)

    return answer


def tell_all(listeners: Iterable[Callable[[Round], None]], done: Round) -> None:
    """Tell each listener of the round; one that raises is logged, and the others are told."""
    for listener in listeners:
        try:
            listener(done)
        except Exception:
            log.exception("what follows a run failed")


def attempt(act: Callable[[], object]) -> None:
    """Do it; what it raises is logged, unless it is a sentence for whoever started the watch.

    Raises:
        DqError: as it is.
    """
    try:
        act()
    except DqError:
        raise
    except Exception:
        log.exception("what is seen to between runs failed")


def _untold(asked: Asked, trouble: Exception, version: str) -> Outcome:
    """A run that says so, recorded if recording is not what failed."""
    said = f": {trouble}" if str(trouble) else ""
    wrong = OwnError(f"dq itself failed: {type(trouble).__name__}{said}", hint=HINT)
    try:
        return untold(asked, wrong, version)
    except Exception:
        log.exception("a run that failed could not be recorded")
        return untold(replace(asked, record=False), wrong, version)
