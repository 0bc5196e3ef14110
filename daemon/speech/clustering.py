"""Which voiceprints belong together: Gaussians that are joined two by two, and told apart only where the sound is clear about it.

The order is that of the Bayesian information criterion (Chen and Gopalakrishnan, 1998). How far two voices are apart is the gain in
log-likelihood of two Gaussians over one, beyond what chance would give, a frame: unlike the criterion itself it does not grow with the
film. numpy alone, imported by children only.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from daemon.speech.voiceprint import WIDTH, Numbers

FLOOR = np.diag([0.02] * (WIDTH - 1) + [0.002])  # of every covariance: what even a steady vowel varies by
FREEDOM = (WIDTH + WIDTH * (WIDTH + 1) / 2) / 2  # half the numbers that a Gaussian is made of


class Heaps(NamedTuple):
    """Frames by the heap, as their counts [k], sums [k, 21] and sums of products [k, 21, 21]."""

    count: Numbers
    total: Numbers
    square: Numbers

    def __getitem__(self, which: object) -> "Heaps":  # type: ignore[override]
        return Heaps(*(np.atleast_1d(part)[which] for part in self._parts()))

    def joined(self, others: "Heaps") -> "Heaps":
        """Heap by heap, both together; one heap goes with each of many."""
        return Heaps(*(mine + theirs for mine, theirs in zip(self._parts(), others._parts(), strict=True)))

    def means(self) -> Numbers:
        """[k, 21]."""
        return self.total / self.count[:, None]

    def covariances(self) -> Numbers:
        """[k, 21, 21]."""
        means = self.means()
        spread: Numbers = self.square / self.count[:, None, None] - means[:, :, None] * means[:, None, :] + FLOOR
        return spread

    def spread(self) -> Numbers:
        """Half the count times the logarithm of the covariance's determinant: what the frames cost under their own Gaussian."""
        cost: Numbers = self.count / 2 * np.linalg.slogdet(self.covariances())[1]
        return cost

    def _parts(self) -> tuple[Numbers, Numbers, Numbers]:
        return tuple.__getitem__(self, 0), tuple.__getitem__(self, 1), tuple.__getitem__(self, 2)


def heaps(frames: Sequence[Numbers]) -> Heaps:
    """One heap each."""
    return Heaps(
        np.array([len(some) for some in frames], float),
        np.array([some.sum(axis=0) for some in frames]),
        np.array([some.T @ some for some in frames]),
    )


def gain(one: Heaps, others: Heaps) -> tuple[Numbers, Numbers]:
    """``(gain over the criterion's penalty, apart)`` of one heap against each of ``others``: above 1 they are rather two than one."""
    both = one.joined(others)
    gained = both.spread() - one.spread() - others.spread()
    penalty = FREEDOM * np.log(both.count)
    return gained / penalty, (gained - penalty) / (one.count * others.count / both.count)


class Node(NamedTuple):
    """Heaps that were joined: their numbers, the two parts they were joined of, and how far those are apart (nats a frame)."""

    members: tuple[int, ...]
    parts: "tuple[Node, ...]" = ()
    apart: float = 0.0


def tree(piles: Heaps) -> Node:
    """Joins the two that are most alike, again and again, until there is one. At least one heap."""
    size = len(piles.count)
    nodes = {number: Node((number,)) for number in range(size)}
    sums = Heaps(*(part.copy() for part in piles._parts()))
    unlike = np.full((size, size), np.inf)
    for number in range(size - 1):
        unlike[number, number + 1 :] = gain(sums[[number]], sums[number + 1 :])[0]
    for _ in range(size - 1):
        one, other = (int(place) for place in np.unravel_index(np.argmin(unlike), unlike.shape))
        apart = float(gain(sums[[one]], sums[[other]])[1][0])
        nodes[one] = Node(nodes[one].members + nodes[other].members, (nodes[one], nodes.pop(other)), apart)
        for part in sums._parts():
            part[one] += part[other]
        unlike[other, :] = unlike[:, other] = np.inf
        _compare(unlike, sums, one, [number for number in nodes if number != one])
    return nodes[0]


def _compare(unlike: Numbers, sums: Heaps, one: int, others: list[int]) -> None:
    if others:
        costs = gain(sums[[one]], sums[others])[0]
        places = np.array(others)
        unlike[np.minimum(places, one), np.maximum(places, one)] = costs


def cut(root: Node, enough: Callable[[Node], bool], two: Callable[[Node], bool], most: int | None = None) -> list[Node]:
    """The voices of a tree: parted where both sides are ``enough`` and ``two`` says so of the place; into ``most`` where that is given."""
    voices = [root]
    while len(voices) != most:
        forks = [(place, found) for place, voice in enumerate(voices) if (found := fork(voice, enough)) and (most or two(found))]
        if not forks:
            return voices
        place, widest = max(forks, key=lambda pair: pair[1].apart)
        voices[place : place + 1] = widest.parts
    return voices


def fork(node: Node, enough: Callable[[Node], bool]) -> Node | None:
    """The first place down the tree where both parts are enough; past a few odd sounds that joined late."""
    while node.parts:
        large = [part for part in node.parts if enough(part)]
        if len(large) != 1:
            return node if large else None
        node = large[0]
    return None
