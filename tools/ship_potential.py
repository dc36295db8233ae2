"""Put a trained committee among the potentials that come with gbglass, its card completed by what its validation found.

    python tools/ship_potential.py runs/llzo checked deepmd-llzo lattice/lattice.json [--beside runs/other ...]

Copies the models of the folder as they were trained, those of other trainings beside it as more of the committee, the
structure of known energy and the card under the new name; adds to the card whom to cite, what it may be believed for
and what of its teacher it misses (where the validation has the checks elastic and voltage), its errors, its lattice
constants (at 0 K from the validation, warm ones from `tools/measure_lattice.py`) and the licences.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gbglass.core.cards import read_card
from gbglass.errors import GbglassError, InputError
from gbglass.store.atomic import write_bytes, write_text

POTENTIALS = Path(__file__).parents[1] / "src" / "gbglass" / "data" / "potentials"
KNOWN_RANGES = (
    "LLZO at 300 to 1800 K with lengths within 5 % of its own, its melt and glass up to 3000 K at 13 to 18 Å³/atom, "
    "its boundaries and surfaces; lithium, solid up to 450 K and liquid; LixZr2O4 at 300 to 1200 K; and their "
    "interfaces, as docs/results/potential.md shows. It is as good as its teacher at best"
)
"""What `gbglass.learning.origins.DOMAINS` was drawn from, and dynamics were run in."""

CITATION = (
    "this project; SevenNet-0: Park et al. (2024), doi:10.1021/acs.jctc.4c00190; DeePMD-kit: Zeng et al. (2025), "
    "doi:10.1021/acs.jctc.5c00340"
)
FAR_OFF = 0.25
"""Part of the teacher's elastic constant by which a model's may be off unnamed [1]."""
FAR_OFF_V = 0.1
"""The same of a voltage [V]."""
LICENCES = "BSD-3-Clause like gbglass; learned from SevenNet-0 (MIT)"
LARGEST_MIB = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("checked", type=Path)
    parser.add_argument("name")
    parser.add_argument("warm", type=Path)
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="of the same elements in the same order")
    arguments = parser.parse_args()
    trained, checked, name, warm = arguments.trained, arguments.checked, arguments.name, arguments.warm
    old = trained.name
    text = (trained / f"{old}.toml").read_text(encoding="utf-8")
    card = tomllib.loads(text)
    found = json.loads((checked / "validation.json").read_text(encoding="utf-8"))
    found["warm"] = json.loads(warm.read_text(encoding="utf-8"))["lattice"]
    models = [trained / model for model in (card["model"], *card["committee"])]
    beside = {other: card_beside(other, card["elements"]) for other in arguments.beside}
    models += [other / of["model"] for other, of in beside.items()]
    shipped = [POTENTIALS / (f"{name}-{k}.pb" if k > 1 else f"{name}.pb") for k in range(1, len(models) + 1)]
    for model, place in zip(models, shipped, strict=True):
        write_bytes(place, model.read_bytes())
    write_bytes(POTENTIALS / f"{name}.extxyz", (trained / card["known"]["file"]).read_bytes())
    trainings = dict(zip(range(len(models) - len(beside) + 1, len(models) + 1), beside.values(), strict=True))
    members = [line for number, of in trainings.items() for line in made_beside(number, of)]
    lines = completed(text, found, [place.name for place in shipped], members)
    write_text(POTENTIALS / f"{name}.toml", "\n".join(lines) + "\n")
    potential = read_card(POTENTIALS / f"{name}.toml")
    size = sum(place.stat().st_size for place in shipped) / 2**20
    print(f"{potential.name}: {len(models)} models, {size:.1f} MiB, checksum {potential.checksum[:16]}")
    if size > LARGEST_MIB:
        sys.exit(f"{size:.1f} MiB are more than the {LARGEST_MIB:g} MiB that may be shipped")


def card_beside(trained: Path, elements: list[str]) -> dict[str, Any]:
    """Read the card of another training, which is to know the same elements in the same order."""
    card = tomllib.loads((trained / f"{trained.name}.toml").read_text(encoding="utf-8"))
    if card["elements"] != elements:
        raise InputError(f"{trained} knows {card['elements']}, the committee {elements}; only equals can disagree")
    return card


def made_beside(number: int, card: dict[str, Any]) -> Iterator[str]:
    """Write which file a member is and how it was trained."""
    yield f"member_{number}_sha256 = {json.dumps(card['sha256'])}"
    yield f"member_{number}_training = {json.dumps(card['made']['training'])}"


def completed(text: str, found: dict[str, Any], models: list[str], members: list[str]) -> Iterator[str]:
    """Write the lines of the card under its new name, with what was found."""
    for line in text.splitlines():
        key = line.partition("=")[0].strip()
        if key == "validated_for":
            yield f"validated_for = {json.dumps(believed_for(found), ensure_ascii=False)}"
        elif key == "title":
            yield f"title = {json.dumps('Li, LLZO and LixZr2O4, learned from ' + found['labels'] + ' (DeePMD)')}"
            yield f"citation = {json.dumps(CITATION, ensure_ascii=False)}"
        elif key == "model":
            yield f"model = {json.dumps(models[0])}"
        elif key == "committee":
            yield f"committee = {json.dumps(models[1:])}"
            yield from lattice(found)
        elif key == "file":
            yield f"file = {json.dumps(Path(models[0]).stem + '.extxyz')}"
        else:
            yield line
        if key == "[made]":
            yield f"licences = {json.dumps(LICENCES)}"
            yield from errors(found)
            yield from members


def believed_for(found: dict[str, Any]) -> str:
    """Say where the model was looked at, and what of its teacher it misses."""
    missed = ", ".join(far_off(found))
    return f"{KNOWN_RANGES}. Off from the teacher: {missed}" if missed else KNOWN_RANGES


def far_off(found: dict[str, Any]) -> Iterator[str]:
    """Name elastic constants and voltages that are far from the teacher's."""
    for name, model, teacher in both(found, "elastic"):
        if abs(model - teacher) > FAR_OFF * abs(teacher):
            yield f"{name} {model / teacher - 1.0:+.0%}"
    for name, model, teacher in both(found, "voltage"):
        if abs(model - teacher) > FAR_OFF_V:
            yield f"{name} {model - teacher:+.2f} V"


def both(found: dict[str, Any], check: str) -> Iterator[tuple[str, float, float]]:
    """List what a check found of the model and of its teacher."""
    said = [
        {one["name"]: one["value"] for one in found[by].get(check, {}).get("numbers", [])}
        for by in ("checks", "teacher")
    ]
    yield from ((name, value, said[1][name]) for name, value in said[0].items() if name in said[1])


def lattice(found: dict[str, Any]) -> Iterator[str]:
    """Write the edges of the cubic cells, at 0 K and warm."""
    numbers = found["checks"].get("lattice", {}).get("numbers", [])
    edges = {one["name"].removeprefix("a of "): one["value"] for one in numbers if one["name"].startswith("a of ")}
    known = [(of, 0.0, edges[of]) for of in ("Li", "LiZr2O4", "Zr2O4") if of in edges]
    known += [(one["of"], one["temperature_K"], one["a"]) for one in found["warm"]]
    yield "lattice = ["
    yield from (f'    {{ of = "{of}", temperature_K = {t:.1f}, a = {edge:.4f} }},' for of, t, edge in sorted(known))
    yield "]"


def errors(found: dict[str, Any]) -> Iterator[str]:
    """Write the errors on frames that were not trained."""
    for title, domains in found["errors"].items():
        all_of_them, stem = domains["all"], title.replace(" ", "_")
        yield f"energy_error_{stem}_meV_per_atom = {all_of_them['energy_rmse'] * 1e3:.2f}"
        yield f"force_error_{stem}_eV_per_A = {all_of_them['force_rmse']:.4f}"


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
