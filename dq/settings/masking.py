"""Addresses as they may be shown: without the secrets that people write into them."""

import re

HIDDEN = "***"

# Patterns are compiled when first used: most runs show no address, and every run waits for imports.
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*)://"
# From the first : to the last @: passwords with an unescaped @ or / in them are common, and a port is no secret worth
# half of one.
_SIGNED_IN = r"(?s)(://[^:]*):.*@"
_PARAMETER = (
    r"(?i)((?:^|[?&#\s])[\w.-]*(?:password|passwd|pwd|passphrase|secret|token|key|auth|signature)\s*=\s*)"
    r"('(?:\\.|[^'])*'|[^&#\s]*)"
)
_SHOWN_WHOLE = ("postgresql", "postgres", "yahoo", "file")
_WEB = ("http", "https")
_PLAIN_PATHS = r"/?|/rest/v1(?:/\w*)?"


def masked(url: str) -> str:
    """The address with `***` for every part that may be secret; text without a secret comes back as it is.

    Of a database, the password; of a web address, who asks and the path, which is the secret of many a hook; of any
    other scheme all but its name. Of every address and of `host=… password=…`, parameters whose name says secret.
    """
    match = re.match(_SCHEME, url)
    scheme = match[1].lower().partition("+")[0] if match else ""
    if match and scheme in _WEB:
        return _masked_web(match[0], url[match.end() :])
    if match and scheme not in _SHOWN_WHOLE:
        return f"{match[0]}{HIDDEN}"
    return re.sub(_PARAMETER, rf"\1{HIDDEN}", re.sub(_SIGNED_IN, rf"\1:{HIDDEN}@", url))


def _masked_web(scheme: str, rest: str) -> str:
    secret, at, place = rest.rpartition("@")
    host = re.split(r"[/?#]", place, maxsplit=1)[0]
    path, asks, query = place[len(host) :].partition("?")
    if not re.fullmatch(_PLAIN_PATHS, path) or (asks and path in {"", "/"}):
        return f"{scheme}{HIDDEN if secret else ''}{at}{host}/{HIDDEN}"
    shown = re.sub(_PARAMETER, rf"\1{HIDDEN}", f"{asks}{query}")
    return f"{scheme}{HIDDEN if secret else ''}{at}{host}{path}{shown}"
