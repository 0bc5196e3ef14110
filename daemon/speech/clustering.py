"""Which voiceprints belong together: Gaussians that are joined two by two, and told apart only where the sound is clear about it.

The order is that of the Bayesian information criterion (Chen and Gopalakrishnan, 1998). How far two voices are apart is the gain in
log-likelihood of two Gaussians over one, beyond what chance would give, a frame: unlike the criterion itself it does not grow with the
film. numpy alone, imported by children only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from daemon.speech.voiceprint import WIDTH, Numbers

FLOOR = np.diag([0.02] * (WIDTH - 1) + [0.002])  # of every covariance: what even a steady vowel varies by
FREEDOM = (WIDTH + WIDTH * (WIDTH + 1) / 2) / 2  # half the numbers that a Gaussian is made of


@dataclass(frozen=True)
class Heaps:
    """Frames by the heap, as their counts [k], sums [k, 21] and sums of products [k, 21, 21]."""

    counts: Numbers
    totals: Numbers
    squares: Numbers

    def pick(self, which: Sequence[int]) -> "Heaps":
        """Some of them."""
        places = np.array(which, int)
        return Heaps(self.counts[places], self.totals[places], self.squares[places])

    def joined(self, others: "Heaps") -> "Heaps":
        """Heap by heap, both together; one heap goes with each of many."""
        return Heaps(self.counts + others.counts, self.totals + others.totals, self.squares + others.squares)

    def move(self, one: int, to: int) -> None:
        """Adds one heap to another, in place."""
        for part in (self.counts, self.totals, self.squares):
            part[to] += part[one]

    def means(self) -> Numbers:
        """[k, 21]."""
        return self.totals / self.counts[:, None]

    def covariances(self) -> Numbers:
        """[k, 21, 21]."""
        means = self.means()
        spread: Numbers = self.squares / self.counts[:, None, None] - means[:, :, None] * means[:, None, :] + FLOOR
        return spread

    def spread(self) -> Numbers:
        """Half the count times the logarithm of the covariance's determinant: what the frames cost under their own Gaussian."""
        cost: Numbers = self.counts / 2 * np.linalg.slogdet(self.covariances())[1]
        return cost


def heaps(frames: Sequence[Numbers]) -> Heaps:
    """One heap each."""
    return Heaps(
        np.array([len(some) for some in frames], float),
        np.array([some.sum(axis=0) for some in frames]),
        np.array([some.T @ some for some in frames]),
    )


def stacked(some: Sequence[Heaps]) -> Heaps:
    """All of them, one after the other."""
    return Heaps(
        np.concatenate([one.counts for one in some]),
        np.concatenate([one.totals for one in some]),
        np.concatenate([one.squares for one in some]),
    )


def gain(one: Heaps, others: Heaps) -> tuple[Numbers, Numbers]:
    """``(gain over the criterion's penalty, apart)`` of one heap against each of ``others``: above 1 they are rather two than one."""
    both = one.joined(others)
    gained = both.spread() - one.spread() - others.spread()
    penalty = FREEDOM * np.log(both.counts)
    return gained / penalty, (gained - penalty) / (one.counts * others.counts / both.counts)


class Node(NamedTuple):
    """Heaps that were joined: their numbers, the two parts they were joined of, and how far those are apart (nats a frame)."""

    members: tuple[int, ...]
    parts: "tuple[Node, ...]" = ()
    apart: float = 0.0


def tree(piles: Heaps) -> Node:
    """Joins the two that are most alike, again and again, until there is one. At least one heap."""
    size = len(piles.counts)
    nodes = {number: Node((number,)) for number in range(size)}
    sums = piles.pick(range(size))
    unlike = np.full((size, size), np.inf)
    for number in range(size - 1):
        unlike[number, number + 1 :] = gain(sums.pick([number]), sums.pick(range(number + 1, size)))[0]
    for _ in range(size - 1):
        one, other = (int(place) for place in np.unravel_index(np.argmin(unlike), unlike.shape))
        apart = float(gain(sums.pick([one]), sums.pick([other]))[1][0])
        nodes[one] = Node(nodes[one].members + nodes[other].members, (nodes[one], nodes.pop(other)), apart)
        sums.move(other, one)
        unlike[other, :] = unlike[:, other] = np.inf
        _compare(unlike, sums, one, [number for number in nodes if number != one])
    return nodes[0]


def _compare(unlike: Numbers, sums: Heaps, one: int, others: list[int]) -> None:
    if others:
        costs = gain(sums.pick([one]), sums.pick(others))[0]
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
