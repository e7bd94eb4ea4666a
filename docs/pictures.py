"""Take the two pictures of the README again: `python docs/pictures.py`. Needs Chromium and `dq[demo]`."""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from chromium import Chromium  # noqa: E402  stands beside the tests

AT = "2026-03-12T19:00:00Z"  # all five markets trade in the hour before
WIDTH = 1280  # pixels
PICTURES = {"overview.png": ("index.html", 1290), "series.png": ("series/BTC-USD_1m.html", 1040)}  # page, pixels high


def main() -> None:
    """Run the demo as of that instant and photograph its pages."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "dq", "demo", "--at", AT, "--docs", f"{folder}/site"]
        subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
        with Chromium() as browser:
            for name, (page, height) in PICTURES.items():
                browser.open(Path(folder, "site", page), WIDTH, height)
                browser.until("document.querySelector('.main-svg')")
                browser.promised("new Promise(done => setTimeout(done, 1000))")
                shot = browser.ask("Page.captureScreenshot", format="png")
                (ROOT / "docs" / "images" / name).write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main()
