"""Where a Supabase project is, and as whom its key lets us in."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dq.model import SettingsError
from dq.settings import addresses

WANTED = "Give the project's URL as its settings show it, such as https://abcdefghij.supabase.co."
KEY_HINT = (
    "Put SUPABASE_KEY=… into the environment, or into .env beside dq.toml. The project's settings show it under API Keys;"
    " a publishable (anon) key and a policy that lets it read are enough."
)
ALL_POWERFUL = "service_role"  # row-level security does not hold for it


@dataclass(frozen=True, slots=True)
class Address:
    """A project.

    Attributes:
        url: its root, as supabase-py wants it: without /rest/v1.
        label: as people are told.
    """

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the role that it stands for.

    Attributes:
        role: of the database; "" where the key does not say.
        kind: what Supabase calls such a key.
    """

    text: str = field(repr=False)
    role: str
    kind: str

    @property
    def sees_all(self) -> bool:
        """Whether row-level security hides nothing from it."""
        return self.role == ALL_POWERFUL

    @property
    def named(self) -> str:
        """As sentences name it."""
        return f"the {self.kind} (role {self.role})" if self.role else "this key"


def understood(url: str) -> Address:
    """The project that a web address names.

    Raises:
        SettingsError: it names none, or the key would travel in the clear; the message shows no secret.
    """
    try:
        root = addresses.supabase(url)
    except ValueError as fault:
        raise SettingsError(f"The address of Supabase cannot be used: {fault}", hint=WANTED) from None
    return Address(root, f"Supabase at {urlsplit(root).netloc.lower()}")


def key_of(text: str | None) -> Key:
    """The key, and as whom it lets us in: as its own text says, which the server may see otherwise.

    Raises:
        SettingsError: there is none, or what is there can be none.
    """
    key = (text or "").strip()
    if not key:
        raise SettingsError("Supabase is to be read, and there is no key: SUPABASE_KEY is not set", hint=KEY_HINT)
    try:
        addresses.key(key)
    except ValueError as fault:
        raise SettingsError(f"SUPABASE_KEY: {fault}", hint=KEY_HINT) from None
    if key.startswith("sb_secret_"):
        return Key(key, ALL_POWERFUL, "secret key")
    if key.startswith("sb_publishable_"):
        return Key(key, "anon", "publishable key")
    role = _claimed(key)
    return Key(key, role, "service_role key" if role == ALL_POWERFUL else "anon key" if role == "anon" else "key")


def _claimed(key: str) -> str:
    """The role that a JSON web token claims; "" where it is none."""
    parts = key.split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return ""
    role = claims.get("role", "") if isinstance(claims, dict) else ""
    return role if isinstance(role, str) and re.fullmatch(r"\w{1,63}", role) else ""
