"""Windows as padded tensors, in an order that a seed decides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from lora_studio.core.data.encoding import Reader, encode_rows
from lora_studio.core.data.examples import BEGINNING
from lora_studio.core.data.windows import IGNORED as IGNORED  # noqa: PLC0414 - also known from here
from lora_studio.core.data.windows import Arrangement, Outline, Window, cut, window_count
from lora_studio.core.errors import DataError
from lora_studio.core.training.window_store import WindowStore, outline_of
from lora_studio.core.training_settings import TrainingSettings

BATCHES_SORTED = 50  # whose windows are sorted by length among themselves, where like lengths go together


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids`, `targets` and `mask` are (batch, time); `mask` is False where there is padding.

    `targets` is IGNORED there and where nothing is learned; `tokens` counts the others. `positions`, (batch, time), is
    there where rows share a window: they count from 0 in each, and in the padding as if it were one more.
    """

    ids: Tensor
    targets: Tensor
    mask: Tensor
    tokens: int
    positions: Tensor | None = None


class Batches:
    """Batches of windows, in a new order each epoch. Windows are padded only when their batch is made."""

    def __init__(
        self,
        windows: Sequence[Window] | WindowStore,
        batch_size: int,
        seed: int,
        device: torch.device,
        *,
        padding: int = 0,
        bucketing: bool = False,
        multiple: int = 1,
    ) -> None:
        """
        Args:
            padding: the token that stands where there is none.
            bucketing: batches of windows of like length.
            multiple: of which the padded length is one, for devices that work fastest so.
        """
        self.store = windows if isinstance(windows, WindowStore) else WindowStore.of_windows(windows)
        self.batch_size = batch_size
        self.device = device
        self.padding, self.bucketing, self.multiple = padding, bucketing, multiple
        self.generator = torch.Generator().manual_seed(seed)
        self.before = self.generator.get_state()  # from which the order of the current epoch was drawn

    def __len__(self) -> int:
        """Batches per epoch."""
        return math.ceil(len(self.store) / self.batch_size)

    def epoch(self, done: int = 0) -> Iterator[Batch]:
        """The batches of one pass in an order drawn anew, without the first `done`."""
        return (self.batch(chosen) for chosen in self.order()[done:])

    def order(self) -> list[Tensor]:
        """Draws the order of an epoch: for each batch the numbers of its windows."""
        self.before = self.generator.get_state()
        order = torch.randperm(len(self.store), generator=self.generator)
        if not self.bucketing:
            return list(torch.split(order, self.batch_size))
        lengths = self.store.lengths
        chunks = torch.split(order, self.batch_size * BATCHES_SORTED)
        by_length = torch.cat([chunk[torch.argsort(lengths[chunk], stable=True)] for chunk in chunks])
        batches = torch.split(by_length, self.batch_size)
        return [batches[place] for place in torch.randperm(len(batches), generator=self.generator).tolist()]

    def batch(self, chosen: Tensor) -> Batch:
        """The windows with these numbers, padded."""
        store = self.store
        lengths = store.lengths[chosen][:, None]  # (batch, 1)
        time = torch.arange(math.ceil(int(lengths.max()) / self.multiple) * self.multiple)
        padded = time >= lengths  # (batch, time)
        place = (store.starts[chosen][:, None] + time).masked_fill_(padded, 0)
        ids = store.inputs[place].long().masked_fill_(padded, self.padding)
        targets = store.targets[place].long().masked_fill_(padded, IGNORED)
        positions = None
        if store.positions is not None:
            positions = self._there(torch.where(padded, time - lengths, store.positions[place].long()))
        tokens = int(store.counts[chosen].sum())
        return Batch(self._there(ids), self._there(targets), self._there(~padded), tokens, positions)

    def _there(self, tensor: Tensor) -> Tensor:
        """On the device, which need not wait for it."""
        if self.device.type == "cuda":
            return tensor.pin_memory().to(self.device, non_blocking=True)
        return tensor.to(self.device)


def make_batches(
    model: Reader,
    rows: Sequence[str],
    settings: TrainingSettings,
    context_length: int,
    can_pack: bool,
    device: torch.device,
    *,
    multiple: int = 1,
) -> Batches:
    """What a run learns from its rows.

    Args:
        context_length: the most tokens that the attachment reads at once.
        can_pack: whether it takes `positions`; else rows that were to be packed stay whole.
        multiple: of which padded lengths are one.

    Raises:
        DataError: the chat template cannot write a row, or nothing in the rows is learned.
    """
    encoded = encode_rows(model, rows, completion_only=settings.completion_only)
    length, arrangement = _limits(settings, context_length, can_pack=can_pack)
    store = WindowStore.of_rows(encoded, length, arrangement, settings.seed)
    if not len(store):
        raise DataError(
            "There is nothing to learn in the {count} rows: no answer lies within the first {length} tokens.",
            advice="Choose a longer sequence, or rows with answers.",
            count=len(rows), length=length,
        )  # fmt: skip
    return Batches(
        store, settings.batch_size, settings.seed, device,
        padding=model.padding_id, bucketing=settings.bucketing, multiple=multiple,
    )  # fmt: skip


def count_windows(
    model: Reader, rows: Sequence[str], settings: TrainingSettings, context_length: int, can_pack: bool
) -> int:
    """How many windows `make_batches` makes of the rows. Raises DataError: the chat template cannot write one."""
    length, arrangement = _limits(settings, context_length, can_pack=can_pack)
    if arrangement == "sliding" and model.end_id is None and not any(row.startswith(BEGINNING) for row in rows):
        return window_count(model.count_tokens(rows), length)  # need not be read for that
    return len(cut(_outlines(model, tuple(rows), settings.completion_only), length, arrangement, settings.seed).windows)


def steps_of(window_count: int, batch_size: int, epochs: int, accumulation: int = 1) -> int:
    """How many optimizer steps a run takes."""
    return math.ceil(math.ceil(window_count / batch_size) / accumulation) * epochs


def _limits(settings: TrainingSettings, context_length: int, *, can_pack: bool) -> tuple[int, Arrangement]:
    arrangement: Arrangement = settings.arrangement
    if arrangement == "packed" and not can_pack:
        arrangement = "whole"
    return min(settings.sequence_length, context_length), arrangement


# Rows are read again only when they, or how they are read, have changed: a plan is asked for at every turn of a dial.
_READ: WeakKeyDictionary[Reader, tuple[object, list[Outline]]] = WeakKeyDictionary()


def _outlines(model: Reader, rows: tuple[str, ...], completion_only: bool) -> list[Outline]:
    key = (completion_only, model.end_id, model.chat_template, model.tokenizer, rows)
    there = _READ.get(model)
    if there is None or there[0] != key:
        encoded = encode_rows(model, rows, completion_only=completion_only)
        there = _READ[model] = (key, [outline_of(row) for row in encoded])
    return there[1]
