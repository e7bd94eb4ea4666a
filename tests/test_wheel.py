"""An installed dq works in any folder: suites and SQL travel inside the wheel."""

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*words, cwd=ROOT):
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The `dq` of a fresh environment that has the wheel, and our own environment's libraries."""
    environment = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", *built.glob("*.whl"))
    return environment / "bin"


def test_the_wheel_is_what_runs(installed, tmp_path):
    where = run(installed / "python", "-c", "import dq; print(dq.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parent))


def test_suites_and_pages_are_found_from_another_folder(installed, tmp_path):
    assert "ohlc_1m" in run(installed / "dq", "suites", cwd=tmp_path)
    assert "What it finds" in run(installed / "dq", "explain", "missing_bar", cwd=tmp_path)


def test_the_wheel_holds_every_file_that_dq_reads(built):
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    beside = [*ROOT.glob("sql/**/*.sql"), *ROOT.glob("expectations/*.json")]
    inside = [path for path in ROOT.glob("dq/**/*") if path.is_file() and "__pycache__" not in path.parts]
    assert beside
    assert {f"dq/{path.relative_to(ROOT)}" for path in beside} | {
        str(path.relative_to(ROOT)) for path in inside
    } <= held


def test_the_source_archive_can_build_the_wheel(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.split("/", 1)[1] for name in opened.getnames() if "/" in name}
    assert {"pyproject.toml", "LICENSE", "dq/__init__.py", "expectations/ohlc_1m.json"} <= held
    assert not [name for name in held if name.startswith(".venv")]
