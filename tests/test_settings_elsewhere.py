"""Values that stand elsewhere, in a variable or a file: read where they are needed, and by whom."""

import pytest
from validate_support import called

from dq.model import SettingsError
from dq.settings import read_settings, read_settings_of_readers

CHANNELS = 'heartbeat = "$BEAT"\n[[alert]]\nname = "desk"\nurl = "file:desk.url"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dq.toml").write_text(CHANNELS)
    return tmp_path


@pytest.mark.parametrize(
    ("value", "place"),
    [("postgresql://dq:pw@h/d", "postgresql://dq:pw@h/d"), ("past.sqlite", "{folder}/past.sqlite")],
)
@pytest.mark.parametrize("said", ["$HISTORY_URL", "${HISTORY_URL}", "file:history.url"])
def test_a_history_may_stand_elsewhere(tmp_path, said, value, place):
    (tmp_path / "dq.toml").write_text(f'history = "{said}"\n')
    (tmp_path / "history.url").write_text(f"{value}\n")
    settings = read_settings({"HISTORY_URL": value}, tmp_path)
    assert str(settings.history) == place.format(folder=tmp_path)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "history: $HISTORY_URL: no such variable is set, neither in the environment nor in .env"),
        ({"HISTORY_URL": "mysql://u:pw@h"}, "history: $HISTORY_URL: 'mysql://***' is not allowed; it must be"),
    ],
)
def test_a_history_that_nobody_can_find_is_a_fault_for_everybody(folder, environment, told):
    (folder / "dq.toml").write_text('grace = "60s"\nhistory = "$HISTORY_URL"\n')
    for read in (read_settings, read_settings_of_readers):
        with pytest.raises(SettingsError) as raised:
            read(environment, folder)
        assert raised.value.message.startswith(f"{folder}/dq.toml:2: {told}")


def test_who_only_reads_needs_no_address_of_a_channel(folder):
    with pytest.raises(SettingsError, match="2 faults") as raised:
        read_settings({}, folder)
    assert "alert[1].url: file:desk.url: it cannot be read" in raised.value.message
    settings = read_settings_of_readers({}, folder)
    assert [(one.name, one.url) for one in settings.alerts] == [("desk", "file:desk.url")]
    assert settings.heartbeat is None
    (folder / "desk.url").write_text("mailto")
    with pytest.raises(SettingsError, match="it is not an address"):
        read_settings_of_readers({}, folder)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("incidents",), 0),
        (("report",), 0),
        (("alerts", "list"), 0),
        (("alerts", "test"), 2),
        (("alerts", "deliver"), 2),
    ],
)
def test_commands_that_tell_refuse_and_others_do_not(desk, words, status):
    desk.write("dq.toml", CHANNELS)
    answered, out, err = called(desk, *words)
    assert answered == status
    assert ("alert[1].url: file:desk.url" in err) == (status == 2)
    assert words != ("alerts", "list") or "desk     file:desk.url" in out
