"""The pages that a model is given: the shipped ones, a person's own in their place, and what is said of one that is broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import overrides, pages, styles
from config.errors import ConfigProblems
from config.load import load
from config.rendering import Rendering

SHIPPED = ("audio-description", "casual", "documentary", "hollywood", "professional", "sales", "shooting-script", "technical")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own" / "styles").mkdir(parents=True)
    return tmp_path / "own"


def loaded(folder: Path, more: str = "") -> str:
    """The problems of a configuration with ``folder`` as its pages, a line each; ``""`` where there are none."""
    file = folder.parent / "config.yaml"
    file.write_text(f"script: {{prompts: {folder}{more}}}\n")
    try:
        load(file, {})
    except ConfigProblems as error:
        return str(error)
    return ""


def test_the_shipped_pages_are_whole() -> None:
    assert list(Rendering(pages.read()).problems()) == []
    assert styles.names() == SHIPPED
    assert set(pages.read()) == {*pages.NAMES, *map(pages.of_style, SHIPPED)}


@pytest.mark.parametrize("name", sorted(pages.read()))
def test_each_shipped_page_says_what_it_gets(name: str) -> None:
    remark, _, text = pages.read()[name].text.partition("#}")
    assert remark.startswith("{#")
    assert "gets" in remark
    assert [word for word in pages.told(name).names if word not in remark] == []
    assert text.strip()


@pytest.mark.parametrize("style", SHIPPED)
def test_a_style_reaches_the_model_without_its_remarks(style: str) -> None:
    text = Rendering(pages.read()).text(pages.of_style(style), language="", seen=False)
    assert text.startswith("You ")
    assert "#}" not in text


def test_a_page_of_ones_own_stands_in_for_the_shipped_one_and_a_new_style_is_one(own: Path) -> None:
    (own / "repair.md").write_text("No. {{ errors | join(' ') }}")
    (own / "styles" / "noir.md").write_text("{% include 'styles/hollywood.md' %}\n- Everything is wet.")
    found = Rendering(pages.read(own))
    assert found.text("repair.md", errors=["Too", "long."]) == "No. Too long."
    noir = found.text("styles/noir.md", language="", seen=True)
    assert noir.startswith("You are a screenwriter.")
    assert noir.endswith("- Everything is wet.")
    assert "noir" in styles.names(own)
    assert loaded(own, ", style: noir") == ""


def test_the_styles_of_ones_own_are_meant_by_a_slip(own: Path) -> None:
    (own / "styles" / "noir.md").write_text("Dark.")
    assert "'niir' is no style (did you mean 'noir'?)" in loaded(own, ", style: niir")


def test_a_films_own_file_may_name_the_style_and_not_the_folder(own: Path) -> None:
    (own / "styles" / "noir.md").write_text("Dark.")
    film, config = own.parent / "film.mp4", own.parent / "config.yaml"
    film.write_bytes(b"")
    config.write_text(f"script: {{prompts: {own}}}\n")
    choices = film.with_name("film.reelscribe.yaml")
    choices.write_text("script: {style: noir}\n")
    assert overrides.read(film, own.parent, load(config, {})).settings.script.style == "noir"
    choices.write_text(f"script: {{prompts: {own}}}\n")
    with pytest.raises(ConfigProblems, match="stands in the configuration"):
        overrides.read(film, own.parent, load(config, {}))


@pytest.mark.parametrize(
    ("name", "text", "place", "complaint"),
    [
        ("repair.md", "a\n{% for error in errors %}\n", ":2:1", "endfor"),
        ("repair.md", "{{ errors }}\n{{ erors }}", ":2:1", "'erors' is not known here (did you mean 'errors'?)"),
        ("repair.md", "{{ errors }}\n\n{{ answer }}", ":3:1", "'answer' is not known here (there are errors)"),
        ("repair.md", "Once more.", ":1:1", "{{ errors }} is missing"),
        ("repair.md", "{{ errors | jion }}", ":1:1", "jion"),
        ("repair.md", "{{ errors }}\n{{ errors.__class__.mro() }}", ":2:1", "unsafe"),
        ("repair.md", "{{ errors }}\n{% include 'gone.md' %}", ":2:1", "there is no page 'gone.md'"),
        ("repair.md", "{{ errors }}{% include 'repair.md' %}", ":1", "recursion"),
        ("repair.md", "{{ errors }}\n{{ 1 // 0 }}", ":2:1", "zero"),
        ("chunk.md", "{{ evidence }}\n{% for one in people %}\n{{ one.nmae }}\n{% endfor %}", ":3:1", "nmae"),
        ("sytem.md", "{{ style }}", "", "there is no page of this name (did you mean 'system.md'?)"),
        ("styles/noir.md", "{{ evidence }}", ":1:1", "'evidence' is not known here"),
        ("repair.md", b"{{ errors }} \xff", "", "this is not UTF-8 text"),
        ("repair.md", "x" * (pages.LARGEST + 1), "", "is larger than"),
    ],
)
def test_a_broken_page_is_named_with_its_line_when_the_configuration_is_read(
    own: Path, name: str, text: str | bytes, place: str, complaint: str
) -> None:
    (own / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    said = loaded(own)
    assert said.startswith(f"{own / name}{place}")
    assert complaint in said
    assert "\n" not in said


def test_all_broken_pages_are_named_at_once(own: Path) -> None:
    (own / "repair.md").write_text("{{ erors }}")
    (own / "look.md").write_text("{{ langauge }}")
    said = loaded(own, ", style: nior").splitlines()
    assert len(said) == 4  # the style, look.md, and two things about repair.md
    assert any(line.startswith(f"{own}/look.md:1:1") for line in said)


def test_a_folder_that_is_not_there_is_named_where_it_is_written(tmp_path: Path) -> None:
    assert loaded(tmp_path / "none") == f"{tmp_path}/config.yaml:1:10: script.prompts: there is no folder '{tmp_path}/none'"


def test_a_backup_or_a_hidden_file_is_no_page(own: Path) -> None:
    for name in (".repair.md", "repair.md~", "repair.md.bak", "#repair.md"):
        (own / name).write_text("{{ erors }}")
    assert loaded(own) == ""


def test_a_digest_is_of_the_pages_that_are_used_and_of_those_that_they_include(own: Path) -> None:
    (own / "styles" / "noir.md").write_text("{% include 'styles/casual.md' %}")
    before = {style: pages.digest(own, *pages.of_writing(style)) for style in ("noir", "sales")}
    (own / "styles" / "casual.md").write_text("Chat.")
    after = {style: pages.digest(own, *pages.of_writing(style)) for style in ("noir", "sales")}
    assert after["noir"] != before["noir"]
    assert after["sales"] == before["sales"]
    assert pages.digest(own / "gone", "repair.md") != pages.digest(own, "repair.md")


USED = """
import sys
from pathlib import Path
from config import load, pages
settings = load.load(Path({config!r}), {{}})
pages.digest(settings.script.prompts, *pages.of_writing("hollywood"))
print("jinja2" in sys.modules)
"""


@pytest.mark.parametrize("has_own", [False, True])
def test_the_library_is_loaded_only_for_pages_of_ones_own(own: Path, has_own: bool) -> None:
    config = own.parent / "config.yaml"
    config.write_text(f"script: {{prompts: {own}}}\n" if has_own else "settle: 5\n")
    code = USED.format(config=str(config))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == str(has_own)
