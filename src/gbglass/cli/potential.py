"""``gbglass potential``: its commands."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gbglass.cli import options

app = typer.Typer(
    help="Potentials of your own, trained and tested.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Store = Annotated[Path, typer.Argument(metavar="STORE", help="A folder of labels.", show_default=False)]
Threads = Annotated[int, typer.Option("--threads", metavar="N", min=1, help="For DeePMD-kit.")]
By = Annotated[Literal["sevennet", "chgnet", "gpaw"], typer.Option("--by", help="Who labels.")]
Cutoff = Annotated[
    float | None,
    typer.Option("--cutoff", metavar="EV", help="Of GPAW; oxides need 700.", show_default="500"),
]
HeldOut = Annotated[
    list[str] | None,
    typer.Option("--held-out", metavar="ORIGIN", help="Never trained; repeat it.", show_default="the catalogue's"),
]
Settings = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE.toml", help="Of the DFT calculations.", show_default="the paper's"),
]
Potcars = Annotated[
    list[str] | None,
    typer.Option(
        "--potcar", metavar="ELEMENT=NAME", help="Its PAW set; repeat it.", show_default="that of VASP's manual"
    ),
]


@app.command("train", short_help="Train a committee of DeePMD models on labelled frames.")
def train_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    store: Store,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Gets the models and their card.", show_default=False)
    ],
    preset: Annotated[
        Literal["quick", "refine", "settle", "laptop", "paper"] | None,
        typer.Option(
            "--preset",
            help="About 1, 1, 0.3, 3 hours or weeks a member, in this order.",
            show_default="laptop; refine with --from",
        ),
    ] = None,
    members: Annotated[int, typer.Option("--members", metavar="N", help="Models that differ in their seed alone.")] = 4,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="Of each member.", show_default="the preset's")
    ] = None,
    begin_from: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Another training to begin from.", show_default="at random"),
    ] = None,
    held_out: HeldOut = None,
    seed: options.Seed = 1,
    threads: Threads = 1,
    as_json: options.AsJson = False,
) -> None:
    """Train a committee of DeePMD models on labelled frames, and write the card of a potential.

    Ctrl-C stops it; the same command goes on from the last checkpoint. More members can be asked for later.
    """
    from gbglass.cli.potential_table import show_training
    from gbglass.learning.committee import CommitteeSpec

    chosen = preset or ("laptop" if begin_from is None else "refine")
    spec = CommitteeSpec(chosen, members, seed, steps, begin_from, tuple(held_out or ()))
    show_training(store, folder, spec, threads, as_json=as_json)


@app.command("validate", short_help="Hold a potential against labels that it never saw.")
def validate_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    potential: Annotated[
        str, typer.Argument(metavar="NAME|CARD.toml", help="The potential to be tested.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Output folder.", show_default=False)],
    store: Annotated[
        Path | None, typer.Option("--store", metavar="STORE", help="A folder of labels.", show_default="no errors")
    ] = None,
    held_out: HeldOut = None,
    dft: Annotated[
        Path | None,
        typer.Option("--dft", metavar="STORE", help="What DFT says of the small cells.", show_default="none"),
    ] = None,
    dft_teacher: Annotated[
        Path | None,
        typer.Option("--dft-teacher", metavar="STORE", help="What the teacher says of them.", show_default="none"),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option("--teacher", metavar="DIR", help="What the teacher says, to compare with.", show_default="none"),
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="NAME", help="Beside the errors; repeat it.", show_default="the cheap ones"),
    ] = None,
    melt: Annotated[float, typer.Option("--melt", metavar="PS", help="Length of the stability check.")] = 50.0,
    hold: Annotated[
        float, typer.Option("--hold", metavar="PS", help="At each temperature of the checks melting and diffusion.")
    ] = 60.0,
    cell: Annotated[float, typer.Option("--cell", metavar="PS", help="Length of the check cell, at 800 K.")] = 100.0,
    ranks: Annotated[int, typer.Option("--ranks", metavar="N", min=1, help="MPI processes of dynamics.")] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Hold a potential, as LAMMPS runs it, against labels that it never saw, its teacher, and DFT.

    Checks: states, elastic, lattice, voltage, surfaces, defects, structure, stability, melting, transition,
    diffusion, cell (lithium on LLZO on LixZr2O4), expansion; each is done once in a folder.
    """
    from gbglass.cli.potential_table import show_validation
    from gbglass.learning.validation.diffusion import Warm
    from gbglass.learning.validation.melting import TwoPhases
    from gbglass.learning.validation.validate import CHEAP, ValidationSpec
    from gbglass.learning.validation.whole_cell import HeldCell

    spec = ValidationSpec(
        tuple(check) if check else CHEAP,
        teacher,
        melt,
        dft,
        dft_teacher,
        two_phases=TwoPhases(hold_ps=hold),
        warm=Warm(hold_ps=hold),
        cell=HeldCell(hold_ps=cell),
        ranks=ranks,
        held_out=tuple(held_out or ()),
    )
    show_validation(potential, store, out, spec, as_json=as_json)


@app.command("ask-teacher", short_help="Ask a teacher once what 'validate' asks models.")
def ask_teacher_command(
    *,
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Gets a file a check.", show_default=False)],
    store: Annotated[Path, typer.Option("--store", metavar="STORE", help="A folder of labels.", show_default=False)],
    teacher: Annotated[Literal["sevennet", "chgnet"], typer.Option("--teacher", help="Who is asked.")] = "sevennet",
    check: Annotated[
        list[str] | None, typer.Option("--check", metavar="NAME", help="Repeat it.", show_default="all")
    ] = None,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, help="For the teacher.")] = 1,
) -> None:
    """Ask a teacher what 'validate' asks models, once; takes hours, and goes on with the check that was in work."""
    from gbglass.cli.potential_table import show_teacher

    show_teacher(teacher, out, tuple(check or ()), store, threads)


@app.command("label", short_help="Label structures by a teacher or by DFT.")
def label_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    structures: Annotated[
        Path, typer.Argument(metavar="STRUCTURES.extxyz", help="Without labels.", show_default=False)
    ],
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Gets the labels.", show_default=False)],
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="What they are.", show_default=False)],
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin", metavar="NAME", help="Where from.", show_default="the file's name, and 'relaxed' if they are"
        ),
    ] = None,
    by: By = "sevennet",
    cutoff: Cutoff = None,
    gpaw_python: options.GpawPython = None,
    teacher_python: options.TeacherPython = None,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, help="For the labeller.")] = 1,
    relax: Annotated[
        bool, typer.Option("--relax", help="Relax the atoms in their cell to 0.1 eV/Å first; label the end.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Try what failed anew.")] = False,
) -> None:
    """Label structures by a teacher or by DFT with the paper's settings; what fails is kept with its cause.

    Ctrl-C stops it; the same command goes on with the frame that was in work, a relaxation with its step.
    """
    from gbglass.cli.labelling_table import Pythons, labeller_settings, open_labeller, show_labelling
    from gbglass.learning.relaxing import Relaxation
    from gbglass.verbs.labelling import LabelOptions

    settings = labeller_settings(by, cutoff)
    opened = open_labeller(by, Pythons(gpaw_python, teacher_python), threads, settings)
    how = LabelOptions(again, Relaxation(settings.force_tolerance_eV_per_A) if relax else None)
    named = f"{structures.stem} relaxed" if relax else structures.stem
    show_labelling(structures, store, opened, (domain, origin or named), how)


@app.command("import", short_help="Put finished DFT calculations into a store.")
def import_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Gets the labels.", show_default=False)],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="OUTCAR, vasprun.xml or extxyz.", show_default=False)
    ],
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="What they are.", show_default=False)],
    origin: Annotated[
        str | None,
        typer.Option("--origin", metavar="NAME", help="Where from.", show_default="of each, its folder's or own name"),
    ] = None,
    settings: Settings = None,
    potcar: Potcars = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Who labelled an extxyz.", show_default=False)
    ] = None,
    every: Annotated[int, typer.Option("--every", metavar="N", min=1, help="One frame in N of each file.")] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Put finished DFT calculations into a store; nothing is written unless all of them can be used.

    VASP's must have been made with the settings. Frames of one origin are trained or tested together; those that are
    in the store already are left as they are.
    """
    from gbglass.cli.own_data_table import DftWords, own_data, show_import

    own = own_data(domain, origin, source, DftWords(settings, potcar), every)
    show_import(store, files, own, as_json=as_json)


@app.command("vasp-inputs", short_help="Write VASP's input for structures.")
def vasp_inputs_command(
    *,
    structures: Annotated[Path, typer.Argument(metavar="STRUCTURES.extxyz", help="Periodic.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Gets a folder a structure.", show_default=False)],
    settings: Settings = None,
    potcar: Potcars = None,
    relax: Annotated[bool, typer.Option("--relax", help="Relax the atoms in their cell.")] = False,
) -> None:
    """Write INCAR, KPOINTS, POSCAR and the names of the POTCARs for each structure, as 'import' wants them made."""
    from gbglass.cli.own_data_table import DftWords, show_vasp_inputs

    show_vasp_inputs(structures, folder, "relax" if relax else "label", DftWords(settings, potcar))


@app.command("select", short_help="Choose the structures that are worth a label.")
def select_command(
    *,
    store: Store,
    candidates: Annotated[
        Path, typer.Argument(metavar="CANDIDATES.extxyz", help="Structures without labels.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Gets the chosen ones.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Choose no more than these.")] = 20,
    measure: Annotated[
        Path | None,
        typer.Option(
            "--measure", metavar="FILE", help="Of the first time.", show_default="coverage-measure.npz beside"
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Choose structures worth a label: those whose atoms see what no atom of the store does, the farthest first.

    The measure of coverage is made the first time, of the store as it is then, and kept in a file.
    """
    from gbglass.cli.selection_table import show_selection

    show_selection(store, candidates, out, (limit, measure), as_json=as_json)


@app.command("explore", short_help="Train, run, label what is new, and again.")
def explore_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    loop: Annotated[
        Path, typer.Argument(metavar="LOOP.toml", help="Starts, temperatures, limits.", show_default=False)
    ],
    store: Annotated[Path, typer.Argument(metavar="STORE", help="A folder of labels; it grows.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Gets a folder an iteration.", show_default=False)],
    by: By = "sevennet",
    cutoff: Cutoff = None,
    gpaw_python: options.GpawPython = None,
    teacher_python: options.TeacherPython = None,
    iterations: Annotated[
        int | None, typer.Option("--iterations", metavar="N", help="No more than these.", show_default="the file's")
    ] = None,
    potential: Annotated[
        str | None,
        typer.Option("--potential", metavar="NAME|CARD.toml", help="Run it, train nothing.", show_default="train"),
    ] = None,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, help="For training and labels.")] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Train, run the model, label what it visited and the store lacks, and again, until nothing new is found.

    Killed at any moment, the same command goes on; more iterations can be asked for later.
    """
    from gbglass.cli.exploration_table import show_exploration
    from gbglass.cli.labelling_table import Pythons, labeller_settings, open_labeller
    from gbglass.core.packaged import find_card
    from gbglass.learning.trainers import GivenPotential
    from gbglass.verbs.explore import ExploreMeans

    pythons, settings = Pythons(gpaw_python, teacher_python), labeller_settings(by, cutoff)
    given = GivenPotential(find_card(potential)) if potential is not None else None
    means = ExploreMeans(lambda: open_labeller(by, pythons, threads, settings), given, threads, iterations)
    show_exploration((loop, store, folder), means, as_json=as_json)
