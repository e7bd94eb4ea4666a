"""Two watches by mistake on one history: the first works, the second is told of it; and nobody is locked out by a dead one."""

import signal
import subprocess
import sys

import pytest
from market_samples import NOON

from dq.history import HistoryError
from dq.watch.alone import alone

HOLD = """
import sys, time
from pathlib import Path
from dq.watch.alone import alone
lock = alone(Path(sys.argv[1]) if "://" not in sys.argv[1] else sys.argv[1], "process 4711 on host box", 0)
print(lock.stands(), flush=True)
time.sleep(60)
"""


def test_the_lock_goes_with_its_holder_however_that_ends(shell):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(shell.history)], stdout=subprocess.PIPE, env=shell.environment
    )
    with holder:
        try:
            assert holder.stdout.readline() == b"True\n"
            with pytest.raises(HistoryError, match=r"process 4711 on host box, since 1970-01-01T00:00:00Z") as told:
                alone(shell.history, "me", NOON)
            assert "[[watch]]" in told.value.hint
        finally:
            holder.send_signal(signal.SIGKILL)
    lock = alone(shell.history, "me", NOON)
    assert lock.stands()
    lock.close()
    path = shell.history.with_name(f"{shell.history.name}.watch.lock")
    assert path.stat().st_mode & 0o777 == 0o600
    alone(shell.history, "me", NOON).close()


def test_where_no_lock_can_be_made_the_watch_goes_on_without(shell, caplog):
    (shell.folder / "file").write_text("")
    lock = alone(shell.folder / "file" / "history.sqlite", "me", NOON)
    assert not lock.stands()
    lock.close()
    assert len(caplog.records) == 1


def test_a_lock_that_says_nonsense_still_locks(shell):
    first = alone(shell.history, "me", NOON)
    shell.history.with_name(f"{shell.history.name}.watch.lock").write_bytes(b"\xff{")
    with pytest.raises(HistoryError, match="did not say who"):
        alone(shell.history, "me", NOON)
    first.close()


def test_a_lock_that_is_deleted_is_made_again_unless_another_watch_was_quicker(shell, caplog):
    first = alone(shell.history, "me", NOON)
    path = shell.history.with_name(f"{shell.history.name}.watch.lock")
    path.unlink()
    assert first.stands()
    with pytest.raises(HistoryError, match="me, since"):
        alone(shell.history, "other", NOON)
    assert ["was deleted" in record.getMessage() for record in caplog.records] == [True]
    path.unlink()
    second = alone(shell.history, "other", NOON)
    with pytest.raises(HistoryError, match="other, since"):
        first.stands()
    first.close()
    second.close()


def test_in_postgres_too_and_again_after_the_connection_was_lost(server, caplog):
    url = server.tcp()
    first = alone(url, "process 1 on host box", NOON)
    with pytest.raises(HistoryError, match=r"dq watch, process 1 on host box") as told:
        alone(url, "process 2 on host box", NOON)
    assert "s3cret" not in told.value.message
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dq watch%'"
    server.run(cut)
    assert first.stands()  # at once: nobody could come between
    with pytest.raises(HistoryError):
        alone(url, "process 2 on host box", NOON)
    server.run(cut)
    second = alone(url, "process 2 on host box", NOON)
    with pytest.raises(HistoryError, match="process 2 on host box"):
        first.stands()
    second.close()
    assert first.stands()
    first.close()
    assert not caplog.records


def test_a_database_that_is_down_does_not_stop_a_watch(caplog):
    lock = alone("postgresql://x:s3cret@127.0.0.1:1/bars", "me", NOON)
    assert not lock.stands()
    lock.close()
    assert "s3cret" not in caplog.text
