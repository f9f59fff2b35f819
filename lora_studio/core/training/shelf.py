"""Tensors of a GPU set aside in the computer's memory until the backward pass asks for them, while it computes on."""

from __future__ import annotations

import torch
from torch import Tensor

LEAST = 1 << 20  # bytes; smaller tensors are not worth a copy


class Shelf:
    """Takes tensors and gives them back in the opposite order. Off a GPU it just holds them.

    Copies run on a stream of their own: out while the next block computes, back one ahead of the block that needs it.
    """

    def __init__(self) -> None:
        self._stream: torch.cuda.Stream | None = None  # from the first large tensor of a GPU on
        self._host: dict[int, Tensor] = {}  # page-locked, by place; kept for the next time
        self._held: dict[int, Tensor] = {}  # on the device: on their way out, back again, or never sent
        self._ready: dict[int, torch.cuda.Event] = {}  # when the copy of a place has been made
        self._count = 0

    def clear(self) -> None:
        if self._stream is not None:
            torch.cuda.current_stream(self._stream.device).wait_stream(self._stream)
        self._held.clear()
        self._ready.clear()
        self._count = 0

    def put(self, tensor: Tensor) -> int:
        """Returns the place to ask for."""
        place, self._count = self._count, self._count + 1
        self._held[place] = tensor.detach()
        if not tensor.is_cuda or tensor.nbytes < LEAST:
            return place
        self._stream = self._stream or torch.cuda.Stream(tensor.device)
        host = self._host_like(place, tensor)
        here = torch.cuda.current_stream(tensor.device)
        self._stream.wait_stream(here)
        with torch.cuda.stream(self._stream):
            host.copy_(tensor, non_blocking=True)
            self._ready[place] = self._stream.record_event()
        earlier = place - 1
        if earlier in self._ready and earlier in self._held:  # its copy had a whole block's time
            here.wait_event(self._ready[earlier])
            del self._held[earlier]
        return place

    def take(self, place: int) -> Tensor:
        """What was put there. Its memory is free again once the caller lets go of it."""
        if self._stream is not None:
            self._fetch(place)
            self._fetch(place - 1)
        tensor = self._held.pop(place)
        if place in self._ready:
            torch.cuda.current_stream(tensor.device).wait_event(self._ready.pop(place))
        return tensor

    def _fetch(self, place: int) -> None:
        if place not in self._ready or place in self._held:
            return
        assert self._stream is not None
        host = self._host[place]
        back = torch.empty(host.shape, dtype=host.dtype, device=self._stream.device)
        self._stream.wait_stream(torch.cuda.current_stream(back.device))
        with torch.cuda.stream(self._stream):
            back.copy_(host, non_blocking=True)
            self._ready[place] = self._stream.record_event()
        self._held[place] = back

    def _host_like(self, place: int, tensor: Tensor) -> Tensor:
        known = self._host.get(place)
        if known is None or known.shape != tensor.shape or known.dtype != tensor.dtype:
            known = self._host[place] = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
        return known
