"""The text of a new override file: every key that it may have, explained, and none of them set."""

from pathlib import Path

from config.errors import printable

_TEXT = """\
# Choices for {name}. A change is taken up as soon as this file is saved; only what it touches is done again.
# Remove the "# " before a line to use it. A line that cannot be used is named, and the film keeps its last good choices.

# The title on the first page.
# title: Night Train

# What is left out of the script. A time is in seconds, m:ss or h:mm:ss.mmm; with a minus it counts from the end; "end" is the end.
# skips:
#   - {{start: 0, end: "1:30", note: studio logos}}
#   - {{start: -45, end: end}}

# What is never left out by itself, whatever it looks like.
# keep:
#   - {{start: "58:10", end: "58:40"}}

# Who speaks: the voice as the script calls it, and the name that it should have.
# characters:
#   SPEAKER 1: ANNA

# Any of these is for this film alone; without it, the configuration holds.
# script: {{style: documentary, language: en, formats: [fountain, md], chunk: 30, overlap: 5}}
# whisper: {{language: en, model: small, vocabulary: [Marco, Trieste]}}
# speakers: {{count: 3}}
# audio: {{language: en}}
# ollama: {{writer: "llama3.1:8b", num_ctx: 8192}}
# writer: {{engine: draft}}
# output: ~/Scripts
"""


def template(video: Path) -> str:
    """The text for ``video``; reading it gives no choices at all."""
    return _TEXT.format(name=printable(video.name))
