"""The notebooks run from top to bottom, as they are stored: without output, and on the public API alone."""

from __future__ import annotations

import ast
import asyncio
import json
import os
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

import dq

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FIGURE = "application/vnd.plotly.v1+json"
ALLOWED = {"dq", "json", "numpy", "pandas", "pathlib", "plotly", "tempfile", "time"}


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Every notebook after its last cell; two kernels share them, each emptied before the next."""
    folder, cache = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.getbasetemp() / "sessions"
    ours = {name: text for name, text in os.environ.items() if not name.startswith(("DQ_", "PG", "SUPABASE_"))}
    kernel = ours | {"DQ_CACHE_DIR": str(cache), "HOME": str(folder), "TMPDIR": str(folder)}

    async def execute(paths):
        manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=str(folder / paths[0].stem))
        await manager.start_kernel(env=kernel, cwd=str(folder))
        books = {}
        try:
            for path in paths:
                book = nbformat.read(path, 4)
                book.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
                where = {"metadata": {"path": folder}}
                books[path.stem] = await NotebookClient(book, km=manager, timeout=60, resources=where).async_execute()
        finally:
            await manager.shutdown_kernel(now=True)
        return books

    async def execute_all():
        first, second = await asyncio.gather(execute(NOTEBOOKS[::2]), execute(NOTEBOOKS[1::2]))
        return first | second

    return asyncio.run(execute_all())


def code(path):
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_there_are_four():
    assert [path.stem for path in NOTEBOOKS] == ["01_first_look", "02_a_bad_hour", "03_tuning", "04_year_of_bars"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_output(path):
    nbformat.validate(nbformat.read(path, 4))
    assert [cell.outputs for cell in code(path) if cell.outputs] == []
    assert {cell.execution_count for cell in code(path)} == {None}
    stored = json.loads(path.read_text("utf-8"))
    assert set(stored["metadata"]) == {"kernelspec", "language_info"}
    assert all(cell["metadata"] == {} for cell in stored["cells"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_uses_what_is_public_and_nothing_else(path):
    tree = ast.parse("\n".join(cell.source for cell in code(path)))
    named = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in named} <= ALLOWED
    assert not any(name.startswith("dq.") for name in named)
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert {one.attr for one in attributes if isinstance(one.value, ast.Name) and one.value.id == "dq"} <= {*dq.__all__}
    assert [one.attr for one in attributes if one.attr.startswith("_")] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_read_as_a_text(path):
    """A heading first, words before every code but a cell's own continuation, and lines that fit a screen."""
    cells = nbformat.read(path, 4).cells
    assert cells[0].source.startswith("# ")
    kinds = "".join(cell.cell_type[0] for cell in cells)
    assert "cccc" not in kinds
    assert kinds.count("m") * 2 >= kinds.count("c")
    assert max(len(line) for cell in code(path) for line in cell.source.splitlines()) <= 100


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(executed, path):
    outputs = [one for cell in executed[path.stem].cells if cell.cell_type == "code" for one in cell.outputs]
    assert [one for one in outputs if one.output_type == "error"] == []
    assert [one.text for one in outputs if one.output_type == "stream" and one.name == "stderr"] == []
    shown = [one.data for one in outputs if one.output_type in {"display_data", "execute_result"}]
    assert sum(FIGURE in data for data in shown) >= 2
    assert any("dq-cell" in data.get("text/html", "") for data in shown)


def test_they_come_to_the_ends_that_they_tell(executed):
    said = {
        name: "".join(one.get("text", "") for cell in book.cells for one in cell.get("outputs", ()))
        for name, book in executed.items()
    }
    assert "7 of 7 defects were found where they are" in said["01_first_look"]
    assert "14 of 14 defects found" in said["04_year_of_bars"]
    assert "expect_no_nul_price" in said["03_tuning"]
