"""From dq.toml, .env and the environment to Settings; every fault of all three at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dq.model import SettingsError
from dq.settings.contradictions import contradictions
from dq.settings.document import Fault, read_document
from dq.settings.dotenv import Assigned, read_dotenv
from dq.settings.places import Places
from dq.settings.references import Elsewhere
from dq.settings.sections import NOTHING, Sections, read_sections
from dq.settings.values import GRACE, KEEP, CollectorSettings, LogSettings, Settings, SourceSettings
from dq.settings.variables import VARIABLES, read_variables

UNATTENDED = ("serve", "pages", "heartbeat")


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings that hold in a folder: dq.toml, overridden by .env, overridden by the environment.

    Args:
        environment: the variables of the process; nothing else of it is read.
        folder: where `dq.toml` (unless DQ_CONFIG names it) and `.env` lie, and from which relative paths start.

    Raises:
        SettingsError: with every fault, one a line: file and line, key, value (never a secret), what is allowed.
    """
    return _without_faults(*settings_and_faults(environment, folder))


def read_settings_of_readers(environment: Mapping[str, str], folder: Path) -> Settings:
    """The same for commands that tell nobody: whoever looks at the history needs no address of a channel.

    Where a channel's, or the heartbeat's, stands in a variable that is not set or in a file that this user may not
    read, that is no fault: of such a channel `url` says where it stands.

    Raises:
        SettingsError: with every other fault.
    """
    settings, faults = settings_and_faults(environment, folder)
    return _without_faults(settings, [one for one in faults if not (one.elsewhere and one.key != "history")])


def settings_and_faults(environment: Mapping[str, str], folder: Path) -> tuple[Settings, list[Fault]]:
    """The settings as far as they are right, and every fault: for those who have more to look at before they refuse."""
    faults: list[Fault] = []
    assigned = read_dotenv(folder / ".env", environment)
    if isinstance(assigned, Fault):
        faults.append(assigned)
        assigned = {}
    said = read_variables(_texts(environment, assigned, folder, faults), faults)
    places = Places(environment, folder)
    config = _config(said.get("DQ_CONFIG"), places, faults)
    elsewhere = Elsewhere(places, {name: one.value for name, one in assigned.items()})
    settings = _settings(said, _sections(config, elsewhere, faults), places, config)
    return settings, [*faults, *contradictions(settings)]


def _texts(
    environment: Mapping[str, str], assigned: Mapping[str, Assigned], folder: Path, faults: list[Fault]
) -> dict[str, tuple[str, str]]:
    """Variable -> where it was said, and its text; a variable set to nothing is not set."""
    texts: dict[str, tuple[str, str]] = {}
    for name in VARIABLES:
        if name in environment:
            texts[name] = ("environment", environment[name])
        elif name in assigned:
            where = f"{folder / '.env'}:{assigned[name].line}"
            texts[name] = (where, assigned[name].value)
            if assigned[name].wrong:
                faults.append(Fault(where, name, assigned[name].wrong))
    return {name: (where, text.strip()) for name, (where, text) in texts.items() if text.strip()}


def _config(named: str | None, places: Places, faults: list[Fault]) -> Path | None:
    """The file to read; None where there is none and none was named."""
    path = places.path(named or "dq.toml", places.folder)
    if path.is_file():
        return path
    if named:
        faults.append(Fault("", "DQ_CONFIG", f"{str(path)!r} is not a file; name a dq.toml that exists, or unset it"))
    elif path.exists():
        faults.append(Fault(str(path), "", "it is not a file"))
    return None


def _sections(config: Path | None, elsewhere: Elsewhere, faults: list[Fault]) -> Sections:
    if config is None:
        return NOTHING
    document = read_document(config)
    if isinstance(document, Fault):
        faults.append(document)
        return NOTHING
    return read_sections(config, *document, elsewhere, faults)


def _settings(said: Mapping[str, Any], sections: Sections, places: Places, config: Path | None) -> Settings:
    top = sections.top
    beside = config.parent if config else places.folder
    return Settings(
        history=places.history(said.get("DQ_HISTORY"), top.get("history"), beside),
        cache=places.cache(said.get("DQ_CACHE_DIR")),
        state=places.state(),
        source=_source(said, sections.source),
        series=sections.series,
        instruments=said.get("INSTRUMENT", ()),
        suite=top.get("suite"),
        grace=top.get("grace", GRACE),
        deadline=top.get("deadline"),
        window=top.get("window"),
        shown_zone=said.get("MARKET_TIMEZONE"),
        collector=_collector(said, sections.collector, places, beside),
        reference=sections.reference.get("url"),
        keep=top.get("keep", KEEP),
        config=config,
        alerts=sections.alerts,
        watches=sections.watches,
        log=_log(sections.log, places, beside),
        **{name: top.get(name) for name in UNATTENDED},
    )


def _source(said: Mapping[str, Any], section: Mapping[str, Any]) -> SourceSettings:
    """The database itself before Supabase's web interface where both are named: it is faster and exact."""
    url = said.get("DATABASE_URL") or said.get("SUPABASE_URL") or section.get("url")
    return SourceSettings(**{**section, "url": url, "key": said.get("SUPABASE_KEY")})


def _collector(said: Mapping[str, Any], section: Mapping[str, Any], places: Places, beside: Path) -> CollectorSettings:
    cycle = said.get("FETCH_INTERVAL_SECONDS", section.get("cycle"))
    log = places.path(section["log"], beside) if "log" in section else None
    return CollectorSettings(cycle, section.get("levels", {}), section.get("metrics"), log, section.get("names", {}))


def _log(section: Mapping[str, Any], places: Places, beside: Path) -> LogSettings:
    file = places.path(section["file"], beside) if "file" in section else None
    return LogSettings(**{**section, "file": file})


def _without_faults(settings: Settings, faults: list[Fault]) -> Settings:
    if faults:
        raise SettingsError(_told(faults))
    return settings


def _told(faults: list[Fault]) -> str:
    if len(faults) == 1:
        return str(faults[0])
    return "\n".join([f"{len(faults)} faults in the settings:", *(f"  {fault}" for fault in faults)])
