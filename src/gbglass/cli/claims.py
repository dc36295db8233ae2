"""``gbglass claims``: the paper's claims with their rules, or their verdicts, as a table."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gbglass.claims.claim import Claim, Judgement
from gbglass.cli.output import print_json
from gbglass.report.verdicts import Verdicts, claim_record, effect_text, judgement_record, power_text
from gbglass.verbs.claims import claims, judge

LAST_CLAIM = 20
"""Claims in the list; those without a judge cannot be decided yet."""

_WIDE = 180
_STYLES = {"reproduced": "green", "contradicted": "red", "undecided": "yellow"}


def show_claims(*, as_json: bool) -> None:
    """Print every claim with its rule and the date when that was fixed."""
    found = claims()
    if as_json:
        print_json([claim_record(claim) for claim in found])
        return
    console = _console()
    table = Table("№", "study", "the paper says", "rule", "fixed on", box=None, pad_edge=False)
    for claim in found:
        table.add_row(str(claim.number), claim.study, _sentence(claim), Text(claim.measured), claim.dated.isoformat())
        table.add_section()
    console.print(table)
    missing = sorted(set(range(1, LAST_CLAIM + 1)) - {claim.number for claim in found})
    if missing:
        numbers = ", ".join(map(str, missing))
        console.print(f"No study judges these of the {LAST_CLAIM} claims yet: {numbers}", markup=False)


def show_verdicts(folders: Sequence[Path], *, as_json: bool) -> None:
    """Judge the finished cases of some folders and print what came out."""
    verdicts = judge(folders)
    if as_json:
        print_json([judgement_record(found) for found in verdicts.judgements])
        return
    print_verdicts(verdicts, _console())


def print_verdicts(verdicts: Verdicts, console: Console) -> None:
    """Print a row a claim, and how many came out how."""
    table = Table(
        "№", "the paper says", "effect", "seeds", "potential", "atom-steps", "verdict", box=None, pad_edge=False
    )
    for found in verdicts.judgements:
        table.add_row(
            str(found.claim.number),
            _sentence(found.claim),
            _effects(found),
            str(found.n_seeds),
            Text(", ".join(found.potentials)),
            power_text(found.atom_steps),
            _verdict(found),
        )
    console.print(table)
    console.print(verdicts.summary, markup=False)
    if verdicts.n_old:
        left = f"{verdicts.n_old} finished by an older gbglass left out: their results do not say what was asked"
        console.print(left, markup=False)


def _sentence(claim: Claim) -> Text:
    return Text(f"{claim.sentence} ({claim.source})")


def _effects(found: Judgement) -> Text:
    lines = [f"{part.effect.name}: {effect_text(part)}" for part in found.parts]
    return Text("\n".join(lines) or "–")


def _verdict(found: Judgement) -> Text:
    text = Text(found.verdict, style=_STYLES[found.verdict])
    if found.verdict == "undecided":
        text.append(f": {found.reason}" + (f". Needs: {found.needed}" if found.needed else ""), style="default")
    return text


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
