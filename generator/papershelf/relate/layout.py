"""Layout: Topics and Relations → a place on the map for each paper. The only door to numpy.

A force layout in the manner of t-SNE (van der Maaten and Hinton 2008) over the graph of
related papers: neighbours attract, all repel, by one heavy-tailed kernel. Repulsion is felt
through a grid (Linderman et al. 2019), so a round costs what its papers and neighbours cost.
The start decides the large: topics are laid out first, and papers start among their own.

Bytes do not depend on the number of cores: nothing here calls BLAS, and all sums run in one
order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log2
from typing import Any

import numpy as np

from papershelf.model import Collection, Relations, Topics
from papershelf.relate.near import Neighbours

SPAN = 4096
"""Places are whole numbers from 0 to `SPAN - 1` in both directions."""
MARGIN = 128
"""No paper stands nearer to the edge, so that points and labels are seen whole."""

_ROUNDS = 140
_PULL_AT_FIRST = 3.0
_PULL = 1.2  # attraction over that of t-SNE: islands, where at 1 they fill a disc evenly
_TOPIC_PULL = 0.02  # of a paper's attraction that goes to the middle of its first topic
_APART = 14  # units of the map between papers that would stand on one place
_STEP = 2.0
_INERTIA = 0.8
_FARTHEST = 2.0  # a point moves in one round, in units of the kernel's width
_GOLDEN = 2.399963229728653  # radians from one seed of a sunflower to the next
_COARSEST, _FINEST = 64, 512  # cells of the grid in each direction
_NOTCHES = 8  # sizes of a cell between one and its double

Array = Any
"""An array of numpy; of points, one a row unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Who is drawn to whom: edges in both directions, the weights of a point about 1 in sum.

    `home` is the group of each point, from 0; all of a group are drawn to its middle.
    """

    one: Array
    other: Array
    weight: Array
    home: Array


def arrange(
    collection: Collection, topics: Topics, relations: Relations
) -> Mapping[str, tuple[int, int]]:
    """Each paper's place on the map, by id in collection order: x to the right, y down.

    Related papers lie near each other and topics together; long distances mean little.
    The time grows as the number of papers and their neighbours.
    """
    if not collection:
        return {}
    ids = sorted(collection.papers)
    home = _homes(ids, topics)
    graph = _graph(ids, relations, home)
    start = _settled(_sunflower(int(home.max()) + 1), _between_homes(graph))
    points = _settled(_around(start, home), graph)
    places = dict(zip(ids, map(tuple, _fitted(points).tolist()), strict=True))
    return {id: places[id] for id in collection.papers}


def _homes(ids: Sequence[str], topics: Topics) -> Array:
    """The group of each paper: its first topic, by area; those without one are one more."""
    areas = {slug: place for place, slug in enumerate(topics.areas)}
    order = sorted(topics.topics.values(), key=lambda topic: areas.get(topic.area, len(areas)))
    number = {topic.slug: place for place, topic in enumerate(order)}
    first = [next((a.topic for a in topics.of.get(id, ()) if a.topic in number), "") for id in ids]
    return np.array([number.get(slug, len(number)) for slug in first])


def _graph(ids: Sequence[str], relations: Relations, home: Array) -> Graph:
    """Related papers; what each holds near counts half from either side."""
    if isinstance(relations.of, Neighbours) and relations.of.ids == ids:
        one, other, score = relations.of.edges()  # without making a value of each
    else:
        one, other, score = _edges(ids, relations)
    return _evened(one, other, score + 0.05, home)


def _edges(ids: Sequence[str], relations: Relations) -> tuple[Array, Array, Array]:
    rows = {id: row for row, id in enumerate(ids)}
    found = [
        (row, rows[near.id], near.score)
        for row, id in enumerate(ids)
        for near in relations.of.get(id, ())
        if near.id in rows
    ]
    table = np.array(found, dtype=float).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]


def _evened(one: Array, other: Array, weight: Array, home: Array) -> Graph:
    """A graph whose edges go both ways, each once, each point's own adding up to one half."""
    number = len(home)
    own = np.bincount(one, weight, number)
    half = weight / np.maximum(own[one], 1e-9) / 2
    pair = np.concatenate([one * number + other, other * number + one])
    keys, at = np.unique(pair, return_inverse=True)
    both = np.bincount(at, np.concatenate([half, half]), len(keys))
    return Graph(keys // number, keys % number, both, home)


def _between_homes(graph: Graph) -> Graph:
    """The graph of the groups: how much their members are drawn to each other's."""
    number = int(graph.home.max()) + 1
    pair = graph.home[graph.one] * number + graph.home[graph.other]
    keys, at = np.unique(pair, return_inverse=True)
    weight = np.bincount(at, graph.weight, len(keys))
    one, other = keys // number, keys % number
    apart = one != other
    all_one = np.zeros(number, dtype=np.int64)
    return _evened(one[apart], other[apart], weight[apart], all_one)


def _sunflower(number: int) -> Array:
    """So many points, evenly over a disc, each as far from the next as the kernel is wide."""
    at = np.arange(number)
    angle, radius = at * _GOLDEN, np.sqrt(at + 0.5)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _around(start: Array, home: Array) -> Array:
    """Each member at a place of its own near that of its group, the groups well apart."""
    within = _turn(home)
    spread = np.sqrt(len(home) / max(1, len(start)))
    return start[home] * spread + _sunflower(int(within.max()) + 1)[within] * 0.5


def _turn(group: Array) -> Array:
    """Each member's number within its group, from 0."""
    number, order = np.bincount(group), np.argsort(group, kind="stable")
    turn = np.empty(len(group), dtype=np.int64)
    turn[order] = np.arange(len(group)) - np.repeat(np.cumsum(number) - number, number)
    return turn


def _settled(start: Array, graph: Graph) -> Array:
    """The points after all rounds: fast first, then ever more slowly.

    In numbers of 32 bits, an axis a row: that takes a third of the time.
    """
    if len(start) < 2:
        return start
    attraction = _Attraction(graph)
    points = np.ascontiguousarray(start.T, np.float32)
    speed = np.zeros_like(points)
    for done in range(_ROUNDS):
        left = 1 - done / _ROUNDS
        pull = _PULL + (_PULL_AT_FIRST - _PULL) * max(0.0, 2 * left - 1)
        force = attraction.of(points) * np.float32(pull) - _repulsion(points)
        speed = speed * np.float32(_INERTIA) - force * np.float32(_STEP * min(1.0, 4 * left))
        np.clip(speed, -_FARTHEST, _FARTHEST, out=speed)
        points += speed
        points -= points.mean(axis=1, keepdims=True)
    return points.T.astype(float)


class _Attraction:
    """Away from whom each point is drawn, as it should move against it."""

    def __init__(self, graph: Graph) -> None:
        self._other = graph.other
        self._weight = graph.weight.astype(np.float32)
        self._number = np.bincount(graph.one, minlength=len(graph.home))
        self._drawn = self._number.nonzero()[0]
        self._starts = (np.cumsum(self._number) - self._number)[self._drawn]
        self._home = graph.home
        self._members = np.maximum(np.bincount(graph.home), 1)

    def of(self, points: Array) -> Array:
        """The force on each of the points."""
        force = self._to_middles(points)
        if len(self._starts):
            both = np.empty(points.shape[1], np.complex64)  # a point is found in one go
            both.real, both.imag = points
            way = np.repeat(both, self._number) - both[self._other]
            pull = self._weight / (way.real * way.real + way.imag * way.imag + np.float32(1))
            for axis, along in enumerate((way.real, way.imag)):
                force[axis, self._drawn] += np.add.reduceat(along * pull, self._starts)
        return force

    def _to_middles(self, points: Array) -> Array:
        middles = [np.bincount(self._home, axis) / self._members for axis in points]
        way = points - np.stack(middles).astype(np.float32)[:, self._home]
        far = np.sqrt(way[0] * way[0] + way[1] * way[1])
        return way * (np.float32(_TOPIC_PULL) / (1 + far))


def _repulsion(points: Array) -> Array:
    """How much all others push each point, by way of a grid."""
    low = points.min(axis=1, keepdims=True)
    cells, notch = _grid(float((points - low).max()))
    corner, share = _corners((points - low) / np.float32(_size(notch)), cells)
    mass = np.bincount(corner.ravel(), share.ravel(), cells * cells).reshape(cells, cells)
    # Twice as wide, or what leaves on one side would come back on the other.
    waves = np.fft.rfft2(mass.astype(np.float32), (2 * cells, 2 * cells))
    near, *kernels = _kernels(cells, notch)
    push = [
        (np.fft.irfft2(waves * kernel)[:cells, :cells].ravel()[corner] * share).sum(axis=0)
        for kernel in kernels
    ]
    # How near all are to each other in sum needs no way back from the waves (Parseval).
    power = (waves.real * waves.real + waves.imag * waves.imag) * near
    total = (2 * power.sum() - power[:, 0].sum() - power[:, -1].sum()) / (4 * cells * cells)
    return np.stack(push) * np.float32(points.shape[1] / float(total))


def _grid(width: float) -> tuple[int, int]:
    """How many cells, about as wide as the kernel, and the notch of their size."""
    cells = int(min(_FINEST, max(_COARSEST, 2 ** ceil(log2(max(width, 1))))))
    return cells, ceil(_NOTCHES * log2(max(width, 1) * 1.001 / (cells - 1)))


def _size(notch: int) -> float:
    """How wide a cell is: in notches, so that the kernels of one round serve the next."""
    return float(2 ** (notch / _NOTCHES))


def _corners(at: Array, cells: int) -> tuple[Array, Array]:
    """The four corners of the cell that each point is in, and how near it is to each."""
    cell = np.minimum(at.astype(np.int64), cells - 2)
    x, y = at - cell.astype(np.float32)
    corner = cell[0] * cells + cell[1]
    where = np.stack([corner, corner + 1, corner + cells, corner + cells + 1])
    return where, np.stack([(1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y])


@lru_cache(maxsize=2)
def _kernels(cells: int, notch: int) -> tuple[Array, ...]:
    """What one point makes felt around it, as waves: nearness, and the push along either axis."""
    along = (np.arange(2 * cells) + cells) % (2 * cells) - cells
    y, x = along[:, None] * _size(notch), along[None, :] * _size(notch)
    near = 1 / (1 + x * x + y * y)
    kernels = (near, y * near * near, x * near * near)
    nearness, *push = (np.fft.rfft2(kernel.astype(np.float32)) for kernel in kernels)
    return nearness.real, *push


def _fitted(points: Array) -> Array:
    """The points as whole numbers within the margins; few that stand far off move inwards."""
    low, high = np.quantile(points, [0.0005, 0.9995], axis=0)
    middle, width = (low + high) / 2, max(float((high - low).max()), 1e-9)
    room = SPAN - 1 - 2 * MARGIN
    places = np.rint((points - middle) / width * room + (SPAN - 1) / 2)
    return np.clip(_apart(places), MARGIN, SPAN - 1 - MARGIN).astype(int)


def _apart(places: Array) -> Array:
    """The places, but those of several points spread out: papers alike would hide each other."""
    _, spot = np.unique(places[:, 0] * SPAN + places[:, 1], return_inverse=True)
    turn, number = _turn(spot), np.bincount(spot)
    shift = np.rint(_sunflower(int(number.max())) * _APART)[turn]
    return places + np.where((number[spot] > 1)[:, None], shift, 0)
