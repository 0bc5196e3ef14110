"""The films that accuracy is counted on, each hard in one way."""

from collections.abc import Callable

import numpy as np

from benchmarks.films import Camera, Card, Scene, Size, Take


def unlike_cuts(size: Size, seed: int = 1) -> list[Take]:
    """Hard cuts between unlike scenes, from half a second to six, some with a moving camera."""
    rng = np.random.default_rng(seed)
    return [Take(Scene(seed * 100 + i, size), float(rng.choice([0.5, 0.8, 1.2, 2, 3, 6])), _wander(rng)) for i in range(24)]


def like_cuts(size: Size, seed: int = 2) -> list[Take]:
    """Cuts between pictures of the same colours and contrast: shot and countershot in one room."""
    first = Scene(seed * 100, size)
    scenes = [first, *(Scene(seed * 100 + i, size, like=first) for i in range(1, 5))]
    rng = np.random.default_rng(seed)
    return [Take(scenes[i % 5], float(rng.uniform(1.2, 3.5)), Camera(shake=0.004 * (i % 3))) for i in range(20)]


def dark_cuts(size: Size, seed: int = 3) -> list[Take]:
    """A night sequence: dark scenes of low contrast, hard cuts."""
    rng = np.random.default_rng(seed)
    return [Take(Scene(seed * 100 + i, size, level=float(rng.uniform(16, 40))), float(rng.uniform(1.5, 3))) for i in range(14)]


def dissolves(size: Size, seed: int = 4) -> list[Take]:
    """Dissolves of a third of a second to two and a half, in standing and moving pictures, with cuts between."""
    rng = np.random.default_rng(seed)
    takes = [Take(Scene(seed * 100, size), 4)]
    for i, length in enumerate([0.33, 0.5, 0.75, 1, 1.5, 2, 2.5, 0.5, 1, 2, 0.75, 1.5]):
        takes.append(Take(Scene(seed * 100 + 2 * i + 1, size), length + 3.5, _wander(rng, 0.04), join="dissolve", joined=length))
        if i % 3 == 2:
            takes.append(Take(Scene(seed * 100 + 2 * i + 2, size), 3.5))
    return takes


def fades(size: Size, seed: int = 5) -> list[Take]:
    """Fades through black of many lengths, long ones inside the film too, with cuts between."""
    rng = np.random.default_rng(seed)
    takes = [Take(Scene(seed * 100, size), 4)]
    for i, (length, black) in enumerate([(0.4, 0.2), (0.75, 0), (1, 0.5), (2, 1), (3, 2), (0.5, 0), (1.5, 0.3), (1, 0)]):
        takes.append(
            Take(Scene(seed * 100 + 2 * i + 1, size), 2 * length + 3, _wander(rng, 0.03), join="fade", joined=length, black_before=black)
        )
        takes.append(Take(Scene(seed * 100 + 2 * i + 2, size), max(3.0, length + 3)))
    return takes


def disturbed(size: Size, seed: int = 6) -> list[Take]:
    """What looks like cuts and is none: flashes, fast pans, handheld shake, things that fill the picture."""
    takes = []
    for i in range(5):
        takes.append(Take(Scene(seed * 100 + 3 * i, size), 5, flashes=(1.2, 3.0)))
        takes.append(Take(Scene(seed * 100 + 3 * i + 1, size), 1.2, Camera(pan=(-1) ** i * 0.55)))
        takes.append(Take(Scene(seed * 100 + 3 * i + 2, size, movers=5), 4, Camera(shake=0.012)))
    return takes


def camera(size: Size, seed: int = 7) -> list[Take]:
    """Each camera movement at several speeds, things moving in front of it."""
    moves = [Camera()] * 4 + [Camera(shake=shake) for shake in (0.006, 0.01, 0.015)]
    moves += [Camera(pan=sign * speed) for sign in (1, -1) for speed in (0.04, 0.08, 0.15, 0.25)]
    moves += [Camera(tilt=sign * speed) for sign in (1, -1) for speed in (0.05, 0.1, 0.2)]
    moves += [Camera(zoom=sign * speed) for sign in (1, -1) for speed in (0.05, 0.1, 0.2)]
    rng = np.random.default_rng(seed)
    return [Take(Scene(seed * 100 + i, size), 3.0, moves[i]) for i in rng.permutation(len(moves)).tolist()]


def feature(size: Size, seed: int = 8) -> list[Take]:
    """A whole small film: logos, scenes, an advert break between black, a long fade inside, credits, and a scene after them."""
    rng = np.random.default_rng(seed)

    def scenes(at: int, count: int) -> list[Take]:
        return [Take(Scene(seed * 1000 + at + i, size), float(rng.uniform(2.5, 5)), _wander(rng)) for i in range(count)]

    advert = [Take(Scene(seed * 1000 + 500 + i, size), float(rng.uniform(0.8, 2)), label="advert") for i in range(14)]
    advert[0].join, advert[0].joined, advert[0].black_before = "fade", 0.35, 0.4
    back = Take(Scene(seed * 1000 + 600, size), 4, join="fade", joined=0.35, black_before=0.4)
    inside = Take(Scene(seed * 1000 + 601, size), 9, join="fade", joined=3, black_before=1)
    return [
        Take(Card(1, size, logo=True), 4, label="logo"),
        Take(Card(2, size, logo=True), 3.5, join="fade", joined=0.5, black_before=0.5, label="logo"),
        *scenes(0, 12), *advert, back, *scenes(100, 6), inside, *scenes(200, 6),
        *(Take(Card(10 + i, size), 3, label="credits") for i in range(4)),
        Take(Card(20, size, roll=0.12), 25, label="credits"),
        Take(Scene(seed * 1000 + 700, size), 6, label="scene after the credits"),
        Take(Card(21, size, roll=0.12), 12, label="credits"),
    ]  # fmt: skip


def _wander(rng: np.random.Generator, speed: float = 0.06) -> Camera:
    """A random movement, of at least half of ``speed``: a slower one is neither a movement nor none."""
    signed = float(rng.choice([-1, 1]) * rng.uniform(speed / 2, speed))
    return [Camera(pan=signed), Camera(shake=0.008), Camera(zoom=signed), Camera()][int(rng.integers(4))]


SCENARIOS: dict[str, Callable[..., list[Take]]] = {
    "unlike cuts": unlike_cuts,
    "like cuts": like_cuts,
    "dark cuts": dark_cuts,
    "dissolves": dissolves,
    "fades": fades,
    "disturbed": disturbed,
    "camera": camera,
    "feature": feature,
}
