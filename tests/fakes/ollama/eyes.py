"""What the server's vision models say of a picture: always the same of the same bytes."""

from base64 import b64decode
from binascii import Error
from collections.abc import Sequence
from hashlib import sha256
from random import Random

from tests.fakes.ollama.requests import Refusal

KINDS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # JPEG, PNG
WHO = ("A woman in a grey coat", "An old man", "Two children", "A dog", "Nobody", "A man with a suitcase")
DOES = ("stands by", "waits near", "walks past", "sits beside", "is seen beside", "leans on")
WHAT = ("a rain-streaked window", "a wooden table", "an empty road", "a lit doorway", "a row of seats", "a brick wall")
WHERE = ("inside, in dim light.", "outside, by day.", "inside, in warm light.", "outside, at dusk.")


def pictures(images: Sequence[str]) -> list[bytes]:
    """The files. Raises Refusal as Ollama does."""
    try:
        files = [b64decode(image, validate=True) for image in images]
    except Error as error:
        raise Refusal(400, "illegal base64 data at input byte 4") from error
    if not all(file.startswith(KINDS) for file in files):
        raise Refusal(500, "failed to process inputs: image: unknown format")
    return files


def caption(files: Sequence[bytes]) -> str:
    """One sentence."""
    random = Random(sha256(b"".join(files)).digest())
    return " ".join(random.choice(words) for words in (WHO, DOES, WHAT, WHERE))
