"""CHGNet 0.3.0, a second opinion: BSD, weights inside the package.

Deng et al., Nat. Mach. Intell. 5, 1031 (2023), doi:10.1038/s42256-023-00716-3.
"""

from importlib import import_module
from pathlib import Path

from gbglass.core.labels import LabelSource
from gbglass.errors import EngineError
from gbglass.teachers.calculator import CalculatorTeacher, need_package, package_version, sha256_file

_MODEL = "0.3.0"


def chgnet_teacher(threads: int | None = None) -> CalculatorTeacher:
    """Load CHGNet 0.3.0 on the CPU.

    Parameters
    ----------
    threads
        Of PyTorch in this process; its own choice when absent.

    Raises
    ------
    EngineError
        If the package is not installed, or does not hold this model.

    """
    package = need_package("chgnet")
    if threads is not None:
        import_module("torch").set_num_threads(threads)
    found = sorted(Path(str(package.__file__)).parent.glob(f"pretrained/{_MODEL}/*.tar"))
    if len(found) != 1:
        raise EngineError(f"the package chgnet holds {len(found)} files of weights {_MODEL}; install chgnet 0.4.2")
    source = LabelSource(f"chgnet-{_MODEL}", package_version("chgnet", "torch"), sha256_file(found[0]))
    model = import_module("chgnet.model").CHGNet.load(model_name=_MODEL, use_device="cpu", verbose=False)
    calculator = import_module("chgnet.model.dynamics").CHGNetCalculator(model=model, use_device="cpu")
    return CalculatorTeacher(source, calculator)
