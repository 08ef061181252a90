"""One process or many: who writes, who computes on what, in which number format.

Processes are started by ``torchrun`` or ``accelerate launch``. Each holds all rows
and works on its share of every step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UserError

if TYPE_CHECKING:
    from accelerate import Accelerator

    from pipeline.contracts import Reporter

_PATIENCE = timedelta(hours=12)
"""How long the others wait while the first process fits the baselines."""


def is_main() -> bool:
    """Is this the process that writes? Known without importing torch."""
    return int(os.environ.get("RANK", "0")) == 0


def is_alone() -> bool:
    """Is this the only process? Known without importing torch."""
    return int(os.environ.get("WORLD_SIZE", "1")) == 1


def load_libraries(report: Reporter) -> None:
    """Import what takes seconds, so that no contender's clock counts it."""
    with report.progress("torch, transformers, peft, scikit-learn", 4) as advance:
        import torch  # noqa: F401

        advance(1)
        import transformers.modeling_utils  # noqa: F401

        advance(1)
        import peft  # noqa: F401

        advance(1)
        import evaluate  # noqa: F401
        import sklearn.linear_model  # noqa: F401

        advance(1)


def choose_precision(asked: str) -> str:
    """``auto`` made concrete.

    Returns:
        ``fp32``, ``bf16`` or ``fp16``.

    Raises:
        UserError: the processor does not compute in what was asked for.
    """
    import torch

    cuda = torch.cuda.is_available()
    if asked == "auto":
        able = torch.cuda.is_bf16_supported() if cuda else _cpu_has_bf16()
        return "bf16" if able else "fp32"
    if asked == "fp16" and not cuda:
        raise UserError(
            "train.precision: fp16 does nothing on a CPU",
            hint="use auto, bf16 or fp32; fp16 needs a GPU",
        )
    return asked


def _cpu_has_bf16() -> bool:
    """Emulated bf16 is slower than fp32, so only the instructions count."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def start(*, precision: str, tracker: str, folder: Path) -> Accelerator:
    """An accelerator for one run in this process.

    Raises:
        UserError: processes were started that do not know of each other.
    """
    import torch
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import InitProcessGroupKwargs

    AcceleratorState._reset_state()  # a second run in one process may use another precision
    accelerator = Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision="no" if precision == "fp32" else precision,
        log_with=None if tracker == "none" else tracker,
        project_dir=folder,
        kwargs_handlers=[InitProcessGroupKwargs(timeout=_PATIENCE)],
    )
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if accelerator.num_processes != started:
        raise UserError(
            f"{started} processes were started, but they do not know of each other",
            hint="start them with torchrun --nproc-per-node N -m pipeline run ...",
        )
    return accelerator


@contextmanager
def tracking(accelerator: Accelerator) -> Iterator[None]:
    """The recipe's tracker, if any, writes into the run's folder and is closed at the end.

    ``Accelerator.end_training`` would end the group of processes as well, too early for us.
    """
    accelerator.init_trackers("tracker")
    try:
        yield
    finally:
        for tracker in accelerator.trackers:
            tracker.finish()
        accelerator.trackers.clear()


def same_everywhere(accelerator: Accelerator, folder: Path) -> Path:
    """The first process's folder, known to all of them."""
    if accelerator.num_processes == 1:
        return folder
    from accelerate.utils import broadcast_object_list

    return Path(broadcast_object_list([str(folder)])[0])
