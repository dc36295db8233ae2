"""The command ``gbglass``: reads options and hands them on; errors become one clear message.

What a command needs is imported when it is called, so that help and completion answer at once.
"""

from pathlib import Path
from typing import Annotated

import typer

import gbglass
from gbglass.cli import analyses, build, measures, options, potential
from gbglass.cli.output import FAILED, WRONG_INPUT, print_json, stop
from gbglass.errors import GbglassError, InputError

app = typer.Typer(
    name="gbglass",
    help="Does this grain boundary grow lithium dendrites, and does turning it to glass stop that?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(build.app, name="build")
app.command("analyse", short_help="Measure quantities of any trajectory in one pass.")(analyses.analyse_command)
app.command("export", short_help="Write a trajectory, or a part of it, to another format.")(analyses.export_command)
app.command("stress", short_help="Stress against strain from the log of any LAMMPS pull.")(measures.stress_command)
app.command("arrhenius", short_help="Activation energy and prefactor of a diffusivity.")(measures.arrhenius_command)
app.command("compare", short_help="Compare every mean that two results have in common.")(measures.compare_command)
app.command("voltage", short_help="Voltage plateaus of a positive electrode.")(measures.voltage_command)
app.command("charge", short_help="Where extra electrons are: their share by planes.")(measures.charge_command)
app.add_typer(potential.app, name="potential")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # the signature that typer calls
    if wanted:
        print(f"gbglass {gbglass.__version__}")  # noqa: T201  # plain text for scripts
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[  # its callback does the work
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command("new", short_help="Write a commented study file to start from.")
def new_command(
    *,
    study: Annotated[
        str,
        typer.Argument(metavar="STUDY", help="Its kind, such as segregation or voltage.", show_default=False),
    ],
    out: Annotated[Path, typer.Argument(metavar="FILE.toml", help="A new file; names the study.", show_default=False)],
    potential: Annotated[
        str | None,
        typer.Option(
            "--potential",
            metavar="NAME|CARD.toml",
            help="One that comes along, or a card.",
            show_default="buckingham-llzo; deepmd-llzo with lithium metal",
        ),
    ] = None,
    crystal: Annotated[
        Path | None,
        typer.Option(
            "--crystal",
            metavar="FILE",
            help="Your own CIF or POSCAR: of what is studied; for voltage of an electrode.",
            show_default="cubic LLZO; LixZr2O4",
        ),
    ] = None,
) -> None:
    """Write a study file to start from, with what each key means beside it."""
    from gbglass.verbs.new import new

    typer.echo(f"{new(study, out, potential, crystal)}: change it, then 'gbglass plan' and 'gbglass run'")


@app.command("run")
def run_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    study: options.Study,
    potential: options.InPlace = None,
    out: options.Out = None,
    lammps: options.LammpsBinary = None,
    switches: options.Switches = "",
    executor: options.Executor = "local",
    cores: options.Cores = None,
    profile: options.Profile = None,
    teacher_python: options.TeacherPython = None,
    gpaw_python: options.GpawPython = None,
    detach: options.Detach = False,
    as_json: options.AsJson = False,
) -> None:
    """Run a study, all its cases: build, simulate, analyse, report.

    Ctrl-C stops it cleanly; the same command goes on where it stopped, and answers at once when all is done.
    """
    from gbglass.cli.run import Wanted, show_run
    from gbglass.cli.run_cases import Asked, has_many_cases, show_cases
    from gbglass.verbs.engine import LammpsChoice
    from gbglass.verbs.programs import OtherPrograms

    chosen, others = LammpsChoice(lammps, switches=switches), OtherPrograms(teacher_python, gpaw_python)
    if executor == "local" and not detach and not has_many_cases(study):
        show_run(Wanted(study, potential, out, chosen, others), as_json=as_json)
    elif potential is not None:
        raise InputError(
            "--potential takes the place of one case's on this machine; a sweep names its potentials itself: "
            '[sweep] potential = [{name = "..."}, {card = "..."}]'
        )
    else:
        show_cases(Asked(study, executor, cores, profile, out, chosen, others), is_detached=detach, as_json=as_json)


@app.command("plan", short_help="Show what a study will do and cost, before it runs.")
def plan_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    study: options.Study,
    lammps: options.LammpsBinary = None,
    switches: options.Switches = "",
    teacher_python: options.TeacherPython = None,
    gpaw_python: options.GpawPython = None,
    probe: options.IsProbed = True,
    as_json: options.AsJson = False,
) -> None:
    """Show what a study will do and cost, before anything runs: stages, frames, disk, wall time; or items of work."""
    from gbglass.cli.plan_table import show_plan
    from gbglass.verbs.engine import LammpsChoice
    from gbglass.verbs.programs import OtherPrograms

    others = OtherPrograms(teacher_python, gpaw_python)
    show_plan(study, LammpsChoice(lammps, switches=switches), others, is_probed=probe, as_json=as_json)


@app.command("case")
def case_command(  # noqa: PLR0913  # each option is one line of the command's help
    folder: options.CaseFolder,
    *,
    lammps: options.LammpsBinary = None,
    launcher: options.Launcher = None,
    switches: options.Switches = "",
    teacher_python: options.TeacherPython = None,
    gpaw_python: options.GpawPython = None,
    die_with: Annotated[int | None, typer.Option("--die-with", hidden=True)] = None,
) -> None:
    """Do one case in its folder: what 'run' starts for each. Idempotent, exclusive, goes on where it stopped.

    Ends with 75 if it is to be run again: ended by a wall limit, or another process is at it.
    """
    from gbglass.cli.case import show_case
    from gbglass.verbs.engine import LammpsChoice
    from gbglass.verbs.programs import OtherPrograms

    others = OtherPrograms(teacher_python, gpaw_python)
    show_case(folder, LammpsChoice(lammps, launcher, switches), others, die_with)


@app.command("status")
def status_command(*, study: options.Study, out: options.Out = None, as_json: options.AsJson = False) -> None:
    """Show how the cases of a study stand; changes nothing."""
    from gbglass.cli.case_table import show_status

    show_status(study, out, as_json=as_json)


@app.command("collect", short_help="Write table and page of a study of many cases.")
def collect_command(*, study: options.Study, out: options.Out = None, as_json: options.AsJson = False) -> None:
    """Write the table and the page of a study of many cases, as far as they are."""
    from gbglass.cli.case_table import show_collected

    show_collected(study, out, as_json=as_json)


@app.command("claims", short_help="List the paper's claims, or judge them by finished cases.")
def claims_command(
    *,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER...]", help="Folders with finished cases, pooled; none lists the claims."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the paper's claims with their rules, or judge them by the finished cases of folders."""
    from gbglass.cli.claims import show_claims, show_verdicts

    if folders:
        show_verdicts(folders, as_json=as_json)
    else:
        show_claims(as_json=as_json)


@app.command("reproduce", short_help="Run the example of every study; one page of verdicts.")
def reproduce_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder of all studies and of their page.")] = Path(
        "runs/reproduce"
    ),
    size: Annotated[str, typer.Option("--size", help="minimal, laptop or full.")] = "minimal",
    examples: Annotated[
        Path | None,
        typer.Option("--examples", help="Folder with <study>/<size>.toml; that of the package if absent."),
    ] = None,
    cores: options.Cores = None,
    lammps: options.LammpsBinary = None,
    switches: options.Switches = "",
    teacher_python: options.TeacherPython = None,
    gpaw_python: options.GpawPython = None,
    as_json: options.AsJson = False,
) -> None:
    """Run the example of every study one after another and write one page with all verdicts.

    Ctrl-C stops it cleanly; the same command goes on where it stopped.
    """
    from gbglass.cli.reproduce import Wanted, show_reproduce
    from gbglass.verbs.engine import LammpsChoice
    from gbglass.verbs.programs import OtherPrograms

    others = OtherPrograms(teacher_python, gpaw_python)
    wanted = Wanted(out, size, examples, cores, LammpsChoice(lammps, switches=switches), others)
    show_reproduce(wanted, as_json=as_json)


@app.command("clean")
def clean_command(*, study: options.Study, out: options.Out = None, yes: options.Yes = False) -> None:
    """Drop the trajectories of finished cases; their results stay."""
    from gbglass.cli.clean import show_clean

    show_clean(study, out, yes=yes)


@app.command("doctor", short_help="Say what is installed, what is missing, what to do.")
def doctor_command(*, lammps: options.LammpsBinary = None, as_json: options.AsJson = False) -> None:
    """Say what is installed, which LAMMPS is found, what is missing and what to do about it."""
    from gbglass.cli.doctor import show_doctor

    if not show_doctor(lammps, as_json=as_json):
        raise typer.Exit(FAILED)


@app.command("schema", short_help="Print the JSON schema of a study file, for editors.")
def schema_command() -> None:
    """Print the JSON schema of a study file, for editors that complete and check TOML."""
    from gbglass.studies.cases import study_schema

    print_json(study_schema())


def main() -> None:
    """Run the command line; every failure ends in one message and an exit code that is not zero."""
    try:
        app()
    except InputError as error:
        stop(str(error), WRONG_INPUT)
    except GbglassError as error:
        stop(str(error), FAILED)
    except OSError as error:
        stop(f"{error.filename or 'a file'}: {error.strerror or error}", FAILED)
