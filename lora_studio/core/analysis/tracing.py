"""What a training step keeps in memory, found by making one without numbers: on torch's meta device.

Every operation of the network runs there for its shapes alone, so this is exact for any family and any method, and
costs nothing in memory. Of blocks that are alike, one is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.overrides import TorchFunctionMode

from lora_studio.core.analysis.live_bytes import Entry, LiveBytes
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import replace_module


@dataclass(frozen=True, slots=True)
class Trace:
    """Bytes of one step, each block of the model with its own.

    `held` is what autograd keeps of a block, one operation at a time; `kept` the same where blocks are compiled, so
    that elementwise results are made again. `inputs` is what checkpointing keeps of one. `ends` is kept outside of
    the blocks. `forward`, `loss` and `backward` are the most that each of them needs beyond what is kept when it
    begins; `loss` includes the scores where all of them are made.
    """

    held: tuple[int, ...]
    kept: tuple[int, ...]
    inputs: int
    ends: int
    forward: int
    loss: int
    backward: int


@dataclass(slots=True)
class _Seen:
    """What one block that was run has shown."""

    held: int = 0
    kept: int = 0
    forward: int = 0
    output: Entry | None = None


def trace(attachment: Attachment, batch: int, length: int, *, all_scores: bool, gradients: bool = True) -> Trace:
    """Runs a step of `batch` rows of `length` tokens on a model without numbers; it is left as it was.

    Args:
        attachment: of a copy from `without_numbers`.
        all_scores: whether the plain loss is made, which has all scores at once; otherwise none is.
        gradients: whether there is a backward pass at all.
    """
    blocks = list(attachment.model.blocks)
    chosen, like = _representatives(attachment, blocks)
    with ExitStack() as stack:
        stack.enter_context(_shortened(attachment, [blocks[index] for index in chosen]))
        stack.enter_context(_training(attachment))
        ran = _run(attachment, (batch, length), all_scores=all_scores, gradients=gradients)
    seen = [ran.blocks[place] for place in like]
    return Trace(
        held=tuple(block.held for block in seen),
        kept=tuple(block.kept for block in seen),
        inputs=batch * length * attachment.model.width * attachment.model.dtype.itemsize,
        ends=ran.ends,
        forward=max(block.forward for block in ran.blocks),
        loss=ran.loss,
        backward=ran.backward,
    )


@dataclass(slots=True)
class _Ran:
    blocks: list[_Seen] = field(default_factory=list)
    ends: int = 0
    loss: int = 0
    backward: int = 0


def _run(attachment: Attachment, shape: tuple[int, int], *, all_scores: bool, gradients: bool) -> _Ran:
    model = attachment.model
    ran = _Ran([_Seen() for _ in model.blocks])
    ids = torch.empty(shape, dtype=torch.int64, device="meta")
    live = LiveBytes(_all_tensors(attachment))
    with ExitStack() as stack:
        stack.enter_context(torch.set_grad_enabled(gradients))
        stack.enter_context(_watched(list(model.blocks), ran.blocks, live))
        stack.enter_context(live)
        stack.enter_context(_EfficientAttention())
        hidden = attachment.hidden(ids)
        if not gradients:
            return ran
        stack.enter_context(_gradients_dropped(attachment.tensors().values()))
        ran.ends = live.held(None)
        for part, block in enumerate(ran.blocks):
            block.held = live.held(part)
        _judge_kept(hidden, ran.blocks, live)
        _run_back(attachment, hidden, ids, live, ran, all_scores=all_scores)
    return ran


def _run_back(
    attachment: Attachment, hidden: Tensor, ids: Tensor, live: LiveBytes, ran: _Ran, *, all_scores: bool
) -> None:
    begin = live.restart()
    if not all_scores:
        if hidden.requires_grad:
            hidden.backward(torch.empty_like(hidden))
        ran.backward = live.peak - begin
        return
    loss: list[int] = []  # it is through when its gradient has reached the hidden states

    def reached(gradient: Tensor) -> None:
        del gradient
        loss.append(live.peak)
        live.restart()

    if hidden.requires_grad:
        hidden.register_hook(reached)
    scores = attachment.model.scores(hidden)
    F.cross_entropy(scores.flatten(0, 1), ids.flatten(), reduction="sum").backward()  # as PlainGradients
    ran.loss = (loss[0] if loss else live.peak) - begin
    ran.backward = live.peak - begin


def _all_tensors(attachment: Attachment) -> Iterator[Tensor]:
    """What is there before a step: of the network and of what stands aside."""
    for module in (attachment.model.network, *attachment.aside):
        yield from module.parameters()
        yield from module.buffers()
    yield from attachment.tensors().values()
    yield from attachment.state().values()


# Which blocks are run


def _representatives(attachment: Attachment, blocks: Sequence[nn.Module]) -> tuple[list[int], list[int]]:
    """Which blocks to run, and for each block of the model the place of the one among them that it is like."""
    trained = {id(tensor) for tensor in attachment.tensors().values()}
    inside = {id(tensor) for block in blocks for tensor in block.parameters()}
    ends = {id(tensor) for tensor in attachment.model.head.parameters()}
    asks = bool(trained - inside - ends)  # whether what enters the first block asks for a gradient
    trains = [any(id(tensor) in trained for tensor in block.parameters()) for block in blocks]
    looks = []
    for index, block in enumerate(blocks):
        is_read = any(trains[index : index + 2])  # what a block that trains reads is kept, whoever made it
        looks.append((index == 0, asks, is_read, _look(block, trained)))  # the first one begins all, and is always run
        asks = asks or trains[index]
    chosen = {look: index for index, look in enumerate(looks)}  # of those alike the last one
    order = sorted(chosen.values())
    return order, [order.index(chosen[look]) for look in looks]


def _look(block: nn.Module, trained: set[int]) -> tuple[object, ...]:
    tensors = tuple((name, tuple(t.shape), t.dtype, id(t) in trained) for name, t in block.named_parameters())
    return (*tensors, *(type(module) for module in block.modules()))


@contextmanager
def _shortened(attachment: Attachment, blocks: Sequence[nn.Module]) -> Iterator[None]:
    """The network with these blocks only."""
    network = attachment.model.network
    place = attachment.model.block_names[0].rpartition(".")[0]
    whole = replace_module(network, place, nn.ModuleList(blocks))
    try:
        yield
    finally:
        replace_module(network, place, whole)


@contextmanager
def _training(attachment: Attachment) -> Iterator[None]:
    attachment.set_training(True)
    try:
        yield
    finally:
        attachment.set_training(False)


# Watching


@contextmanager
def _watched(blocks: Sequence[nn.Module], seen: Sequence[_Seen], live: LiveBytes) -> Iterator[None]:
    handles = []
    for index, (block, found) in enumerate(zip(blocks, seen, strict=True)):
        handles.append(block.register_forward_pre_hook(_begins(index, live)))
        handles.append(block.register_forward_hook(_ends(found, live)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _begins(index: int, live: LiveBytes) -> Any:
    def hook(module: nn.Module, inputs: Any) -> None:
        del module, inputs
        live.part = index
        live.restart()

    return hook


def _ends(found: _Seen, live: LiveBytes) -> Any:
    def hook(module: nn.Module, inputs: Any, output: Any) -> None:
        del module, inputs
        live.part = None
        found.forward = live.peak - live.now
        found.output = live.entry(output[0] if isinstance(output, tuple) else output)

    return hook


@contextmanager
def _gradients_dropped(tensors: Iterable[nn.Parameter]) -> Iterator[None]:
    """The gradients of what trains are counted apart: they stay, while all else of a step goes."""
    handles = [t.register_post_accumulate_grad_hook(_drop) for t in tensors if t.requires_grad and t.is_leaf]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _drop(tensor: Tensor) -> None:
    tensor.grad = None


# What compiled blocks keep


def _judge_kept(hidden: Tensor, blocks: Sequence[_Seen], live: LiveBytes) -> None:
    """Writes `kept`: of what the backward pass reads, what is dear to make again, or costs no more than that."""
    kept: list[set[Entry]] = [{block.output} if block.output and block.held else set() for block in blocks]
    waiting: list[set[Entry]] = [set() for _ in blocks]
    for tensor in _saved(hidden):
        entry = live.entry(tensor)
        if entry is not None and entry.part is not None:
            waiting[entry.part].add(entry)
    for place, block in enumerate(blocks):
        for entry in sorted(waiting[place], key=lambda entry: entry.order):
            origins = entry.origins(kept[place])
            if sum(origin.size for origin in origins) <= entry.size:
                kept[place] |= origins
            else:
                kept[place].add(entry)
        block.kept = min(block.held, sum(entry.size for entry in kept[place]))


def _saved(hidden: Tensor) -> Iterator[Tensor]:
    """The tensors that wait for the backward pass."""
    nodes = [hidden.grad_fn] if hidden.grad_fn else []
    met = set(nodes)
    while nodes:
        node = nodes.pop()
        own = getattr(node, "saved_tensors", None)  # of an operation that is written in Python
        saved: Iterable[object] = own if own is not None else _attributes(node)
        yield from (tensor for tensor in saved if isinstance(tensor, Tensor))
        for following, _ in node.next_functions:
            if following is not None and following not in met:
                met.add(following)
                nodes.append(following)


def _attributes(node: Any) -> Iterator[object]:
    for name in dir(node):
        if name.startswith("_saved_"):
            value = getattr(node, name)
            yield from value if isinstance(value, tuple | list) else (value,)


class _EfficientAttention(TorchFunctionMode):
    """Attention as it runs on a device, which never holds all weights; the meta device would."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        del types
        if func is F.scaled_dot_product_attention:
            q, k, v = (*args, *((kwargs or {})[name] for name in ("query", "key", "value")[len(args) :]))[:3]
            return _Attention.apply(q, k, v)  # type: ignore[no-untyped-call]
        return func(*args, **(kwargs or {}))


class _Attention(torch.autograd.Function):
    """Keeps what FlashAttention keeps (Dao et al. 2022, arXiv:2205.14135): its operands, its result, a number a row."""

    @staticmethod
    def forward(ctx: FunctionCtx, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        out = torch.empty_like(q) if q.shape[-1] == v.shape[-1] else q.new_empty(*q.shape[:-1], v.shape[-1])
        ctx.save_for_backward(q, k, v, out, q.new_empty(q.shape[:-1], dtype=torch.float32))
        return out

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        del gradients
        q, k, v, *_ = ctx.saved_tensors  # type: ignore[attr-defined]
        return torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)
