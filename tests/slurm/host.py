"""A real Slurm on one host: a controller and two virtual nodes, started and ended by the tests.

No systemd, no cgroups, no accounting, nothing under /etc, no fixed port: everything lies in one folder, with a munge of
its own, and all daemons are children that end with us. `SLURM_CONF` tells the commands where it is.
"""

import getpass
import os
import platform
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

NODES = ("n1", "n2")
DAEMONS = ("munged", "slurmctld", "slurmd", "setpriv")
COMMANDS = ("sbatch", "squeue", "scancel", "sinfo")


@dataclass(frozen=True)
class SlurmHost:
    """A Slurm that runs.

    Parameters
    ----------
    folder
        Where everything of it lies.
    environment
        For processes that are to use it.

    """

    folder: Path
    environment: dict[str, str]

    def ask(self, *words: str) -> str:
        """Run one of Slurm's commands and return what it prints."""
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"{words}: {done.stderr}\n{self.logs()}"
        return done.stdout

    def jobs(self) -> dict[str, str]:
        """State of each job in the queue, by its number."""
        lines = self.ask("squeue", "--noheader", "--format=%i %T").splitlines()
        return dict(line.split(maxsplit=1) for line in lines if line.strip())

    def logs(self) -> str:
        """Return the ends of the daemons' logs."""
        return "\n".join(
            f"== {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            for log in sorted(self.folder.glob("*.log"))
        )


def missing_programs() -> list[str]:
    """Programs of Slurm and munge that are not installed."""
    return [name for name in (*DAEMONS, *COMMANDS) if shutil.which(name, path=_path()) is None]


def _path() -> str:
    """Daemons lie where a user's path does not lead."""
    return f"{os.getenv('PATH', '/usr/bin:/bin')}:/usr/sbin:/usr/local/sbin"


@contextmanager
def running_slurm(folder: Path) -> Iterator[SlurmHost]:
    """Start a Slurm in an empty folder; end it, and whatever it still runs, after the block."""
    conf, socket_path = folder / "slurm.conf", folder / "munge.socket"
    environment = {
        "SLURM_CONF": str(conf),
        "PATH": _path(),
        "PYTHONPATH": os.getenv("PYTHONPATH", ""),
        "LANG": "C.UTF-8",
    }
    host = SlurmHost(folder, environment)
    conf.write_text(_configuration(folder, socket_path), encoding="utf-8")
    for name in ("state", *(f"spool-{node}" for node in NODES)):
        (folder / name).mkdir()
    with ExitStack() as stack:
        start = _Starter(host, stack)
        start.munge(socket_path)
        start("slurmctld", "-D", "-c")
        for node in NODES:
            start(f"slurmd-{node}", "-D", "-c", "-N", node)
        _wait(host, "idle nodes", lambda: _idle(host) == len(NODES))
        try:
            yield host
        finally:
            if host.jobs():
                host.ask("scancel", "--me")
                _wait(host, "an empty queue", lambda: not host.jobs())


class _Starter:
    """Starts daemons in the foreground; they are ended in the opposite order."""

    def __init__(self, host: SlurmHost, stack: ExitStack) -> None:
        self._host = host
        self._stack = stack

    def __call__(self, name: str, *words: str) -> None:
        program, tie = (shutil.which(word, path=_path()) for word in (name.split("-", maxsplit=1)[0], "setpriv"))
        assert program
        assert tie
        log = self._stack.enter_context((self._host.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            [tie, "--pdeathsig", "KILL", program, *words],  # a killed test leaves no daemon behind
            env=self._host.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._stack.callback(_end, process)

    def munge(self, socket_path: Path) -> None:
        """Start the service that the daemons trust each other by, with a key of its own."""
        folder = self._host.folder
        key = folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o600)
        places = {"socket": socket_path, "key-file": key, "pid-file": folder / "munge.pid"}
        places |= {"log-file": folder / "munge.log", "seed-file": folder / "munge.seed"}
        self("munged", "--foreground", "--force", *(f"--{name}={path}" for name, path in places.items()))
        _wait(self._host, "munge", socket_path.exists)


def _configuration(folder: Path, munge: Path) -> str:
    user, name = getpass.getuser(), platform.node().split(".")[0]
    control, *ports = _free_ports(1 + len(NODES))
    cores, memory = max(2, os.cpu_count() or 1), 2000
    lines = [
        "ClusterName=gbglass",
        f"SlurmctldHost={name}(127.0.0.1)",
        f"SlurmctldPort={control}",
        f"SlurmUser={user}",
        f"SlurmdUser={user}",
        "AuthType=auth/munge",
        f"AuthInfo=socket={munge}",
        "CredType=cred/munge",
        f"StateSaveLocation={folder}/state",
        f"SlurmdSpoolDir={folder}/spool-%n",
        f"SlurmctldPidFile={folder}/slurmctld.pid",
        f"SlurmdPidFile={folder}/slurmd-%n.pid",
        # Process groups are enough here: no process of ours gets a session of its own.
        "ProctrackType=proctrack/pgid",
        "TaskPlugin=task/none",
        "JobAcctGatherType=jobacct_gather/none",
        "AccountingStorageType=accounting_storage/none",
        "SwitchType=switch/none",
        "MpiDefault=pmi2",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core",
        "SchedulerParameters=sched_interval=2,bf_interval=2,sched_min_interval=0",
        "ReturnToService=2",
        "KillWait=3",
        "MinJobAge=60",
        "SlurmdParameters=config_overrides",
    ]
    lines += [
        f"NodeName={node} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs={cores} RealMemory={memory}"
        for node, port in zip(NODES, ports, strict=True)
    ]
    lines.append(f"PartitionName=main Nodes={','.join(NODES)} Default=YES MaxTime=INFINITE State=UP")
    return "\n".join(lines) + "\n"


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _idle(host: SlurmHost) -> int:
    try:
        return len(host.ask("sinfo", "--noheader", "--Node", "--states=idle", "--format=%N").split())
    except AssertionError:
        return 0  # it does not answer yet


def _wait(host: SlurmHost, what: str, condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Slurm did not get to {what} in {seconds:g} s\n{host.logs()}"
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
