"""SIGINT and SIGTERM end a step, not a run: first a checkpoint, then the end."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accelerate import Accelerator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignal:
    """Inside the block a signal is remembered; a second one ends the program at once."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignal:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._remember) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._asked = True
        signal.signal(number, self._before[number])

    def asked(self, accelerator: Accelerator) -> bool:
        """Did a signal reach any of the processes? They must all stop at the same step."""
        if accelerator.num_processes == 1:
            return self._asked
        import torch

        flag = torch.tensor(int(self._asked), device=accelerator.device)
        return bool(accelerator.reduce(flag, reduction="sum").item())
