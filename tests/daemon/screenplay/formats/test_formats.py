"""The list of formats: each is known to the settings, loaded only where it is written, and looks as it always did."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import opentimelineio as otio
import pysubs2
import pytest
from pypdf import PdfReader

from config import settings
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from tests.daemon.screenplay.goldens import TEXTS, made, path_of

HEAVY = ("reportlab", "pysubs2", "opentimelineio", "jinja2", "numpy", "av", "cv2", "fontTools")


def test_what_can_be_set_is_what_there_is() -> None:
    assert sorted(settings.FORMATS) == sorted(FORMATS)


def test_the_list_loads_no_library() -> None:
    code = f"import sys, daemon.screenplay.formats; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", TEXTS)
def test_a_small_film_looks_as_it_always_did(name: str) -> None:
    """``make golden`` after a change that is meant."""
    assert made(name).decode() == path_of(name).read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_marked_file_says_which_version_it_is(name: str) -> None:
    content, kind = made(name), FORMATS[name].mark
    said = mark.read(mark.marked(content, 7, kind), kind, mark.attribute(content, 7, kind))
    assert said == mark.Mark(version=7, digest=mark.digest(content), intact=True)


def _keys(data: bytes) -> set[str]:
    return set(json.loads(data)) - {"reelscribe"}


READERS: dict[str, Callable[[bytes], Any]] = {
    "fdx": lambda data: [node.text for node in ElementTree.fromstring(data).iter()],
    "chapters.xml": lambda data: [node.text for node in ElementTree.fromstring(data).iter()],
    "json": _keys,
    "otio": lambda data: [clip.name for clip in otio.adapters.read_from_string(data.decode(), "otio_json").find_clips()],
    "cmx.edl": lambda data: [clip.source_range for clip in otio.adapters.read_from_string(data.decode(), "cmx_3600").find_clips()],
    "vtt": lambda data: [(line.start, line.text) for line in pysubs2.SSAFile.from_string(data.decode(), "vtt")],
    "pdf": lambda data: [page.extract_text() for page in PdfReader(BytesIO(data), strict=True).pages],
}


@pytest.mark.parametrize("name", READERS)
def test_to_other_programs_a_mark_is_nothing(name: str) -> None:
    content = made(name)
    read = READERS[name]
    assert read(mark.marked(content, 7, FORMATS[name].mark)) == read(content) != []
