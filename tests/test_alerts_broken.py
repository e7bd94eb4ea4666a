"""What sends alerts is broken itself: said in a sentence, and nothing is sent that could not be marked as sent."""

import subprocess
import sys
import time

import pytest
from alert_sinks import web_sink
from validate_support import holed

from dq.alerts.courier import LEASE
from dq.history import open_history


@pytest.mark.parametrize("package", ["apprise", "tenacity"])
def test_a_package_that_is_broken_is_told_in_a_sentence_before_anything_is_taken(shell, package):
    broken = shell.folder / "stub" / package
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text('raise ImportError("gone")\n')
    with web_sink() as web:
        shell.write("dq.toml", f'[[alert]]\nname = "desk"\nurl = "{web.url}"\n')
        (shell.folder / "bars.csv").write_text(holed(), "utf-8")
        around = shell.environment | {"PYTHONPATH": str(broken.parent)}

        def ran(*words):
            program = [sys.executable, "-m", "dq", *words]
            return subprocess.run(program, cwd=shell.folder, env=around, capture_output=True, text=True, check=False)

        judged = ran("validate", "bars.csv", "--alert")
        told = f"dq: Channels were not told, and will be: {package} cannot be imported: ImportError: gone"
        assert (judged.returncode, told in judged.stderr, "Traceback" in judged.stderr) == (1, True, False)
        delivered = ran("alerts", "deliver")
        assert (delivered.returncode, "Traceback" in delivered.stderr) == (3, False)
        assert delivered.stderr.startswith(f"dq: {package} cannot be imported: ImportError: gone")
        with open_history(shell.history) as history:
            [head] = history.claim(time.time_ns() // 1000, LEASE, ["desk"])
        assert (head.attempts, web.got) == (0, [])
