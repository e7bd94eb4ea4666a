"""Great Expectations' views with templates of ours first: pages that load nothing from outside, and escape everything.

GX puts plain strings into pages as they are: table cells, headings, names, attributes. Here whatever is text is
escaped where it enters HTML. Text that a renderer has escaped already stays as it is: an entity is not escaped again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context

from dq import __version__
from dq.model import DqError

TEMPLATES = Path(__file__).parent / "templates"

_HEADINGS = {"h5": "h2", "h6": "h3"}  # GX takes them for their size, and leaves out the levels between
_BARE = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_LOADS = re.compile(
    r"""<(?:script|link|img|iframe|object|embed|source|audio|video|image|use|form)\b[^>]*?
        \b(?:src|href|data|srcset|poster|action)\s*=\s*["']?\s*(?P<address>(?:[a-z][a-z0-9+.-]*:)?//[^"'\s>]*)
      |(?:@import|url\()\s*["']?\s*(?P<style>(?:https?:)?//[^"')\s]*)""",
    re.IGNORECASE | re.VERBOSE,
)


def escaped(text: object) -> str:
    """Text as HTML shows it, in content and in attributes; escaping it again changes nothing."""
    return escape(_BARE.sub("\0", str(text)), quote=True).replace("&amp;", "&").replace("\0", "&amp;")


def self_contained(page: str) -> str:
    """The page, if it loads nothing from another place.

    Raises:
        DqError: it does: Great Expectations has begun to load something that dq does not know.
    """
    foreign = _LOADS.search(page)
    if foreign:
        raise DqError(
            f"A page of Great Expectations would load {foreign['address'] or foreign['style']} from the network.",
            hint="Install the release of great-expectations that dq asks for, and tell us of the one that does this.",
        )
    return page


class _Escaping(DefaultJinjaPageView):
    """What both kinds of pages share."""

    _TRUSTED_HTML_PARAMS = frozenset({"html_success_icon"})

    def __init__(self) -> None:
        super().__init__()
        theirs = [self.env.loader] if self.env.loader else []
        self.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *theirs])
        self.env.auto_reload = False  # templates do not change while a site is written
        self.env.filters["escaped"] = escaped

    def page(self, document: Any, root: str, **more: object) -> str:
        """The document as a page that lies `root` (such as `../../`) below the first one."""
        given = {"trail": [], "dq_version": __version__, **more}
        return self_contained(self.render(document, root=root, **given))  # type: ignore[no-untyped-call]

    @pass_context
    def render_content_block(
        self, context: Any, content_block: Any, index: Any = None, content_block_id: Any = None, **more: Any
    ) -> Any:
        """A block as HTML; a string is text, whatever it looks like."""
        if isinstance(content_block, str):
            return escaped(content_block)
        if isinstance(content_block, list):
            parts = (self.render_content_block(context, one, at) for at, one in enumerate(content_block))
            return "".join(f"<span>{part}</span>" for part in parts)
        return super().render_content_block(context, content_block, index, content_block_id, **more)

    def render_styling(self, styling: Mapping[str, Any]) -> str:
        """Classes, attributes and styles of an element, escaped."""
        if not styling:
            return ""
        plain = dict(styling)
        if styling.get("classes") and not isinstance(styling["classes"], str):
            plain["classes"] = [escaped(one) for one in styling["classes"]]
        for kind in ("attributes", "styles"):
            if styling.get(kind):
                plain[kind] = {escaped(name): escaped(value) for name, value in styling[kind].items()}
        return str(super().render_styling(plain))

    def attributes_dict_to_html_string(self, attributes_dict: Mapping[str, Any], prefix: str = "") -> str:
        """Attributes of an element, escaped."""
        plain = {escaped(name): escaped(value) for name, value in attributes_dict.items()}
        return str(super().attributes_dict_to_html_string(plain, prefix))

    def render_string_template(self, template: Any) -> Any:
        """A sentence with its parameters; neither may hold markup."""
        if isinstance(template, Mapping):
            plain = {key: value for key, value in template.items() if key != "tooltip"}
            plain["tag"] = _HEADINGS.get(template.get("tag", "span"), template.get("tag", "span"))
            plain["template"] = escaped(template.get("template", ""))
            plain["params"] = dict(template.get("params") or {})
            return super().render_string_template(plain)  # type: ignore[no-untyped-call]
        return template

    @staticmethod
    def _escape_template_param_value(value: Any) -> Any:
        return escaped(value)


class PageView(_Escaping):
    """A validation result or a suite."""


class IndexView(_Escaping, DefaultJinjaIndexPageView):
    """A list of results, and of suites."""
