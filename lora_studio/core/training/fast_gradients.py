"""Gradients in less time and memory than the plain way, to the same numbers up to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lora_studio.core.events import Preparing
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.blocks import Blocks
from lora_studio.core.training.graphs import Graphs
from lora_studio.core.training.linear_cross_entropy import ROWS_AT_ONCE, Judge, judged, linear_cross_entropy

TIME_STEP = 64  # to a multiple of which rows are filled up, so that there are few shapes to make code for


@dataclass(frozen=True)
class Ways:
    """What to make use of. `compiled` and `graphed` take a GPU."""

    checkpointing: bool = False
    compiled: bool = False
    graphed: bool = False
    rows_at_once: int = ROWS_AT_ONCE
    backend: str = "inductor"


class FastGradients:
    """Scores a few rows at a time, and as many of the other ways as `Ways` says."""

    def __init__(self, attachment: Attachment, ways: Ways, shape: tuple[int, int]) -> None:
        """`shape` is (batch, time) of most batches: what is prepared for."""
        self._attachment = attachment
        self._ways = ways
        self._shape = shape
        if ways.compiled:
            torch.compiler.reset()  # what was compiled for a run before would keep its tensors, and its shapes in mind
        self._blocks = Blocks(
            attachment.model.blocks,
            compiled=ways.compiled,
            checkpointing=ways.checkpointing,
            backend=ways.backend,
            generator=attachment.generator,
        )
        self._judge: Judge = torch.compile(judged, backend=ways.backend) if ways.compiled else judged
        self._graphs = Graphs(attachment) if ways.graphed else None

    def prepare(self) -> Iterator[Preparing]:
        """Makes the code for one shape, on a batch from which nothing is learned."""
        if not self._ways.compiled:
            return
        device = self._attachment.model.device
        parts = 2 + bool(self._graphs)
        ids = torch.zeros(self._shape, dtype=torch.long, device=device)
        targets = torch.full_like(ids, IGNORED)
        yield Preparing("Compiling block", 0, parts)
        share = torch.ones((), device=device)
        self._attachment.set_training(True)
        with self._blocks.in_use():
            loss = self._loss(ids, targets, share, None)
            yield Preparing("Compiling block", 1, parts)
            loss.backward()
        del loss
        if self._graphs:
            yield Preparing("Recording a step", 2, parts)
            self._gradient(ids, targets, share, None)  # once more: nothing is made for the first time any longer
            self._graphs.record(self._gradient, ids, targets, share, None)
        self._attachment.set_training(False)
        yield Preparing("Compiling block", parts, parts)

    def add(self, batch: Batch, tokens: int) -> Tensor:
        ids, targets, positions = self._filled_up(batch)
        share = torch.full((), 1 / tokens, device=ids.device)
        kept = None if positions is not None else self._worth_scoring(batch, targets)
        if self._graphs and positions is None:
            found = self._graphs.add(self._gradient, ids, targets, share, kept)
            if found is not None:
                return found
        return self._gradient(ids, targets, share, kept, positions)

    def _gradient(
        self, ids: Tensor, targets: Tensor, share: Tensor, kept: int | None, positions: Tensor | None = None
    ) -> Tensor:
        with self._blocks.in_use():
            loss = self._loss(ids, targets, share, kept, positions)
            loss.backward()
        return loss.detach()

    def _loss(
        self, ids: Tensor, targets: Tensor, share: Tensor, kept: int | None, positions: Tensor | None = None
    ) -> Tensor:
        """`kept`: how many rows need scores; None: all."""
        model = self._attachment.model
        # Padding stands at the end, where nothing that counts sees it: without a mask, attention is faster.
        hidden = self._attachment.hidden(ids, None, positions).flatten(0, 1)  # (row, width)
        wanted = targets.flatten()
        if kept is not None:
            first = (wanted == IGNORED).to(torch.uint8).argsort(stable=True)[:kept]
            hidden, wanted = hidden.index_select(0, first), wanted[first]
        head = model.head
        assert isinstance(head, nn.Linear)
        return linear_cross_entropy(
            hidden, head.weight, head.bias, wanted, share,
            scale=model.score_scale, cap=model.score_cap, rows_at_once=self._ways.rows_at_once, judge=self._judge,
        )  # fmt: skip

    def _filled_up(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor | None]:
        """Ids, targets and positions; what is filled in where rows are packed counts as one more row."""
        if not (self._ways.compiled or self._ways.graphed):
            return batch.ids, batch.targets, batch.positions
        limit = self._attachment.context_length
        time = batch.ids.shape[1]
        more = min(-time % TIME_STEP, max(0, limit - time))
        if not more:
            return batch.ids, batch.targets, batch.positions
        filled = self._attachment.model.padding_id
        pad = nn.functional.pad
        positions = batch.positions
        if positions is not None:
            row = torch.arange(more, device=positions.device).expand(len(positions), -1)
            positions = torch.cat([positions, row], dim=1)
        return pad(batch.ids, (0, more), value=filled), pad(batch.targets, (0, more), value=IGNORED), positions

    def _worth_scoring(self, batch: Batch, targets: Tensor) -> int | None:
        """How many rows are scored: what is learned, filled up, if that is clearly less than all."""
        step = self._ways.rows_at_once
        needed = -(-batch.tokens // step) * step
        return needed if needed < targets.numel() else None
