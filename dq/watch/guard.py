"""What keeps a watch alive: nothing that a run or a listener raises ends it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from dq.model import DqError
from dq.run import Asked, Outcome, untold
from dq.unimportable import reason_of
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
        except (Exception, SystemExit) as trouble:
            if ended():
                raise KeyboardInterrupt from trouble
            return _untold(asked, _wrong(trouble), version)

    return answer


def tell_all(listeners: Iterable[Callable[[Round], None]], done: Round) -> None:
    """Tell each listener of the round; one that raises is logged, and the others are told."""
    for listener in listeners:
        try:
            listener(done)
        except Exception:
            log.exception("what follows a run failed")


def attempt(act: Callable[[], object]) -> None:
    """Do it; what it raises is logged, unless it is a sentence for whoever started the watch, or nobody reads any more.

    Raises:
        DqError, BrokenPipeError: as they are.
    """
    try:
        act()
    except (DqError, BrokenPipeError):
        raise
    except Exception:
        log.exception("what is seen to between runs failed")


def _wrong(trouble: BaseException) -> OwnError:
    """What the run says of it; where that is all there is to say, the log says nothing."""
    unimportable = reason_of(trouble)
    if unimportable is not None:
        return OwnError(unimportable[0], hint=unimportable[1])
    log.error("a run failed", exc_info=trouble)
    said = f": {trouble}" if str(trouble) else ""
    return OwnError(f"dq itself failed: {type(trouble).__name__}{said}", hint=HINT)


def _untold(asked: Asked, wrong: OwnError, version: str) -> Outcome:
    """A run that says so, recorded if recording is not what failed."""
    try:
        return untold(asked, wrong, version)
    except Exception:
        log.exception("a run that failed could not be recorded")
        return untold(replace(asked, record=False), wrong, version)
