"""What went wrong between us and Yahoo, as a sentence that says what to do."""

from __future__ import annotations

import re

from dq.model import SourceError
from dq.sources.access import Access

BACK_SOON = b"Will be right back"
TOO_MANY = b"Too Many Requests"
REFUSED = (401, 403, 407, 451)
BROKEN_OFF = {"IncompleteRead", "ChunkedEncodingError", "ContentDecodingError", "HTTPError"}
PASSING = {"DNSError", "ConnectionError"}
BETWEEN = "See what stands between this machine and Yahoo: HTTPS_PROXY, a firewall that opens TLS."
UNREACHED = (  # the first of an exception's kinds that stands here
    ("DNSError", "there is no host of that name", "See whether this machine has a network and a name server."),
    ("SSLError", "no secure connection is made", BETWEEN),
    ("ProxyError", "the proxy does not let us through", BETWEEN),
    ("ConnectionError", "the connection was refused or closed", "See whether this machine's network lets it through."),
)


class YahooError(SourceError):
    """What Yahoo, or the way to it, did; a deadline that ends the whole run is none of these.

    Without a series it concerns Yahoo as a whole.
    """


def rate_limited(asked: str | None) -> YahooError:
    """Yahoo has had enough of us.

    Args:
        asked: its Retry-After.
    """
    wait = seconds_of(asked)
    pause = f"It asks for a pause of {wait:g} s." if wait else "As a rule it answers again after some minutes."
    hint = f"{pause} Ask for fewer symbols or less often; another network has its own limit."
    return YahooError(
        "Yahoo limits how often it may be asked (429 Too Many Requests)", hint=hint, passing=True, wait=wait
    )


def of_status(status: int, content: bytes, symbol: str) -> YahooError | None:
    """What a status says; None where the answer itself has to be read. Of no symbol: it concerns Yahoo as a whole."""
    if status >= 500 or BACK_SOON in content[:10_000]:
        why = f"HTTP {status}" if status >= 500 else 'it says: "Will be right back"'
        hint = "Yahoo itself is in trouble. Run dq again in some minutes."
        return YahooError(f"Yahoo cannot answer for {symbol} just now ({why})", hint=hint, series=symbol, passing=True)
    if status in REFUSED and b'"chart"' not in content[:100]:
        hint = "See whether a browser on this machine gets to finance.yahoo.com, and whether yfinance is up to date."
        return YahooError(f"Yahoo refuses us (HTTP {status})", hint=hint)
    return None


def of_transport(wrong: BaseException, access: Access, symbol: str) -> YahooError:
    """What an exception of the transport says; its kinds are known by name, so that nobody has to import it here."""
    kinds = {kind.__name__ for kind in type(wrong).__mro__}
    if kinds & {"Timeout", "TimeoutError"}:
        return silent(access, connecting="onnect" in str(wrong) or "resolv" in str(wrong).lower())
    if kinds & BROKEN_OFF:
        hint = "Nothing of it was used. Run dq again."
        return YahooError(f"Yahoo's answer for {symbol} broke off", hint=hint, series=symbol, passing=True)
    for kind, why, hint in UNREACHED:
        if kind in kinds:
            return YahooError(f"Yahoo cannot be reached: {why}", hint=hint, passing=kind in PASSING)
    return YahooError(f"Yahoo cannot be read: {type(wrong).__name__}", hint="See whether yfinance is up to date.")


def silent(access: Access, *, connecting: bool) -> YahooError:
    """Nobody answers in time."""
    if connecting:
        return YahooError(
            f"Yahoo cannot be reached: no connection within {access.connect_seconds:g} s",
            hint="Check the network and its firewall; connect_timeout under [source] in dq.toml changes the limit.",
            silent=True,
        )
    return YahooError(
        f"Yahoo did not answer within {access.call_seconds:g} s",
        hint="Run dq again; call_timeout under [source] in dq.toml changes the limit. dq does not try again by itself.",
        silent=True,
    )


def seconds_of(asked: str | None) -> float | None:
    """A Retry-After in seconds; None where there is none, or a date, which only a clock could read."""
    return float(asked) if asked and re.fullmatch(r"\d{1,6}", asked.strip()) else None
