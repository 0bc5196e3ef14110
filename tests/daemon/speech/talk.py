"""Conversations of synthetic voices (espeak-ng), with the truth of who says what, and the diarisation error rate."""

import io
import subprocess
import wave
from collections.abc import Sequence
from functools import cache
from itertools import permutations
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Cue, Word
from daemon.speech.turns import Turn

RATE = 16_000
STEP = 0.01  # seconds, in which the error is counted
LEVEL = 0.08  # root mean square of a spoken line, full scale 1.0
WHO = ("The doctor", "My sister", "Our captain", "Nobody here", "A stranger", "Your brother", "Marco", "Every child", "His lawyer")
DID = ("has left", "will never find", "wanted to buy", "forgot", "can hear", "should have burned", "does not trust", "ran away from")
WHAT = (
    "the suitcase.",
    "a house by the river.",
    "those letters!",
    "that terrible noise.",
    "my bicycle?",
    "the frozen garden.",
    "the train.",
)
SHORT = ("Yes, of course.", "No, not now.", "Are you sure?", "Who told you?", "Come here at once!", "Why not?")

Sound = NDArray[np.float64]


class Talker(NamedTuple):
    """A voice of espeak-ng, its pitch (0–99) and its words a minute."""

    voice: str
    pitch: int = 50
    speed: int = 165


class Talk(NamedTuple):
    """A conversation: 16 kHz samples, cues whose words have times and no voice, and who speaks when."""

    samples: NDArray[np.int16]
    cues: tuple[Cue, ...]
    truth: tuple[Turn, ...]


class Score(NamedTuple):
    """``error``: share of the time that is claimed to be known in which the voice is another one; ``claimed``: of all speech, that time."""

    error: float
    claimed: float
    voices: int


def talk(talkers: Sequence[Talker], lines: int, seed: int, *, merged: float = 0.1, under: Sound | None = None) -> Talk:
    """``merged``: how often two people's lines come as one cue, as where a transcript lacks the full stop. ``under`` is mixed in."""
    random, now, speaker = Random(seed), 0.5, 0
    sounds: list[tuple[float, Sound]] = []
    cues: list[list[Word]] = []
    truth: list[Turn] = []
    for number in range(lines):
        if number and len(talkers) > 1 and random.random() < 0.75:
            speaker = random.choice([other for other in range(len(talkers)) if other != speaker])
        voice, pitch, speed = talkers[speaker]
        text = random.choice(SHORT) if random.random() < 0.2 else " ".join(random.choice(part) for part in (WHO, DID, WHAT))
        line = spoken(text, voice, pitch + random.randint(-4, 4), speed + random.randint(-8, 8)) * 10 ** (random.uniform(-4, 4) / 20)
        turn = Turn(start=now, end=now + len(line) / RATE, voice=speaker)
        if truth and truth[-1].voice != speaker and random.random() < merged:
            cues[-1] += _words(text, turn)
        else:
            cues.append(_words(text, turn))
        truth.append(turn)
        sounds.append((now, line))
        now = turn.end + random.uniform(0.2, 1.0)
    return Talk(_mixed(sounds, now, under, seed), tuple(_cue(number, words) for number, words in enumerate(cues, 1)), tuple(truth))


@cache
def spoken(text: str, voice: str, pitch: int, speed: int) -> Sound:
    """One line without the silence around it, at ``LEVEL``."""
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout", text]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(made)) as file:
        rate = file.getframerate()
    samples = np.frombuffer(made[44:], "<i2").astype(float) / 32768  # the header of a stream does not know its length
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    samples = _at_16_khz(samples[loud[0] : loud[-1] + 1], rate)
    level = float(np.sqrt((samples**2).mean()))
    return samples / level * LEVEL


def noise(seconds: float, decibels: float, seed: int = 0) -> Sound:
    """Dull noise, so many dB below a spoken line."""
    hiss = np.convolve(np.random.default_rng(seed).normal(0, 1, round(seconds * RATE)), np.hanning(12), mode="same")
    return _level(hiss, decibels)


def chords(seconds: float, decibels: float = 0.0, seed: int = 0, beat: float = 2.0, vibrato: float = 0.006) -> Sound:
    """Music of five tones at once, another chord each ``beat`` seconds, with five vibrations a second."""
    random, time = np.random.default_rng(seed), np.arange(round(seconds * RATE)) / RATE
    music = np.zeros(len(time))
    for start in np.arange(0, seconds, beat):
        part = slice(round(start * RATE), round((start + beat) * RATE))
        root = 110 * 2 ** (random.integers(0, 12) / 12)
        for ratio in (1, 1.25, 1.5, 2, 3):
            hertz = root * ratio
            music[part] += np.sin(2 * np.pi * hertz * time[part] + vibrato * hertz / 5 * np.sin(2 * np.pi * 5 * time[part])) / ratio
    return _level(music, decibels)


def pcm(sound: Sound) -> NDArray[np.int16]:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def score(truth: Sequence[Turn], cues: Sequence[Cue]) -> Score:
    """Diarisation error of the cues' voices, under the best matching of voices to people; where nobody speaks nothing counts."""
    names = sorted({cue.voice for cue in cues if cue.voice})
    size = max(len(names), max(turn.voice for turn in truth) + 1)
    people, voices = (np.full(round(truth[-1].end / STEP) + 1, -1) for _ in range(2))
    for turn in truth:
        people[round(turn.start / STEP) : round(turn.end / STEP)] = turn.voice
    for cue in cues:
        voices[round(cue.start / STEP) : round(cue.end / STEP)] = names.index(cue.voice) if cue.voice else -1
    both = (people >= 0) & (voices >= 0)
    together = np.zeros((size, size))
    np.add.at(together, (voices[both], people[both]), 1)
    right = max(sum(together[voice, person] for voice, person in enumerate(order)) for order in permutations(range(size)))
    return Score(float(1 - right / both.sum()) if both.any() else 0.0, float(both.sum() / (people >= 0).sum()), len(names))


def _mixed(sounds: Sequence[tuple[float, Sound]], end: float, under: Sound | None, seed: int) -> NDArray[np.int16]:
    track = np.random.default_rng(seed).normal(0, 0.0004, round((end + 0.5) * RATE))
    for start, sound in sounds:
        track[round(start * RATE) : round(start * RATE) + len(sound)] += sound
    if under is not None:
        track += np.resize(under, len(track))
    return pcm(track)


def _words(text: str, turn: Turn) -> list[Word]:
    """A line's words with times by their letters: as exact as an aligner's."""
    words, start, a_letter = [], turn.start, turn.length / (len(text) + 1)
    for word in text.split():
        length = (len(word) + 1) * a_letter
        words.append(Word(start=round(start, 3), end=round(start + 0.97 * length, 3), text=word, confidence=0.9))
        start += length
    return words


def _cue(number: int, words: Sequence[Word]) -> Cue:
    text = " ".join(word.text for word in words)
    return Cue(id=f"c{number}", start=words[0].start, end=words[-1].end, text=text, words=tuple(words))


def _level(sound: Sound, decibels: float) -> Sound:
    return sound * float(LEVEL * 10 ** (decibels / 20) / sound.std())


def _at_16_khz(samples: Sound, rate: int) -> Sound:
    """Resampled in the spectrum."""
    wanted = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: wanted // 2 + 1]
    made: Sound = np.fft.irfft(spectrum, wanted) * wanted / len(samples)
    return made
