"""Counts the bytes that tensors without numbers would take, operation by operation."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Set
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

# Whose results are kept rather than made again, by torch's partitioner: products of matrices, look-ups, what is drawn,
# tensors put together (such as rotated queries), and what is made for such a call.
_DEAR = (
    "mm", "addmm", "addmm_", "bmm", "baddbmm", "embedding", "cat", "new_empty", "empty", "empty_like", "empty_strided",
    "convolution", "bernoulli_", "native_dropout",
)  # fmt: skip


class Entry:
    """Memory that one or several tensors share. `part` is the block during whose forward pass it was made."""

    __slots__ = ("is_dear", "order", "part", "size", "sources")

    def __init__(self, size: int, part: int | None, order: int) -> None:
        self.size = size
        self.part = part
        self.order = order
        self.is_dear = False
        self.sources: set[Entry] = set()

    def origins(self, there: Set[Entry]) -> set[Entry]:
        """What it can be made from again by cheap operations, apart from what is `there`; itself if it is dear."""
        found, waiting, met = set(), [self], {self}
        while waiting:
            entry = waiting.pop()
            if entry in there or entry.part != self.part:
                continue
            if entry.is_dear:
                found.add(entry)
                continue
            waiting += entry.sources - met
            met |= entry.sources
        return found


class LiveBytes(TorchDispatchMode):
    """While it is entered: `now` bytes are held by what was made since, and `peak` at most since `restart`."""

    def __init__(self, there: Iterable[Tensor]) -> None:
        """`there` are tensors that are not counted."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.peak = 0
        self.part: int | None = None
        self._entries: weakref.WeakKeyDictionary[torch.UntypedStorage, Entry] = weakref.WeakKeyDictionary()
        self._there = [tensor.untyped_storage() for tensor in there]  # kept, as they would be forgotten otherwise
        for storage in self._there:
            self._entries[storage] = Entry(0, None, 0)
        self._operations = 0
        self._of_part: dict[int | None, int] = {}

    def held(self, part: int | None) -> int:
        """What is there now of what was made during `part`."""
        return self._of_part.get(part, 0)

    def restart(self) -> int:
        """From here on `peak` is counted anew. Returns `now`."""
        self.peak = self.now
        return self.now

    def entry(self, tensor: Tensor) -> Entry | None:
        return self._entries.get(tensor.untyped_storage())

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        del types
        if func is torch.ops.aten._local_scalar_dense.default:
            return True  # a question about numbers, such as whether a mask hides nothing
        out = func(*args, **(kwargs or {}))
        self._operations += 1
        is_dear = func.overloadpacket.__name__ in _DEAR
        sources = {entry for tensor in _tensors(args) if (entry := self.entry(tensor)) is not None}
        for tensor in _tensors(out):
            self._record(tensor, sources, is_dear=is_dear)
        return out

    def _record(self, tensor: Tensor, sources: set[Entry], *, is_dear: bool) -> None:
        storage = tensor.untyped_storage()
        entry = self._entries.get(storage)
        if entry is None:
            entry = Entry(storage.nbytes(), self.part, self._operations)
            self._entries[storage] = entry
            weakref.finalize(storage, self._count, -entry.size, entry.part)
            self._count(entry.size, entry.part)
        entry.is_dear = entry.is_dear or is_dear
        entry.sources |= sources - {entry}

    def _count(self, size: int, part: int | None) -> None:
        self.now += size
        self.peak = max(self.peak, self.now)
        self._of_part[part] = self._of_part.get(part, 0) + size


def _tensors(values: Any) -> Iterator[Tensor]:
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, tuple | list):
        for value in values:
            yield from _tensors(value)
