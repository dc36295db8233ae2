"""What cannot stand side by side: removals that end all clashes, and choices that exclude each other.

Both walk through a graph in the order of a greedy choice, but a whole round at a time: every vertex that comes before
all its neighbours is chosen at once, which gives the choices that one at a time would give.
"""

import numpy as np

from gbglass.core.arrays import BoolArray, FloatArray, IntArray


def resolve_clashes(pairs: IntArray, weight: FloatArray, rank: IntArray) -> BoolArray:
    """Remove as little as possible so that no pair is left whole: first what ends most clashes for its weight.

    Whatever proves needless in the end, because all that it clashed with is gone, comes back.

    Parameters
    ----------
    pairs
        Which two clash; each pair once [int, (n_pairs, 2)].
    weight
        What it costs to remove each [(n,)].
    rank
        A different number for each; of two that are equal otherwise, the lower goes [int, (n,)].

    Returns
    -------
    BoolArray
        What is removed [bool, (n,)].

    Examples
    --------
    >>> star = np.array([[0, 1], [0, 2], [0, 3]])
    >>> resolve_clashes(star, np.array([1.0, 1.0, 1.0, 1.0]), np.arange(4)).tolist()
    [True, False, False, False]
    >>> resolve_clashes(star, np.array([9.0, 1.0, 1.0, 1.0]), np.arange(4)).tolist()
    [False, True, True, True]

    """
    removed = np.zeros(len(rank), dtype=bool)
    left = pairs
    while len(left):
        gain = np.bincount(left.ravel(), minlength=len(rank)) / weight
        loses = np.where(_comes_first(left, -gain, rank), left[:, 1], left[:, 0])
        chosen = gain > 0.0
        chosen[loses] = False
        removed |= chosen
        left = left[~chosen[left].any(axis=1)]
    needless = removed.copy()
    needless[pairs[~removed[pairs].all(axis=1)].ravel()] = False
    order = np.empty(len(rank), dtype=np.int64)
    order[np.lexsort((-rank, -weight))] = np.arange(len(rank))
    back = choose_independent(pairs, needless, order)
    return removed & ~back


def choose_independent(pairs: IntArray, candidates: BoolArray, rank: IntArray) -> BoolArray:
    """Choose candidates in the order of their rank, each unless it excludes one that was chosen before.

    Parameters
    ----------
    pairs
        Which two exclude each other [int, (n_pairs, 2)].
    candidates
        What may be chosen [bool, (n,)].
    rank
        A different number for each; the lower goes first [int, (n,)].

    Examples
    --------
    >>> chain = np.array([[0, 1], [1, 2], [2, 3]])
    >>> choose_independent(chain, np.ones(4, dtype=bool), np.arange(4)).tolist()
    [True, False, True, False]

    """
    chosen = np.zeros(len(rank), dtype=bool)
    waiting = candidates.copy()
    left = pairs[waiting[pairs].all(axis=1)]
    while waiting.any():
        first = waiting.copy()
        first[np.where(_comes_first(left, rank, rank), left[:, 1], left[:, 0])] = False
        chosen |= first
        waiting &= ~first
        waiting[left[first[left].any(axis=1)].ravel()] = False
        left = left[waiting[left].all(axis=1)]
    return chosen


def _comes_first(pairs: IntArray, key: FloatArray | IntArray, rank: IntArray) -> BoolArray:
    """Say of each pair whether its first has the lower key, or the lower rank if the keys are equal."""
    first, second = pairs.T
    comes_first: BoolArray = np.where(key[first] == key[second], rank[first] < rank[second], key[first] < key[second])
    return comes_first
