"""Tensors read from files and kept for a while, up to so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from torch import Tensor

Tensors = dict[str, Tensor]


class TensorCache:
    """Forgets what was asked for longest ago. What is larger than the whole cache is read anew each time."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Tensors] = OrderedDict()

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, key: Hashable, read: Callable[[], Tensors]) -> Tensors:
        """What is kept under `key`, or what `read` gives; nobody may write into it."""
        found = self._kept.get(key)
        if found is None:
            found = read()
            self._add(key, found)
        else:
            self._kept.move_to_end(key)
        return found

    def _add(self, key: Hashable, tensors: Tensors) -> None:
        size = size_of(tensors)
        if size > self._most_bytes:
            return
        self._kept[key] = tensors
        self._bytes += size
        while self._bytes > self._most_bytes:
            _, forgotten = self._kept.popitem(last=False)
            self._bytes -= size_of(forgotten)


def size_of(tensors: Tensors) -> int:
    """In bytes."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
