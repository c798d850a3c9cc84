"""ruff finds nothing to say about anything: code, tests, stages and the cells of notebooks."""

from pathlib import Path

import pytest
from ruff_runner import ruff


@pytest.mark.parametrize(
    "arguments", [("check", "--output-format", "concise"), ("format", "--check")], ids=["rules", "format"]
)
def test_style_is_kept(arguments: tuple[str, ...]) -> None:
    """Every file is as ruff wants it; an exception stands in pyproject.toml, with its reason."""
    code, said = ruff(*arguments, ".")

    assert code == 0, said


def test_style_of_a_careless_file_is_found(tmp_path: Path) -> None:
    """The settings that pass everything still find an import that nobody uses."""
    (tmp_path / "careless.py").write_text("import os\n", encoding="utf-8")

    code, said = ruff("check", ".", within=tmp_path)

    assert code == 1
    assert "F401" in said
