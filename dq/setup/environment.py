"""The text of .env.example: where the address and its secret go, and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from dq.settings.addresses import ENCODED
from dq.settings.masking import HIDDEN, masked

HEAD = "# Copy this to .env and fill it in. .env holds secrets: keep it out of version control.\n"
SECRETS = ("password", "sslpassword", "passfile", "requiredpassword")
READER = "# A role that can read and nothing else: `dq doctor --role` prints the SQL that makes it.\n"
ENCODE = f"# In a password write {ENCODED}.\n"
MORE = """
# INSTRUMENT=NQ=F,ES=F        # judge these alone
# MARKET_TIMEZONE=America/Chicago  # changes what people are shown, never what is computed
# DQ_HISTORY=history.sqlite   # where runs are recorded
"""


def database_environment(parts: Mapping[str, Any]) -> str:
    """For a PostgreSQL database.

    Args:
        parts: of its address, as libpq reads them.
    """
    user = quote(str(parts.get("user") or "dq_reader"), safe="")
    hosts = str(parts.get("host") or parts.get("hostaddr") or "localhost").split(",")
    ports = str(parts.get("port") or "").split(",")
    more = {name: str(value) for name, value in parts.items() if name.startswith("ssl") and name not in SECRETS}
    if hosts[0].startswith(("/", "@")):
        more, hosts = {"host": ",".join(hosts), **more}, [""]
    ports += ports[-1:] * (len(hosts) - len(ports))
    places = [_bracketed(host) + (f":{port}" if port else "") for host, port in zip(hosts, ports, strict=False)]
    name = quote(str(parts.get("dbname") or "postgres"), safe="")
    address = f"postgresql://{user}:PASSWORD@{','.join(places)}/{name}{'?' + urlencode(more, safe='/') if more else ''}"
    return f"{HEAD}{READER}DATABASE_URL={address}\n{ENCODE}{MORE}"


def web_environment(url: str) -> str:
    """For Supabase's web interface."""
    shown = masked(url)
    shown = "https://PROJECT.supabase.co" if HIDDEN in shown else shown
    return f"{HEAD}SUPABASE_URL={shown}\nSUPABASE_KEY=KEY\n{MORE}"


def plain_environment() -> str:
    """For a source that dq.toml names, because its address holds no secret."""
    return f"# dq.toml names the source already. What else .env may say, with examples:\n{MORE.lstrip()}"


def is_secret(parts: Mapping[str, Any], url: str) -> bool:
    """Whether the address holds anything that must not stand in a file that others read."""
    return any(parts.get(name) for name in SECRETS) or HIDDEN in masked(url)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
