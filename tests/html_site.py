"""The pages of a site as tests read them."""

from dataclasses import replace
from html.parser import HTMLParser

from html_samples import AT, sick_run
from market_samples import market_of
from report_samples import event, life, mended, message

from dq.model import COLUMNS, DAY, HOUR, MINUTE, Bars, Parcel, PastRun, Scope, Window
from dq.reports.html import Known, Site

EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A page as tags, text and what its data blocks hold; it complains about tags that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.blocks = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def read(self, text):
        if self.open and self.open[-1] == "script":
            self.blocks.append(text)
        elif self.open:
            self.words.append(text)

    handle_data = read

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, name):
        return [attributes[name] for one, attributes in self.tags if one == tag and name in attributes]

    @property
    def anchors(self):
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def read(path):
    return Page(path.read_text("utf-8", "surrogateescape"))


def pages_of(folder):
    """Path from the root -> page, of all pages of a site."""
    return {str(path.relative_to(folder)): read(path) for path in sorted(folder.rglob("*.html"))}


def whole_site():
    """A sick run with all that a site can show: markets, and a history of runs before it."""
    asked, bars = sick_run()
    markets = {}
    for one in asked.series:
        key = one.series.instrument, one.series.interval
        known = Bars(bars[key].timestamp, *(bars[key].column(name) for name in COLUMNS))
        markets[key] = market_of(known, one.series, window=Window(AT - HOUR, AT), as_of=AT)
    past = [
        PastRun(
            id=str(at),
            as_of=AT - (9 - at) * HOUR,
            window=asked.window,
            verdict=("pass", "fail", "unknown")[at % 3],
            exit_code=at % 2,
            seconds=0.2 + at / 100,
            bars=300,
            completeness=1 - at / 200,
            findings={"critical": at % 3, "warning": at % 2, "info": 0},
        )
        for at in range(9)
    ]
    told = tuple(replace(one, assumed=(f"calendar {one.series.calendar}",)) for one in asked.series)
    return Site(replace(asked, series=told, notes=("The table has no index.",)), bars, markets, past, known=lives())


def lives():
    """The life of an incident that the sick run tells, of one of another suite, and of one that is over."""
    hourly, audit = life("inc-1", AT - 20 * MINUTE), life("a0d17", scope=Scope("audit", DAY), flapping=True)
    told = [Parcel(message(one, AT - 20 * MINUTE), 3, "", 0, AT - 10 * MINUTE) for one in (hourly, audit)]
    steps = [event(one, AT - 20 * MINUTE, "opened", "warning") for one in (hourly, audit)]
    return Known([hourly, audit, mended("0e4", AT - 2 * DAY, 30)], steps, told, AT)
