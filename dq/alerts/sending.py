"""One message to one channel, by apprise, which knows more than a hundred kinds of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dq.alerts.hearing import heard
from dq.alerts.wording import is_mended
from dq.model import Message, SettingsError, instant_text
from dq.settings import AlertSettings, masked_text
from dq.settings.scrubbing import secrets_in

if TYPE_CHECKING:
    from apprise import NotifyBase

# Where the address says nothing else: seconds to connect and for each answer, and what becomes of a text that is longer
# than the service takes (PagerDuty 1,024 characters, an SMS 160): the title and as much as fits, not a refusal.
DEFAULTS: Mapping[str, Any] = MappingProxyType({"cto": 5.0, "rto": 10.0, "overflow": "truncate"})

_HOSTED = (
    "json",
    "xml",
    "form",
    "mailto",
)  # kinds whose address begins with a host of the user's own, which is no secret
_TYPES = {"critical": "failure", "warning": "warning", "info": "info"}


def send(channel: AlertSettings, message: Message) -> str:
    """Send it, and return "" or what went wrong, without secrets; who hangs is left after some seconds.

    Services that keep incidents (PagerDuty, ilert, Squadcast, incident.io, GoAlert, Opsgenie) get the incident's id as
    their key, so that one incident is one there, too; webhooks (json, xml, form) get the message's own, among others.

    Raises:
        SettingsError: apprise does not know such an address.
    """
    plugin = plugin_of(channel, message)
    kind = _kind(message, plugin)
    with heard() as said:
        try:
            arrived = plugin.notify(title=message.title, body=message.body, notify_type=kind, body_format="text")
        except Exception as wrong:  # noqa: BLE001  a hundred plugins of others: whatever one raises, the message did not go
            return _safe(f"{type(wrong).__name__}: {wrong}", channel)
    return "" if arrived else _safe(said.reason(), channel)


def plugin_of(channel: AlertSettings, message: Message | None = None) -> NotifyBase:
    """What apprise makes of the address of a channel, for that message.

    Raises:
        SettingsError: apprise does not know such an address, with the reason that it gives.
    """
    from apprise import Apprise, AppriseAsset
    from apprise.plugins import url_to_dict

    asset = AppriseAsset(app_id="dq", app_desc="data quality of OHLC bars", app_url="", async_mode=False)
    with heard() as said:
        try:
            parts: dict[str, Any] = url_to_dict(channel.url, secure_logging=True)  # type: ignore[no-untyped-call]
            parts = {**DEFAULTS, **(parts or {})}
            plugin = "schema" in parts and Apprise.instantiate(parts, asset=asset, suppress_exceptions=False)
            if plugin and message is not None and (more := _more(plugin, parts, message)):
                plugin = Apprise.instantiate(parts | more, asset=asset, suppress_exceptions=False)
        except (TypeError, ValueError) as wrong:
            raise _refused(channel, str(wrong)) from None
    if not plugin:
        raise _refused(channel, said.reason())
    return plugin


def limit_of(channel: AlertSettings) -> float:
    """Seconds in which a service has to take the call and answer; 0 where apprise does not know such an address.

    Raises:
        Exception: whatever apprise raises where it cannot be imported.
    """
    import apprise.plugins  # noqa: F401  not below: that would hide that it is broken

    try:
        return float(sum(plugin_of(channel).request_timeout))
    except Exception:  # noqa: BLE001  told by the attempt to send
        return 0.0


def _kind(message: Message, plugin: NotifyBase) -> str:
    """How bad it is in apprise's words; bars that nobody mended are no success, but end what a service keeps open."""
    if message.what != "resolved":
        return _TYPES.get(message.severity, "warning")
    return "success" if is_mended(message) or _is_mapping(plugin.template_args) else "info"


def is_keyed(channel: AlertSettings) -> bool:
    """Whether the service keeps incidents of its own, which our resolved ends there, too.

    Raises:
        SettingsError: apprise does not know such an address.
    """
    return _is_mapping(plugin_of(channel).template_args)


def _more(plugin: NotifyBase, parts: Mapping[str, Any], message: Message) -> dict[str, Any]:
    """What the kind of channel takes besides title and body; whatever the address says itself is left as it is."""
    takes: dict[str, Any] = plugin.template_args
    said = parts.get("qsd", {})
    more: dict[str, Any] = {}
    key = f"dq-{message.incident}"
    if "dedup" in takes and not said.get("dedup"):
        more["dedup"] = key
        if _is_mapping(takes) and not said.get("action"):
            more["action"] = "map"  # a success ends what a failure began
    elif "alias" in takes and "action" in takes and not said.get("alias"):
        more["alias"] = key
    if "click" in takes and message.link and not said.get("click"):
        more["click"] = message.link
    if "payload" in plugin.template_kwargs:
        more["payload"] = _fields(message) | dict(parts.get("payload") or {})
    return more


def _is_mapping(takes: dict[str, Any]) -> bool:
    """Whether it can be asked to end with a success what a failure began."""
    return "dedup" in takes and "map" in takes.get("action", {}).get("values", ())


def _fields(message: Message) -> dict[str, str]:
    """What a program needs that receives it: what came twice has one id."""
    names = ("id", "incident", "channel", "what", "severity", "source", "link")
    return {name: str(getattr(message, name)) for name in names} | {"created": instant_text(message.created)}


def _refused(channel: AlertSettings, reason: str) -> SettingsError:
    from apprise.manager_plugins import NotificationManager

    scheme = channel.url.partition("://")[0]
    if scheme.lower() not in NotificationManager():  # type: ignore[no-untyped-call]
        told = f"The channel {channel.name!r}: apprise knows no address that begins with {scheme}://."
        return SettingsError(told, hint="https://appriseit.com/services lists those that it knows, with examples.")
    told = f"The channel {channel.name!r}: apprise cannot use its {scheme}:// address: {_safe(reason, channel)}."
    return SettingsError(told, hint="https://appriseit.com/services shows how such an address looks.")


def _safe(reason: str, channel: AlertSettings) -> str:
    """The reason without the secrets of the address. Of most services nobody knows which part is none."""
    scheme = channel.url.partition("://")[0].lower().removesuffix("s")
    host = urlsplit(channel.url).hostname if scheme in _HOSTED else None
    return masked_text(" ".join(reason.split()), {*secrets_in(channel.url)} - {host}).rstrip(".")
