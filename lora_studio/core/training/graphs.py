"""Forward and backward pass recorded once as a CUDA graph and replayed: without the time between launches.

A small batch on a large model is bound by that time: a thousand kernels are launched, one after another, from Python.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lora_studio.core.methods.attachment import Attachment

MOST_SHAPES = 8  # that are recorded; others run without
RECORD_AT = 2  # how often a shape has been seen before it is recorded

_log = logging.getLogger(__name__)

Compute = Callable[[Tensor, Tensor, Tensor, int | None], Tensor]
Key = tuple[int, int, int | None]


@dataclass
class _Recording:
    graph: torch.cuda.CUDAGraph
    ids: Tensor
    targets: Tensor
    share: Tensor
    loss: Tensor


class Graphs:
    """One recording for every shape that comes again. What they write lies in the tensors' own gradients."""

    def __init__(self, attachment: Attachment) -> None:
        self._tensors = list(attachment.tensors().values())
        self._gradients: dict[int, Tensor] = {}  # by the tensor's number; where recordings add to
        self._seen: dict[Key, int] = {}
        self._recordings: dict[Key, _Recording] = {}
        self._places: list[int] = []
        self._pool: Any = None  # the memory that all recordings share: they never run at once
        self._broken = False

    def add(self, compute: Compute, ids: Tensor, targets: Tensor, share: Tensor, kept: int | None) -> Tensor | None:
        """The loss, with its gradient added; None: nothing was done, the shape is not recorded.

        `compute` adds the gradient and returns the loss, always by the same operations for one shape.
        """
        key = (ids.shape[0], ids.shape[1], kept)
        if self._broken or (key not in self._recordings and not self._is_to_be_recorded(key)):
            return None
        if self._addresses() != self._places:  # the tensors have moved since
            self._forget()
        if key not in self._recordings and not self.record(compute, ids, targets, share, kept):
            return None
        self._hold_gradients()
        recording = self._recordings[key]
        recording.ids.copy_(ids)
        recording.targets.copy_(targets)
        recording.share.copy_(share)
        recording.graph.replay()
        return recording.loss.clone()

    def record(self, compute: Compute, ids: Tensor, targets: Tensor, share: Tensor, kept: int | None) -> bool:
        """Whether it worked. Nothing is computed: what is recorded runs at the first replay."""
        self._hold_gradients()
        inputs = ids.clone(), targets.clone(), share.clone()
        graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize(ids.device)
        torch._C._cuda_clearCublasWorkspaces()  # 32 MiB a stream, which stay: here for one that nothing else runs on
        try:
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                loss = compute(*inputs, kept)
        except RuntimeError:
            self._broken = True
            self._forget()
            _log.warning("A step cannot be recorded, and runs without.", exc_info=True)
            return False
        finally:
            torch._C._cuda_clearCublasWorkspaces()
        self._pool = self._pool or graph.pool()
        self._places = self._addresses()
        self._recordings[(ids.shape[0], ids.shape[1], kept)] = _Recording(graph, *inputs, loss)
        return True

    def _is_to_be_recorded(self, key: Key) -> bool:
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key] >= RECORD_AT and len(self._recordings) < MOST_SHAPES

    def _hold_gradients(self) -> None:
        """Every tensor has its gradient, in the same place each time, whoever added to it or took it away before."""
        for number, tensor in enumerate(self._tensors):
            now, held = tensor.grad, self._gradients.get(number)
            if held is None:
                held = self._gradients[number] = torch.zeros_like(tensor) if now is None else now
            elif now is None:
                held.zero_()
            elif now is not held:
                held.copy_(now)
            tensor.grad = held

    def _addresses(self) -> list[int]:
        return [tensor.data_ptr() for tensor in self._tensors]

    def _forget(self) -> None:
        self._recordings.clear()
        self._gradients.clear()
        self._pool = None
