"""The page in a real Chromium: it opens, fits, loads nothing, complains of nothing and can be read."""

from itertools import pairwise

import pytest
from chromium import BROWSER, Chromium
from html_samples import crowded_run, sick_run

from dq.reports.html import Site, write_docs

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")

# Text whose contrast with what lies behind it is below WCAG AA (4.5), as "ratio words".
FAINT = """(() => {
  const rgb = text => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = text; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = one => { for (; one; one = one.parentElement) { const c = rgb(getComputedStyle(one).backgroundColor); if (c[3] > 250) return c; } };
  const faint = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || one.closest('title, style, .skip') || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), ink = rgb(one.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(one))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(2) + ' ' + words);
  }
  return faint;
})()"""

# Words that are cut by the frame of their drawing or written over one another, and elements beyond the right edge.
CUT = """(() => {
  const bad = [];
  for (const plot of document.querySelectorAll('.chart > svg')) {
    const frame = plot.getBoundingClientRect(), boxes = [...plot.querySelectorAll(':scope > text')]
      .map(one => [one.textContent, one.getBoundingClientRect()]);
    for (const [words, box] of boxes) if (box.left < frame.left - 1 || box.right > frame.right + 1) bad.push('cut: ' + words);
    boxes.forEach(([words, a], i) => boxes.slice(i + 1).forEach(([others, b]) => {
      if (a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom) bad.push(words + ' over ' + others); }));
  }
  for (const one of document.querySelectorAll('main *:not(svg *)')) {
    const box = one.getBoundingClientRect();
    if (box.width && box.right > innerWidth + 1 && !one.closest('pre')) bad.push('wide: ' + one.tagName + ' ' + one.className);
  }
  return bad;
})()"""


@pytest.fixture(scope="module")
def browser():
    with Chromium() as one:
        yield one


@pytest.fixture(scope="module")
def sick(tmp_path_factory):
    return write_docs(Site(*sick_run()), tmp_path_factory.mktemp("sick"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_opens_whole_quiet_and_readable(browser, sick, width, scheme):
    browser.open(sick, width, scheme=scheme)
    assert browser.requests() in ([sick.as_uri()], [sick.as_uri(), "data:,"])
    assert browser.complaints() == []
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(CUT) == []
    assert browser.value(FAINT) == []
    assert browser.value("document.querySelectorAll('figure .plot').length") == 4


def test_a_hole_is_drawn_with_its_true_width(browser, sick):
    browser.open(sick)
    wide = "document.querySelector('#d1 .hole.critical:not(.other)').getBoundingClientRect().width"
    one = "document.querySelector('#d1 .h path').getBoundingClientRect().width"
    assert browser.value(f"Math.round({wide} / {one})") == 12


def test_the_keyboard_comes_first_to_the_skip_link(browser, sick):
    browser.open(sick)
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.value("document.activeElement.className") == "skip"
    assert browser.value("document.activeElement.getBoundingClientRect().left") >= 0


def test_headings_descend_one_level_at_a_time(browser, sick):
    browser.open(sick)
    levels = browser.value("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_readers_are_told_what_each_part_is(browser, sick):
    browser.open(sick)
    told = browser.ask("Accessibility.getFullAXTree")["nodes"]
    named = {(one["role"]["value"], one.get("name", {}).get("value", "")) for one in told if not one.get("ignored")}
    roles = [role for role, _ in named]
    assert {"main", "navigation", "banner", "contentinfo"} <= set(roles)
    assert roles.count("table") == 2
    assert ("region", "Findings") in named
    pictures = [name for role, name in named if role == "image"]
    assert any(name.startswith("Bars of BTC-USD 1m around 2026-03-12 14:19 UTC.") for name in pictures)
    assert all(pictures)


def test_prints_with_everything_unfolded(browser, sick):
    browser.open(sick)
    pdf = browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert len(pdf) > 20_000


def test_a_crowded_page_opens_fast(browser, tmp_path):
    page = write_docs(Site(*crowded_run()), tmp_path)
    browser.open(page, 1280)
    assert browser.complaints() == []
    assert browser.value("document.querySelectorAll('figure').length") == 60
    assert browser.value("document.querySelectorAll('*').length") < 40_000
