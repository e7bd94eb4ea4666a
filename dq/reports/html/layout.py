"""The frame that all pages of a site share, and what their templates may call.

Beside the values that a page hands over, every template knows:
    root: the way from the page to the root of the site: empty, or `../`.
    at, span, stamps: instants that follow the switch of clocks (see `moments`).
    script_json: a filter that writes a value as JSON that may stand inside `<script>`.
    sentence: a filter that begins a text with a capital letter and changes nothing else.
    headline, counted, percent: the words of the reports.
    plotly: the chart library's script, a path from the root.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# What could end a script, or a line of one, as JSON writes it otherwise.
_ESCAPES = {one: f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def rendered(template: str, root: str, **values: Any) -> str:
    """A page as text; everything that comes from data is escaped.

    Args:
        template: a file of `templates/`, which extends `layout.html`.
        root: empty for a page at the root of the site, `../` for one in a folder.
        values: what the template asks for. `layout.html` itself asks for `run` (a Run) and `here`: overview, series,
            incidents or checks.
    """
    return _environment().get_template(template).render(root=root, **values)


def script_json(value: Any) -> Markup:
    """JSON that may stand inside `<script type="application/json">`, whatever its strings hold.

    Raises:
        ValueError: a number in it is not finite; JSON has no word for that, so None must stand there.
    """
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():  # many times as fast as one `translate`
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - what could end the script is escaped


def script_list(values: Iterable[Markup]) -> Markup:
    """What `script_json` made of several values as one list."""
    from markupsafe import Markup

    return Markup(f"[{','.join(values)}]")  # noqa: S704 - as safe as they are


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("dq.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"script_json": script_json, "sentence": lambda text: text[:1].upper() + text[1:]}
    environment.globals |= _words()
    return environment


def _words() -> dict[str, Any]:
    """What every template may call, by name."""
    from dq.reports.html.moments import at, span, stamps
    from dq.reports.html.places import plotly_script
    from dq.reports.words import headline, percent_text
    from dq.suites.words import counted

    return {
        "at": at,
        "span": span,
        "stamps": stamps,
        "headline": headline,
        "counted": counted,
        "percent": percent_text,
        "plotly": plotly_script()[0],
    }
