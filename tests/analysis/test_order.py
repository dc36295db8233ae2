"""Order of the framework: garnet cubic and tetragonal, random glass, layers of known width, drifts of known slope."""

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose
from scipy.signal import lfilter
from scipy.spatial.transform import Rotation
from scipy.special import sph_harm_y

from gbglass.analysis.drift import find_drift
from gbglass.analysis.glass_width import glass_layers
from gbglass.analysis.order import GLASSY, FrameworkOrder, OrderCounter, cation_order, framework_order, glassy_sites
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.glass import GlassSpec, random_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from tests.analysis.test_statistics import correlated

CUBIC = cubic_llzo(12, np.random.default_rng(1), (2, 2, 2))
TETRAGONAL = tetragonal_llzo().atoms * (2, 2, 2)


def shaken(atoms: Atoms, shake: float, n_frames: int = 6, by: float = 0.0) -> Trajectory:
    rng = np.random.default_rng(2)
    frames = [
        Frame(10 * n, 0.1 * n, atoms.cell.array, atoms.positions + rng.normal(0.0, shake, (len(atoms), 3)) + by)
        for n in range(n_frames)
    ]
    return Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter(frames))


def order_of(atoms: Atoms, shake: float = 0.15, by: float = 0.0) -> FrameworkOrder:
    return framework_order(shaken(atoms, shake, by=by))["all"]


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_cubic_and_tetragonal_garnet_are_told_apart_with_their_lattice_parameters(by: float) -> None:
    """0.15 Å along each axis is what La and Zr shake by at 1000 K and more."""
    cubic, tetragonal = order_of(CUBIC, by=by), order_of(TETRAGONAL, by=by)
    assert (cubic.phase, tetragonal.phase) == ("cubic", "tetragonal")
    assert not cubic.glassy.any()
    assert not tetragonal.glassy.any()
    assert_allclose(cubic.lattice.mean(axis=0), CUBIC.cell.lengths() / 2, rtol=3e-3)
    assert_allclose(tetragonal.lattice.mean(axis=0), [12.663, 13.134, 13.134], rtol=3e-3)
    assert_allclose(tetragonal.mean_tetragonality.value, 12.663 / 13.134, rtol=2e-3)
    assert (cubic.crystalline_zr == 128).all()


def test_a_random_structure_is_glassy() -> None:
    glass = random_llzo(GlassSpec(32), np.random.default_rng(3)).atoms
    found = framework_order(shaken(glass, 0.0))["all"]
    assert found.phase == "glassy"
    assert found.glassy_share.min() > 0.97
    assert np.isnan(found.tetragonality).all() or found.crystalline_zr.max() < 3


def test_the_order_agrees_with_a_slow_obvious_version() -> None:
    """Scipy's spherical harmonics, all m from -6 to 6, every image by hand, in a skewed cell."""
    rng = np.random.default_rng(4)
    cell = np.array([[15.0, 0, 0], [3.0, 14.0, 0], [-2.0, 1.0, 16.0]])
    symbols = ["La"] * 6 + ["Zr"] * 9 + ["O"] * 5
    positions = rng.random((20, 3)) @ cell
    found = cation_order(symbols, Frame(0, 0.0, cell, positions))
    images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]) @ cell
    zr = range(6, 15)

    def ways(i: int, j: int, cutoff: float) -> np.ndarray:
        away = positions[j] + images - positions[i]
        length = np.linalg.norm(away, axis=1)
        return np.asarray(away[(length < cutoff) & (length > 1e-9)])

    vectors = {}
    for j in zr:
        away = np.concatenate([ways(j, k, 7.8) for k in zr])
        polar = np.arccos(away[:, 2] / np.linalg.norm(away, axis=1))
        azimuth = np.arctan2(away[:, 1], away[:, 0])
        vectors[j] = np.array([sph_harm_y(6, m, polar, azimuth).mean() if len(away) else 0.0 for m in range(-6, 7)])
    for i in range(15):
        near = [vectors[j] for j in zr for _ in ways(i, j, 6.2)] + ([vectors[i]] if i in zr else [])
        mean = np.mean(near, axis=0) if near else np.zeros(13)
        assert_allclose(found.order[i], np.sqrt(4 * np.pi / 13 * np.sum(np.abs(mean) ** 2)), rtol=1e-9, atol=1e-12)


def test_turning_the_crystal_changes_no_order_and_no_lattice() -> None:
    turn = Rotation.random(rng=np.random.default_rng(5)).as_matrix()
    symbols = tuple(TETRAGONAL.get_chemical_symbols())
    here = cation_order(symbols, Frame(0, 0.0, TETRAGONAL.cell.array, TETRAGONAL.positions))
    there = cation_order(symbols, Frame(0, 0.0, TETRAGONAL.cell.array @ turn.T, TETRAGONAL.positions @ turn.T))
    assert_allclose(there.order, here.order, rtol=1e-9)
    edges = [np.sqrt(np.linalg.eigvalsh(found.lattice.sum(axis=0) / 128)) for found in (here, there)]
    assert_allclose(edges[1], edges[0], rtol=1e-9)
    assert_allclose(edges[0], [12.663, 13.134, 13.134], rtol=1e-9)


def half_glass(width: float) -> Atoms:
    """Crystal whose cations lie at random within half a width of the middle."""
    atoms = cubic_llzo(12, np.random.default_rng(6), (2, 2, 8))
    rng, cell = np.random.default_rng(7), atoms.cell.lengths()
    inside = np.flatnonzero(np.abs(atoms.positions[:, 2] - cell[2] / 2) < width / 2)
    atoms.positions[inside] = rng.random((len(inside), 3)) * [cell[0], cell[1], width]
    atoms.positions[inside, 2] += cell[2] / 2 - width / 2
    return atoms


@pytest.mark.parametrize("width", [20.0, 35.0])
def test_a_layer_of_glass_has_the_width_that_it_was_made_with(width: float) -> None:
    atoms = half_glass(width)
    trajectory = shaken(atoms, 0.05)
    layers = glass_layers(trajectory, anchor_framework(atoms), (0.0, 0.5))
    # Order is lost a shell of Zr beyond the glass: some Å on each side (the stated pitfall).
    assert width - 2.0 < layers.width(1).value < width + 12.0
    assert layers.width(0).value == 0.0
    middle = np.abs(layers.z - atoms.cell.lengths()[2] / 2) < width / 2 - 3.0
    assert layers.share[middle].mean() > 0.9
    far = np.abs(layers.z - atoms.cell.lengths()[2] / 2) > width / 2 + 8.0
    assert np.nanmax(layers.share[far]) == 0.0
    with pytest.raises(InputError, match="'boundary' must be from 0 to 1, got 2"):
        layers.width(2)
    with pytest.raises(InputError, match="one boundary or more"):
        glass_layers(trajectory, anchor_framework(atoms), ())


def test_wider_glass_is_wider_by_what_was_added() -> None:
    found = [
        glass_layers(shaken(half_glass(width), 0.0), anchor_framework(half_glass(width)), (0.0, 0.5)).width(1).value
        for width in (20.0, 35.0)
    ]
    assert_allclose(found[1] - found[0], 15.0, atol=3.0)


def test_the_glassy_sites_are_a_region_that_holds_the_glass() -> None:
    atoms = half_glass(30.0)
    symbols = tuple(atoms.get_chemical_symbols())
    frame = Frame(0, 0.0, atoms.cell.array, atoms.positions)
    mask = glassy_sites(symbols, frame).mask(anchor_framework(atoms).view(frame))
    z = np.abs(atoms.positions[:, 2] - atoms.cell.lengths()[2] / 2)
    assert mask[z < 10.0].mean() > 0.95
    assert not mask[z > 28.0].any()
    with pytest.raises(InputError, match="no cation is glassy"):
        glassy_sites(tuple(CUBIC.get_chemical_symbols()), Frame(0, 0.0, CUBIC.cell.array, CUBIC.positions))


def test_regions_have_their_own_phase_and_melted_fraction() -> None:
    atoms = half_glass(40.0)
    anchor = anchor_framework(atoms)
    regions = RegionGroups(anchor, {"middle": Slab(low=0.4, high=0.6), "grain": Slab(low=0.85, high=1.15)})
    found = framework_order(shaken(atoms, 0.05), regions=regions)
    assert found["middle"].phase == "glassy"
    assert found["grain"].phase == "cubic"
    assert found["middle"].glassy_share.mean() > 0.9
    assert found["grain"].glassy_share.max() == 0.0
    assert_allclose(found["grain"].histogram.sum(), 1.0)
    assert found["grain"].histogram[: int(100 * GLASSY)].sum() == 0.0


def test_few_zr_or_few_frames_are_undecided() -> None:
    assert framework_order(shaken(CUBIC, 0.1, n_frames=2))["all"].phase == "undecided"
    few = RegionGroups(anchor_framework(CUBIC), {"slit": Slab(low=0.24, high=0.26)})
    assert framework_order(shaken(CUBIC, 0.0), regions=few)["slit"].phase in ("undecided", "cubic")
    with pytest.raises(InputError, match="is that of its Zr"):
        cation_order(("La", "O"), Frame(0, 0.0, np.eye(3) * 9, np.zeros((2, 3))))
    nowhere = RegionGroups(anchor_framework(CUBIC), {"nowhere": Slab(low=0.03, high=0.03 + 1e-9)})
    with pytest.raises(InputError, match="nowhere held no La or Zr"):
        framework_order(shaken(CUBIC, 0.0, 1), regions=nowhere)
    assert OrderCounter(tuple(CUBIC.get_chemical_symbols())).n_frames == 0


@pytest.mark.parametrize(
    ("memory", "n"), [(0.0, 25), (0.5, 75), (0.8, 225), (0.9, 475), (0.8, 500), (0.9, 1000), (0.95, 4000)]
)  # the first four last exactly 50 autocorrelation times
def test_the_interval_of_a_drift_holds_the_truth_95_per_cent_of_the_time(memory: float, n: int) -> None:
    times, slope = 0.1 * np.arange(float(n)), -0.3
    held = []
    for series in correlated(np.random.default_rng(8), 1200, n, memory):
        low, high = find_drift(times, series + slope * times, "eV").slope.interval
        held.append(low < slope < high)
    assert 0.93 <= np.mean(held) <= 0.98


def test_below_twenty_autocorrelation_times_most_drifts_are_undecided() -> None:
    memory, n = 0.95, 195
    courses = [
        find_drift(np.arange(float(n)), one, "eV").course
        for one in correlated(np.random.default_rng(9), 300, n, memory)
    ]
    assert np.mean([course == "undecided" for course in courses]) > 0.5


def test_a_drift_says_where_it_goes_and_what_it_would_have_missed() -> None:
    times = np.arange(500.0)
    noise = lfilter([1.0], [1.0, -0.5], np.random.default_rng(11).normal(0.0, 1.0, 500))
    rising = find_drift(times, 0.05 * times + noise, "eV")
    assert rising.course == "rising"
    assert_allclose(rising.change, 25.0, rtol=0.1)
    steady = find_drift(times, noise, "eV")
    assert steady.course == "steady"
    assert "or less" in steady.reason
    with pytest.raises(InputError, match="20 or more finite"):
        find_drift(times[:5], noise[:5], "eV")
