"""Split a store of labels and write what DeePMD-kit trains on.

    python tools/prepare_training.py STORE FOLDER [--preset quick] [--seed 1]

FOLDER gets train/, validation/, held_out/ and input.json; then, with the extra `deepmd`, in FOLDER:
    dp train input.json; dp freeze -o model.pb; dp compress -i model.pb -o compressed.pb
"""

import argparse
from pathlib import Path

from gbglass.learning.catalogue import training_origins
from gbglass.learning.datasets import count_domains, split_frames, write_deepmd
from gbglass.learning.labelled import LabelStore
from gbglass.learning.training import PRESETS, deepmd_input
from gbglass.store.atomic import write_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="laptop")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    held_out = [origin.name for origin in training_origins() if origin.held_out]
    split = split_frames(LabelStore(arguments.store).frames(), held_out)
    parts = {"train": split.train, "validation": split.validation, "held_out": split.held_out}
    systems = {name: write_deepmd(frames, arguments.folder / name) for name, frames in parts.items()}
    relative = {name: [path.relative_to(arguments.folder) for path in paths] for name, paths in systems.items()}
    written = deepmd_input(PRESETS[arguments.preset], relative["train"], relative["validation"], arguments.seed)
    write_json(arguments.folder / "input.json", written)
    for name, frames in parts.items():
        print(f"{name}: {len(frames)} frames")
        for domain, count in count_domains(frames).items():
            print(f"  {domain:14} {count.frames:5} frames {count.atoms:7} atoms, forces {count.force_rms:.2f} eV/Å rms")


if __name__ == "__main__":
    main()
