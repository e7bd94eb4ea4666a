"""Text of others, and logs, as they may be shown: whatever is or looks like a secret is `***`.

`masked` is for one address that we know to be one. This is for sentences that somebody else wrote: an exception of a
library, an answer of a server, a line of a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from dq.settings.masking import HIDDEN, masked

SHORTEST = 5  # characters of a secret that is taken out; shorter ones are parts of common words
LONG = 12  # from here on it is taken out within words too: "postgres" is a password, and a part of many words

# Compiled when first used, which is when something is logged or wrong. Each looks at a long text once: what is bounded
# or looks behind is so for that. "…" stands in samples of ours, which are no secrets.
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]{0,40}://(?!…)[^\s\"'<>`|]+"
_NAMED = r"[\w.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|supabase_key|authorization|signature)"
_ASSIGNED = rf"(?i)(?<![\w.-])({_NAMED}[\"']?\s*=\s*)('[^']*'|\"[^\"]*\"|(?!…)[^&#\s,;)\"']+)"
_HEADER = (
    rf"(?i)([\"'](?:{_NAMED})[\"']\s*[:,]\s*b?|\b(?:api[_-]?key|x-api-key|(?:proxy-)?authorization)\s*:\s*)"
    r"('[^']*'|\"[^\"]*\"|(?:(?:bearer|basic)\s+)?[^\s,;)]+)"
)
_SPOKEN = r"(?i)\b((?:password|passwd|pwd|passphrase|secret|token)\s*:\s*)(?=\S{0,200}?(?:\d|[^\w\s.,;:)]))[^\s,;)]{4,}"  # no word of a sentence
_BEARER = r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"
_KEYS = r"\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}|\bsb[a-z]?_(?:secret_|publishable_)?[\w-]{8,}|\bxox[abeoprs]-[\w-]+|\bgh[opsu]_\w{16,}"
_TELLING = r"(?i).*(?:password|passwd|passphrase|secret|token|(?:^|[_.-]|api)key|dsn)"
_SWITCHES = {"true", "false", "none"}
_ENDING = r"[.,:;!?]+$"  # of a sentence, not of the address in it
# Where alerts of this machine go, and what paths of them are made of: to hide those words would spoil every sentence
# that has them. A number of an address that is a port is none that opens anything.
_PORT = r"(?s)^[^/?#]*:(\d{1,5})(?:[/?#].*)?$"
_PLAIN = {
    *("localhost", "alert", "alerts", "channel", "channels", "event", "events", "group", "hooks", "https", "incident"),
    *("incidents", "message", "messages", "notify", "notification", "notifications", "services", "topic", "topics"),
    *("webhook", "webhooks"),
}


def masked_text(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without addresses' secrets, keys by their shape, values whose name says secret, and those secrets.

    Args:
        secrets: as `secrets_of` gives them; each is taken out in every form in which it may be written.
    """
    for form in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        text = _without(form, text)
    text = re.sub(_ADDRESS, _masked_address, text)
    for pattern in (_HEADER, _ASSIGNED, _SPOKEN):
        text = re.sub(pattern, rf"\1{HIDDEN}", text)
    return re.sub(_KEYS, HIDDEN, re.sub(_BEARER, rf"\1 {HIDDEN}", text))


def _masked_address(found: re.Match[str]) -> str:
    """An address within a sentence, without what is hidden of it; the sentence goes on as it did."""
    address = re.sub(_ENDING, "", found[0])
    return masked(address) + found[0][len(address) :]


def _without(secret: str, text: str) -> str:
    """The text without that secret, whole or cut off by an ellipsis."""
    if "…" in text:
        for length in range(len(secret) - 1, 3, -1):
            text = text.replace(f"{secret[:length]}…", f"{HIDDEN}…")
    if len(secret) >= LONG or secret not in text:
        return text.replace(secret, HIDDEN)
    before, after = (r"(?<!\w)" if secret[0].isalnum() else "", r"(?!\w)" if secret[-1].isalnum() else "")
    return re.sub(f"{before}{re.escape(secret)}{after}", HIDDEN, text)


def secrets_of(variables: Mapping[str, str]) -> Iterator[str]:
    """The secrets in variables: values whose name says so, and the secret parts of every address."""
    for name, value in variables.items():
        if "://" in value:
            yield from secrets_in(value)
        elif re.fullmatch(_TELLING, name) and len(value.strip()) >= SHORTEST and value.strip().lower() not in _SWITCHES:
            yield value.strip()


def secrets_in(address: str) -> Iterator[str]:
    """The parts of an address that are secret: those that `masked` hides, long enough to be told from words.

    A password that is a name in the same address is none in a sentence, which would lose that name: of such words the
    address alone is masked. So it is with the address of this or another machine in numbers, its port, and plain words.
    """
    from urllib.parse import parse_qsl

    scheme, slashes, rest = address.strip().partition("://")
    if not slashes:
        return
    user, _, password = rest.rpartition("@")[0].partition(":")
    parts = [password, *password.split("@")]  # one that is not encoded may be taken apart by others
    if masked(address.strip()).startswith(f"{scheme}://{HIDDEN}"):  # an alert's: nobody knows which part is the secret
        parts += [user, *_opaque(rest)]
    query = rest.partition("?")[2].partition("#")[0]
    parts += [value for name, value in parse_qsl(query) if re.fullmatch(_TELLING, name)]
    yield from (part for part in dict.fromkeys(parts) if len(part) >= SHORTEST and part not in names_in(address))


def _opaque(rest: str) -> Iterator[str]:
    """The parts of an alert's address, without its scheme, that may be secrets."""
    place = rest.rpartition("@")[2]
    numbers = re.match(r"\[([0-9A-Fa-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})(?![^:/?#])", place)
    if numbers:
        rest = rest.removesuffix(place) + place[numbers.end() :]
    port = re.match(_PORT, place)
    known = _PLAIN if port is None else _PLAIN | {port[1]}
    yield from (part for part in re.split(r"[/?&@:]", rest) if part.lower() not in known)


def names_in(address: str) -> set[str]:
    """The user and the database of an address of one, as they are written there: names that people are shown."""
    from urllib.parse import parse_qs

    scheme, _, rest = address.strip().partition("://")
    if scheme.lower().partition("+")[0] not in {"postgresql", "postgres"}:
        return set()
    place, _, query = rest.partition("?")
    asked = parse_qs(query)
    said = [place.rpartition("@")[0].partition(":")[0], place.rpartition("@")[2].partition("/")[2]]
    return {name for name in [*said, *asked.get("user", ()), *asked.get("dbname", ())] if name}


def _forms(secret: str) -> Iterator[str]:
    """The secret as it may be written: in an address, in JSON, in a Python literal."""
    import json
    from urllib.parse import quote, quote_plus, unquote

    for plain in {secret, unquote(secret)}:
        yield from (plain, quote(plain, safe=""), quote(plain), quote_plus(plain), quote(plain, safe="").lower())
        yield from (repr(plain)[1:-1], json.dumps(plain)[1:-1], plain.encode().decode("latin-1"))
