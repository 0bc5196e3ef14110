"""A feature's script is written in every format at once, quickly and in little memory (``python -m benchmarks scripts`` says how much)."""

from pathlib import Path

from benchmarks import scripts
from daemon.screenplay.formats.listed import FORMATS


def test_a_feature_is_written_in_every_format_in_seconds(tmp_path: Path) -> None:
    scripts.make(tmp_path)
    spent = scripts.cost(tmp_path, FORMATS)
    assert {path.name for path in tmp_path.glob("script.*")} == {f"script.{form.extension}" for form in FORMATS.values()}
    assert spent.cpu <= scripts.SECONDS
    assert spent.memory <= scripts.MEMORY
