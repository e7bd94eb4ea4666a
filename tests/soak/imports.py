"""A dependency that does not import: one clear sentence, exit 3, no half verdict."""

from __future__ import annotations

from soak.desk import opened
from soak.rows import Row

ASKED = {
    "numpy": ("validate", "--window", "1h"),
    "psycopg": ("validate", "--window", "1h"),
    "click": ("validate", "--window", "1h"),
    "apscheduler": ("watch", "--times", "1"),
    "pybreaker": ("watch", "--times", "1"),
    "pyarrow": ("validate", "bars.parquet"),
    "apprise": ("alerts", "test"),
}
BROKEN = 'raise ImportError("libopenblas.so.0: cannot open shared object file: No such file or directory")\n'


def run(scale):
    with opened(scale, series=1) as desk:
        (desk.folder / "bars.parquet").write_bytes(b"PAR1" + b"\0" * 64 + b"PAR1")
        desk.settings("[[alert]]", 'url = "json://127.0.0.1:9/"')
        names = ("numpy", "psycopg", "apscheduler") if scale.short else tuple(ASKED)
        for name in names:
            shadow = desk.folder / "shadows" / name
            (shadow / name).mkdir(parents=True)
            (shadow / name / "__init__.py").write_text(BROKEN)
            status, said = desk.run(*ASKED[name], PYTHONPATH=str(shadow))
            sentences = [line for line in said.splitlines() if line.strip()]
            plain = "Traceback" not in said and name in said and 1 <= len(sentences) <= 3
            told = f"exit {status}, {len(sentences)} lines{'' if plain else ': ' + (sentences or [''])[-1][:90]}"
            yield Row(f"import: {name}", "a sentence, exit 3", told, status == 3 and plain)
