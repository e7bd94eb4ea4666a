"""Rules for addresses: of bars, of a Supabase project, of those whom alerts reach. None that breaks one is shown whole."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dq.settings.masking import masked
from dq.settings.rules import kind, text

_SOURCES = "a PostgreSQL address, https:// of Supabase, yahoo:SYMBOL, or the path of a file or folder"
_DATABASE = ("postgresql", "postgres")
WEB = ("https", "http")
# What consoles print where the password belongs, for people to replace it.
_PLACEHOLDER = r"\[(?:YOUR-)?PASSWORD\]|<(?:your-)?password>"
ENCODED = "@ as %40, : as %3A, / as %2F, ? as %3F, % as %25 and a space as %20"
_HOST = r"(?:\[[^\]]*\]|[^:\[\]]*)(?::\d*)?"
_CONSOLE = r"https?://(?:app\.|www\.)?supabase\.(?:com|io)(?:/[^?#]*?/project/(\w+))?(?:[/?#].*)?"
_INTERFACE = r"(?:/rest(?:/v1)?)?/*$"  # what supabase-py puts behind the address itself


def database(value: object) -> str:
    """A PostgreSQL address; the driver that SQLAlchemy wants in it is taken out."""
    return _database(of_scheme(text(value), _DATABASE, "it must begin with postgresql://"))


def supabase(value: object) -> str:
    """The web address of a Supabase project, without the path of its interface."""
    return _project(of_scheme(text(value), WEB, "it must begin with https://"))


def source(value: object) -> str:
    """An address or a path from which bars can be read."""
    if not isinstance(value, str):
        raise ValueError(f"it is {kind(value)}; it must be text in quotes: {_SOURCES}")  # noqa: TRY004  a fault of the file, not of a call
    if value.strip() == "yahoo:":
        raise ValueError("it names no symbol; write one behind the colon, as in yahoo:NQ=F")
    if "://" not in value:
        return text(value)
    address = of_scheme(text(value), (*_DATABASE, *WEB), f"it must be {_SOURCES}")
    return _database(address) if address.startswith(_DATABASE) else _project(address)


def reference(value: object) -> str:
    """An address or a path of other bars of the same series; `yahoo:` alone takes the instruments' own names."""
    return "yahoo:" if value == "yahoo:" else source(value)


def history(value: object) -> str:
    """The path of the file of past runs, or the address of a PostgreSQL in which a team keeps them."""
    said = text(value)
    if "://" not in said:
        return said
    return _database(of_scheme(said, _DATABASE, "it must be the path of a file, or begin with postgresql://"))


def key(value: object) -> str:
    """Supabase's key, by its shape; it is never shown."""
    said = text(value)
    if "://" in said:
        raise ValueError("it is an address; it must be the key of the project (Project Settings, API Keys)")
    if not re.fullmatch(r"[!-~]+", said):
        raise ValueError("it has a space, a line break or a character that no key has in it; copy it anew, in one line")
    return said


def of_scheme(url: str, schemes: tuple[str, ...], allowed: str) -> str:
    scheme, slashes, rest = url.partition("://")
    if not slashes:  # not shown: it may be a key that was put in the wrong place
        raise ValueError(f"it is not an address; {allowed}")
    plain = scheme.lower().partition("+")[0]
    if plain not in schemes:
        raise ValueError(f"{masked(url)!r} is not allowed; {allowed}")
    return plain + slashes + rest


def _database(url: str) -> str:
    if re.search(_PLACEHOLDER, url):
        raise ValueError("it has a placeholder where the password belongs; write the password of the database there")
    if re.search(r"\s", url):
        raise ValueError("it has a space or a line break in it; write a space as %20, or take it out")
    refuse_unencoded(url)
    hosts = url.partition("://")[2].partition("?")[0].rpartition("@")[2].partition("/")[0]
    for host in hosts.split(","):
        _refuse_host(host)
    if not all(re.fullmatch(_HOST, host) for host in hosts.split(",")):
        fault = "it has something else than a number where the port belongs"
        raise ValueError(f"{fault}; in a user and a password write {ENCODED}")
    return url


def refuse_unencoded(url: str) -> None:
    """Refuse the address of a database that has an @ too many: the password may go on behind it.

    libpq ends the password at the first @; the rest of it would be looked up, and shown, as the host.

    Raises:
        ValueError: it has one; nothing of it is told.
    """
    place, _, asked = url.partition("://")[2].partition("?")
    several = place.count("@") > 1 or "@" in place.partition("/")[2]
    if several or any("@" in part and not re.match(r"\w+=", part) for part in asked.split("&")):
        raise ValueError(f"it has an @ where none belongs; in a user and a password write {ENCODED}")


def same_place(one: str, other: str) -> bool:
    """Whether two sources are one, however they are spelled: one host, one database, looked into alike."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 5432)
    except ValueError:  # several hosts, which only libpq takes apart
        return (url,)
    if "://" not in url:
        return (url,)
    host = "localhost" if parts.hostname in {None, "127.0.0.1", "::1"} else str(parts.hostname)
    looks = (part for part in parts.query.split("&") if part.startswith(("options=", "host=", "service=")))
    return (host, str(port), parts.path.rstrip("/"), *looks)


def _project(url: str) -> str:
    console = re.fullmatch(_CONSOLE, url)
    if console:
        address = f"https://{console[1] or 'PROJECT'}.supabase.co"
        raise ValueError(f"it is the address of Supabase's console; that of the project is {address}")
    scheme, _, host = url.partition("://")
    if not host or host[0] in "/?#:" or re.search(r"\s", url):
        raise ValueError("it names no host, or has a space in it; it looks like https://PROJECT.supabase.co")
    if re.search(r"[?#@]", host):
        raise ValueError("it has more than host and path in it; a key belongs into SUPABASE_KEY")
    place = host.partition("/")[0]
    _refuse_host(place)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("its host or its port is none; a port is a number up to 65535") from None
    if scheme == "http" and not _is_near(parts.hostname or ""):
        raise ValueError(f"it would send the key over the network in the clear; write https://{place}")
    return re.sub(_INTERFACE, "", url)


def _is_near(host: str) -> bool:
    """On this machine or in a private network, where Supabase's own setups speak plain HTTP."""
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def _refuse_host(host: str) -> None:
    """A name that the look-up of names itself would choke on."""
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError(
            "its host is not a name that a host can have: a dot too many, or a part that is too long"
        ) from None
