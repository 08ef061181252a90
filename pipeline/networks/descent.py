"""Steps downhill, as every small network takes them."""

from __future__ import annotations

from collections.abc import Iterator

import torch

_LONGEST_GRADIENT = 1.0


class Descent:
    """AdamW with a rate that falls to zero in a straight line, and gradients kept short."""

    def __init__(
        self, parameters: Iterator[torch.nn.Parameter], *, learning_rate: float, steps: int
    ) -> None:
        """Plan so many steps; ``learning_rate`` is that of the first."""
        self._parameters = list(parameters)
        self._peak, self._steps, self._taken = learning_rate, steps, 0
        self._optimiser = torch.optim.AdamW(self._parameters, lr=learning_rate, fused=True)

    @property
    def done(self) -> bool:
        """All steps are taken."""
        return self._taken == self._steps

    def step(self, loss: torch.Tensor) -> None:
        """Go a step down the gradient of a loss."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._peak * (1 - self._taken / self._steps)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, _LONGEST_GRADIENT)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._taken += 1
