"""SevenNet-0, the default teacher: MIT, weights inside the package, DFT quality for Li, LLZO and LixZr2O4 together.

Park et al., J. Chem. Theory Comput. 20, 4857 (2024), doi:10.1021/acs.jctc.4c00190.
"""

from importlib import import_module
from pathlib import Path

from gbglass.core.labels import LabelSource
from gbglass.teachers.calculator import CalculatorTeacher, need_package, package_version, sha256_file


def sevennet_teacher(threads: int | None = None) -> CalculatorTeacher:
    """Load SevenNet-0 on the CPU.

    Parameters
    ----------
    threads
        Of PyTorch in this process; its own choice when absent.

    Raises
    ------
    EngineError
        If the package is not installed; says how to install it.

    """
    need_package("sevenn")
    if threads is not None:
        import_module("torch").set_num_threads(threads)
    weights = Path(import_module("sevenn.util").pretrained_name_to_path("7net-0"))
    source = LabelSource("sevennet-0", package_version("sevenn", "torch"), sha256_file(weights))
    calculator = import_module("sevenn.calculator").SevenNetCalculator(str(weights), device="cpu")
    return CalculatorTeacher(source, calculator)
