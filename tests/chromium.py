"""A real Chromium for tests, spoken to over a pipe: what a page loads, logs, measures and looks like."""

import base64
import fcntl
import json
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps --hide-scrollbars --remote-debugging-pipe"
)


def _start(profile, read, write):
    """Start the browser, which reads what it is asked from descriptor 3 and answers on 4; its process id."""
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in (read, write)]  # out of the way of 3 and 4
    quiet = [(os.POSIX_SPAWN_OPEN, one, os.devnull, os.O_RDWR, 0) for one in (0, 1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, one, place) for one, place in zip(high, (3, 4), strict=True)]
    words = [BROWSER, *FLAGS.split(), f"--user-data-dir={profile}", "about:blank"]
    browser = os.posix_spawn(BROWSER, words, os.environ, file_actions=[*quiet, *pipes])
    for one in (read, write, *high):
        os.close(one)
    return browser


class Chromium:
    """One browser with one page, its own empty profile, ended with the `with` that began it."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="dq-chromium-")
        read, their_write = os.pipe()
        their_read, write = os.pipe()
        self.browser = _start(self.profile, their_read, their_write)
        self.incoming, self.outgoing = os.fdopen(read, "rb"), os.fdopen(write, "wb")
        self.unread, self.number, self.session, self.events = b"", 0, None, []
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.session = None
        with suppress(AssertionError, BrokenPipeError):  # it may have gone away already
            self.ask("Browser.close")
        os.waitpid(self.browser, 0)
        self.incoming.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method, **params):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        self.outgoing.write(json.dumps(asked | ({"sessionId": self.session} if self.session else {})).encode() + b"\0")
        self.outgoing.flush()
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self):
        while b"\0" not in self.unread:
            more = os.read(self.incoming.fileno(), 1 << 16)
            assert more, "the browser went away"
            self.unread += more
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def open(self, page: Path | str, width=1280, height=900, scheme="light"):
        """Open a page (a file or an address) at that width and wait until it has loaded; forget earlier events."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.ask("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        self.loaded()

    def loaded(self):
        """Wait until the page that was asked for, or that a click led to, has loaded."""
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, expression):
        """What JavaScript makes of an expression in the page (the page itself needs no script)."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def promised(self, expression):
        """What a promise of that expression comes to."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self.ask("Runtime.evaluate", **asked)["result"].get("value")

    def until(self, expression, seconds=10.0):
        """Wait until an expression is true in the page."""
        end = time.monotonic() + seconds
        while not self.value(f"!!({expression})"):
            assert time.monotonic() < end, expression
            time.sleep(0.02)

    def click(self, x, y):
        """Press and let go the left button of the mouse at a place of the window, in pixels."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            pressed = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **pressed)

    def requests(self):
        """Addresses asked for since `open`."""
        named = [one["params"] for one in self.events if one.get("method") == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in named]

    def complaints(self):
        """What the page wrote to the console since `open`: errors, warnings, violations of its policy."""
        methods = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
        return [one["params"] for one in self.events if one.get("method") in methods]

    def picture(self, selector="html"):
        """A PNG of what that selector names, as bytes."""
        box = self.value(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height}; })()"
        )
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=box | {"scale": 1})
        return base64.b64decode(shot["data"])
