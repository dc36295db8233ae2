"""One Slurm for all tests of this folder; skipped with a reason where it is not installed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest

from gbglass.campaign.cluster import ClusterExecutor
from gbglass.campaign.dispatch import Dispatcher
from gbglass.campaign.driver import drive
from gbglass.campaign.sites import Site
from tests.campaign.test_driver import write_cases
from tests.campaign.toy_driver import Heard, toy_job, toy_plan
from tests.slurm.host import SlurmHost, missing_programs, running_slurm


@pytest.fixture(scope="session")
def slurm() -> Iterator[SlurmHost]:
    """A real Slurm of two virtual nodes."""
    missing = missing_programs()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: install Slurm and munge to run these tests")
    with (
        TemporaryDirectory(prefix="slurm-") as folder,
        running_slurm(Path(folder)) as host,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("SLURM_CONF", "PATH"):
            patch.setenv(name, host.environment[name])
        yield host


@dataclass
class Overlong:
    """A campaign of toy cases that runs in the background, one of them longer than its wall time.

    Parameters
    ----------
    root
        Its folder.
    cases
        What is asked.
    heard
        What its driver said.
    thread
        Its driver.

    """

    root: Path
    cases: dict[str, dict[str, Any]]
    heard: Heard
    thread: Thread


@pytest.fixture(scope="session")
def overlong(slurm: SlurmHost, tmp_path_factory: pytest.TempPathFactory) -> Overlong:
    """Start a campaign early that takes longer than a minute, the shortest wall time that Slurm keeps."""
    del slurm  # it must run
    folder = tmp_path_factory.mktemp("overlong")
    cases: dict[str, dict[str, Any]] = {
        "long": {"answer": 1, "pieces": 24, "nap": 4.0},
        "crash": {"answer": 2, "pieces": 3, "trouble": "crash once"},
        "kill": {"answer": 3, "pieces": 3, "trouble": "kill once"},
        "wrong": {"answer": 4, "pieces": 1, "trouble": "wrong"},
    }
    file = write_cases(folder / "cases.json", cases)
    site = Site(executor="slurm", walltime="00:01:00", retries=1, poll=0.5)
    heard = Heard()
    executor = ClusterExecutor(toy_job, site, Dispatcher(folder / "records"), patience_seconds=1.0)
    words = (folder / "runs", toy_plan(folder / "runs", file), executor, heard.audience())
    thread = Thread(target=drive, args=words, daemon=True)
    thread.start()
    return Overlong(folder / "runs", cases, heard, thread)
