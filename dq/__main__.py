"""`dq`, and `python -m dq`: it sees to Ctrl-C before anything is imported that takes time."""

import sys

INTERRUPTED = 130


def main() -> int:
    """Answer the command line of this process and return its exit status."""
    try:
        sys.unraisablehook = _raise_again
        from dq.cli import main as answer

        status = answer()
        _end_at_once()
    except KeyboardInterrupt:
        _end_at_once()
        sys.stderr.write("dq: interrupted.\n")
        return INTERRUPTED
    except BaseException as trouble:  # noqa: BLE001  a package that is imported may raise anything, or ask for the end
        return _ended_by(trouble)
    return status


def _ended_by(trouble: BaseException) -> int:
    """Say what ended it, in a sentence.

    Raises:
        SystemExit: as it is, unless a package wanted it while it was imported: its status would be taken for ours.
    """
    from dq.unimportable import CANNOT_TELL, last_words, said_of

    if isinstance(trouble, SystemExit) and not said_of(trouble):
        raise trouble
    try:
        sys.stderr.write(last_words(trouble))
        sys.stderr.flush()
    except (OSError, AttributeError):  # it is closed: the status is what is left to say
        pass
    return CANNOT_TELL


def _end_at_once() -> None:
    """From now on Ctrl-C ends the process without a word: what was to be said is said."""
    from signal import SIG_DFL, SIG_IGN, SIGINT, getsignal, signal

    if getsignal(SIGINT) is not SIG_IGN:
        signal(SIGINT, SIG_DFL)


def _raise_again(lost: "sys.UnraisableHookArgs") -> None:
    """A Ctrl-C that fell into a callback, where Python would print it and go on, comes again a moment later."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    import os
    from _thread import start_new_thread
    from signal import SIGINT

    start_new_thread(os.kill, (os.getpid(), SIGINT))


if __name__ == "__main__":
    sys.exit(main())
