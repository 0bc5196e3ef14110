"""What a film may claim and hold. Whatever goes beyond is refused or left out before room is made for it."""

LARGEST_PICTURE = 16384 * 8704  # pixels: twice 8K's sides; larger ones are a bomb, not a film
LONGEST = 86_400.0  # seconds of a film; what comes later is left out
MOST_CHANNELS = 64  # of a sound that ffmpeg can mix down
SMALLEST_PICTURE = 4  # bytes that a picture takes in a file: its line in the index, if nothing else
FIRST_PICTURES = 10_000  # that any file may hold, however small


def most_pictures(size: int) -> int:
    """How many pictures a film of ``size`` bytes can hold."""
    return FIRST_PICTURES + size // SMALLEST_PICTURE


def bounded(seconds: float) -> float:
    """A duration as a film claims it, within what is taken."""
    return min(max(0.0, seconds), LONGEST)
