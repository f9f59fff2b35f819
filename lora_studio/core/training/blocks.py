"""How a model's blocks are called while gradients are made: compiled, and with their insides made anew afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
import torch._dynamo.config
import torch._functorch.config
from torch import Tensor, nn
from torch.utils import _pytree

from lora_studio.core.training.shelf import Shelf

Call = Callable[..., Any]

PLAIN = (Tensor, bool, int, float, str, type(None))  # what a block can be called with as often as one likes
MOST_VERSIONS = 32  # of compiled code, for different shapes and kinds of blocks; beyond, blocks run as they are

# What a compiler keeps between forward and backward pass: only what is dear to make again. Its own choice keeps every
# input of a matrix product, among them normalised and gated ones that are cheap: a quarter of the memory of a block.
_KEEP_LITTLE = {
    "ban_recompute_materialized_backward": False,
    "ban_recompute_long_fusible_chains": False,
    "ban_recompute_used_far_apart": False,
    "ban_recompute_reductions": False,
}


class Blocks:
    """Calls blocks in another way while `in_use`; the modules themselves stay what they are."""

    def __init__(
        self,
        blocks: nn.ModuleList,
        *,
        compiled: bool,
        checkpointing: bool,
        backend: str = "inductor",
        generator: torch.Generator | None = None,
    ) -> None:
        """`generator` is what blocks draw from while training; drawn again, it gives the same."""
        self._blocks = list(blocks)
        self._run: Call = torch.compile(_run, backend=backend) if compiled else _run
        self._compiled = compiled
        self._checkpointing = checkpointing
        self._generator = generator
        self._shelf = Shelf()
        self._left_out: dict[nn.Module, frozenset[str]] = {}  # what each block was called without

    @contextmanager
    def in_use(self) -> Iterator[None]:
        if not (self._compiled or self._checkpointing):
            yield
            return
        for block in self._blocks:
            block.__dict__["forward"] = partial(self._call, block)  # found before the one of its class
        try:
            with _settings():
                yield
        finally:
            self._shelf.clear()
            for block in self._blocks:
                del block.__dict__["forward"]

    def _call(self, block: nn.Module, x: Tensor, *args: Any, **kwargs: Any) -> Any:
        kwargs = self._as_unrecorded(block, x, kwargs)
        if not all(isinstance(value, PLAIN) for value in _pytree.tree_leaves((args, kwargs))):
            return _run(block, x, *args, **kwargs)  # a cache of keys and values, which a second time would change
        if not x.requires_grad and (self._compiled or self._checkpointing) and torch.is_grad_enabled():
            x = x.detach().requires_grad_()  # so that the first block is like the others
        if not self._checkpointing or not torch.is_grad_enabled() or _others_need_gradients(args, kwargs):
            return self._run(block, x, *args, **kwargs)
        run = partial(self._run, block)
        return _Recomputed.apply(x, run, args, kwargs, self._shelf, self._generator)  # type: ignore[no-untyped-call]

    def _as_unrecorded(self, block: nn.Module, x: Tensor, kwargs: dict[str, Any]) -> dict[str, Any]:
        """While a step is recorded, transformers makes masks that it leaves out otherwise; they are left out here."""
        if not x.is_cuda:
            return kwargs
        if torch.cuda.is_current_stream_capturing():
            left_out = self._left_out.get(block, frozenset())
            return {name: None if name in left_out else value for name, value in kwargs.items()}
        self._left_out[block] = frozenset(name for name, value in kwargs.items() if value is None)
        return kwargs


def _run(block: nn.Module, x: Tensor, *args: Any, **kwargs: Any) -> Any:
    return type(block).forward(block, x, *args, **kwargs)


@contextmanager
def _settings() -> Iterator[None]:
    with (
        torch._functorch.config.patch(_KEEP_LITTLE),
        torch._dynamo.config.patch(recompile_limit=MOST_VERSIONS),
    ):
        yield


def _others_need_gradients(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return any(isinstance(value, Tensor) and value.requires_grad for value in _pytree.tree_leaves((args, kwargs)))


class _Recomputed(torch.autograd.Function):
    """A block that keeps its input alone, on a shelf, and runs once more for the backward pass."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        run: Call,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        shelf: Shelf,
        generator: torch.Generator | None,
    ) -> Any:
        ctx.run, ctx.args, ctx.kwargs = run, args, kwargs
        ctx.shelf, ctx.place = shelf, shelf.put(x)
        ctx.generator, ctx.drawn = generator, generator.get_state() if generator else None
        return run(x, *args, **kwargs)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        x = ctx.shelf.take(ctx.place).detach().requires_grad_()
        now = ctx.generator.get_state() if ctx.generator else None
        if ctx.generator:
            ctx.generator.set_state(ctx.drawn)
        with torch.enable_grad(), _settings():
            found = ctx.run(x, *ctx.args, **ctx.kwargs)
        if ctx.generator:
            ctx.generator.set_state(now)
        outputs = found if isinstance(found, tuple) else (found,)
        wanted = [
            (torch.autograd.graph.get_gradient_edge(output), gradient)  # the output itself takes memory for nothing
            for output, gradient in zip(outputs, gradients, strict=True)
            if isinstance(output, Tensor) and output.requires_grad and gradient is not None
        ]
        del found, outputs
        torch.autograd.backward([edge for edge, _ in wanted], [gradient for _, gradient in wanted])
        return x.grad, None, None, None, None, None
