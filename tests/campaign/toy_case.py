"""A case without science, run as a program: finishes pieces one by one, as MD does segments, and can go wrong.

    python toy_case.py DIR [--die-with PID]

What it does stands in ``study.json``: ``pieces`` of ``nap`` seconds each; ``trouble`` is ``crash`` (an engine error,
always), ``crash once``, ``wrong`` (an input error) or ``kill once`` (without a last word).
Each piece writes a line to ``pieces.log`` when it is begun, so that anything done twice shows.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from gbglass.campaign.case import Case, open_case
from gbglass.campaign.failure import failures_kept, one_line
from gbglass.campaign.local import die_with_parent
from gbglass.campaign.progress import ProgressFile
from gbglass.errors import BusyError, EngineError, GbglassError, InputError
from gbglass.store.atomic import write_json, write_text


def work(case: Case, study: dict[str, object]) -> None:
    trouble = study.get("trouble")
    progress = ProgressFile(case.folder)
    if trouble == "wrong":
        raise InputError("the toy is wrong; mend it")
    for number in range(int(str(study["pieces"]))):
        done = case.folder / "md" / f"piece-{number}" / "done.json"
        if done.exists():
            continue
        with (case.folder / "pieces.log").open("a", encoding="utf-8") as log:
            log.write(f"{number} by {os.getpid()}\n")
        time.sleep(float(str(study.get("nap", 0.05))))
        mark = case.folder / "went-wrong"
        if number == 1 and (trouble == "crash" or (trouble in ("crash once", "kill once") and not mark.exists())):
            mark.touch()
            if trouble == "kill once":
                os.kill(os.getpid(), signal.SIGKILL)
            raise EngineError("the toy broke: ERROR: Lost atoms", case.folder, "Step 1000\nERROR: Lost atoms")
        write_json(done, {})
        progress.advance("toy", number + 1, int(str(study["pieces"])))


def main() -> int:
    folder = Path(sys.argv[1])
    if "--die-with" in sys.argv:
        die_with_parent(int(sys.argv[-1]))
    study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    try:
        with open_case(folder, study) as case, failures_kept(folder):
            if case.finished(study) is not None:
                return 0
            case.claim()
            work(case, study)
            write_text(folder / "answer.txt", str(study["answer"]))
            case.finish(study, ["answer.txt"], {"answers": [f"the answer is {study['answer']}"]})
    except BusyError as error:
        sys.stderr.write(f"{error}\n")
        return 75
    except GbglassError as error:
        sys.stderr.write(f"toy: {one_line(error)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
