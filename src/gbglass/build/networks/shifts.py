"""Crystals of a network moved against each other until few of their groups clash: denser boundaries."""

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.crystal import Crystal
from gbglass.build.networks.grains import Framework, Grain, cut_grain, foreign_pairs, join_frameworks
from gbglass.build.networks.sieve import clash_depth, clash_limits, clashing_groups, end_clashes, group_charges
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray


def search_shifts(
    crystal: Crystal, grains: tuple[Grain, ...], box: FloatArray, trials: int, rng: np.random.Generator
) -> tuple[Grain, ...]:
    """Try other origins of each grain's crystal, and keep the one with which least charge clashes with the rest.

    The faces of the grains stay where they are.

    Parameters
    ----------
    crystal
        Of all grains.
    grains
        The grains.
    box
        Edges [Å, (3,)].
    trials
        Origins tried for each grain.
    rng
        Draws them.

    """
    moved = list(grains)
    shells = [_shell(crystal, grain, number) for number, grain in enumerate(grains)]
    for number, grain in enumerate(grains):
        drawn = rng.random((trials, 3)) @ crystal.cell @ grain.orientation.T
        if not grain.is_boundary.any():
            continue
        rest = join_frameworks([*shells[:number], *shells[number + 1 :]]) if len(grains) > 1 else None
        tree = None if rest is None else cKDTree(wrap_into(rest.positions, box), boxsize=box)
        least = _clashing_charge(crystal, shells[number], rest, tree, box)
        for origin in drawn:
            tried = replace(grain, origin=origin)
            shell = _shell(crystal, tried, number)
            charge = _clashing_charge(crystal, shell, rest, tree, box)
            if charge < least:
                least, moved[number], shells[number] = charge, tried, shell
    return tuple(moved)


def _shell(crystal: Crystal, grain: Grain, number: int) -> Framework:
    """Cut a grain and keep the groups that can clash."""
    whole = cut_grain(crystal, grain, number)
    near = np.zeros(int(whole.group.max(initial=-1)) + 1, dtype=bool)
    near[whole.group[whole.depth < clash_depth(crystal)]] = True
    return whole.keep(near[whole.group])


def _clashing_charge(
    crystal: Crystal, shell: Framework, rest: Framework | None, tree: cKDTree | None, box: FloatArray
) -> float:
    """Return how much charge would go if only this grain met the others, and its own images [e]."""
    reach = float(clash_limits(crystal).max())
    own = foreign_pairs(shell.positions, shell.grain, box, reach)
    if rest is None or tree is None:
        both, pairs = shell, own
    else:
        found = cKDTree(wrap_into(shell.positions, box), boxsize=box).sparse_distance_matrix(
            tree, reach, output_type="ndarray"
        )
        both = join_frameworks([shell, rest])
        first = np.concatenate([own[0], found["i"]])
        second = np.concatenate([own[1], found["j"] + len(shell.grain)])
        pairs = first, second, np.concatenate([own[2], found["v"]])
    charge = group_charges(crystal, both)
    touched, gone = end_clashes(clashing_groups(crystal, both, pairs), charge)
    return float(np.abs(charge[touched[gone]]).sum())
