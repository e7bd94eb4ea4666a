"""How tests watch `dq watch`: a process whose lines are read as they come."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from queue import Empty, Queue


@contextmanager
def watches(shell):
    """Starts `dq watch` with some words; what is still running at the end is killed."""
    programs = []

    def start(*words, **environment):
        program = subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", "-m", "dq", "watch", *map(str, words)],
            cwd=shell.folder,
            env=shell.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        programs.append(program)
        return Running(program)

    try:
        yield start
    finally:
        for program in programs:
            program.kill()
            program.wait()


class Running:
    """A watch whose lines are read as they come."""

    def __init__(self, program):
        self.program = program
        self._out, self._err, self._complaints = Queue(), Queue(), []
        for stream, lines in ((program.stdout, self._out), (program.stderr, self._err)):
            threading.Thread(target=self._read, args=(stream, lines), daemon=True).start()

    @staticmethod
    def _read(stream, lines):
        with stream:
            for line in stream:
                lines.put(line.rstrip())
        lines.put(None)

    def until(self, part, within=60):
        """Every line up to the first that holds that part."""
        return self._until(self._out, part, within)

    def complains(self, part, within=60):
        """The same of stderr."""
        found = self._until(self._err, part, within)
        self._complaints += found
        return found

    def _until(self, queue, part, within):
        lines, end = [], time.monotonic() + within
        while not lines or part not in lines[-1]:
            try:
                line = queue.get(timeout=max(end - time.monotonic(), 0))
            except Empty:
                raise AssertionError(f"no line with {part!r} after {lines}") from None
            assert line is not None, f"it ended without a line with {part!r}: {lines}, {self.ended()}"
            lines.append(line)
        return lines

    def ended(self, within=30):
        """The exit status, and what went to stderr."""
        self.program.wait(within)
        while (line := self._err.get(timeout=within)) is not None:
            self._complaints.append(line)
        self._err.put(None)
        return self.program.returncode, "".join(f"{line}\n" for line in self._complaints)
