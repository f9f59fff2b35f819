"""Attachments that stand before the input: prompt tuning and prefix tuning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NoReturn

import torch
from torch import Tensor, nn

from lora_studio.core.errors import RecipeError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.models.language_model import KeysValues, LanguageModel
from lora_studio.core.models.shapes import drawn

KEPT = "prompt_embeddings"  # what PEFT calls the tensor in its file
PREFIX_DEVIATION = 0.02  # of a fresh prefix: as small as a language model's weights usually start


class VirtualTokens(Attachment):
    """Changes nothing in the network. `rows` is what trains, or makes what trains; one row a virtual token."""

    def __init__(self, model: LanguageModel, method: PromptTuning | PrefixTuning, rows: nn.Parameter) -> None:
        super().__init__(model, method)
        self.rows = rows
        self.count = method.tokens
        self.attached = True

    @property
    def context_length(self) -> int:
        return self.model.context_length - self.count

    @property
    def can_pack(self) -> bool:
        return False

    def tensors(self) -> dict[str, nn.Parameter]:
        return {KEPT: self.rows}

    def merged_modules(self) -> NoReturn:
        raise RecipeError(self.method.no_merge)

    def reattach(self) -> None:
        self.attached = True

    def detach(self) -> None:
        self.attached = False

    def _longer(self, mask: Tensor | None) -> Tensor | None:
        """A mask that the virtual tokens are part of, (batch, virtual + time)."""
        return None if mask is None else torch.cat([mask.new_ones(mask.shape[0], self.count), mask], dim=1)


class PromptAttachment(VirtualTokens):
    """`rows` are vectors beside the embedded tokens, (virtual, width)."""

    def embedded_before(self) -> Tensor:
        return self.rows

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        assert positions is None  # `can_pack` says that rows are not packed
        embedded = self.model.embedding(ids)  # (batch, time, width)
        before = self.rows.to(embedded.dtype).expand(ids.shape[0], -1, -1)
        return self.model.hidden_of(torch.cat([before, embedded], dim=1), self._longer(mask))[:, self.count :]


class PrefixAttachment(VirtualTokens):
    """`rows` are keys and values of all blocks, (virtual, block · 2 · head · d_head), in PEFT's order."""

    def __init__(
        self,
        model: LanguageModel,
        method: PrefixTuning,
        rows: nn.Parameter,
        outline: nn.Sequential | None,
        generator: torch.Generator,
    ) -> None:
        """`outline`, if there is one: what makes keys and values out of `rows`, (virtual, width); without numbers."""
        super().__init__(model, method, rows)
        self._outline = outline
        self._generator = generator
        self._trained_count = rows.numel() + sum(tensor.numel() for tensor in outline.parameters()) if outline else 0

    @cached_property
    def network(self) -> nn.Sequential | None:
        """Made when it is asked for: it may be larger than the model, and a finished prefix never needs it."""
        with torch.inference_mode(False):  # a probe may be the first to ask, and what it leaves must be able to train
            return _filled(self.model, self._outline, self._generator) if self._outline else None

    def tensors(self) -> dict[str, nn.Parameter]:
        if self.network is None:
            return super().tensors()
        own = {f"prompt_encoder.transform.{name}": tensor for name, tensor in self.network.named_parameters()}
        return {"prompt_encoder.embedding.weight": self.rows, **own}

    @property
    def trained_count(self) -> int:
        return self._trained_count or super().trained_count

    def state(self) -> dict[str, Tensor]:
        return {KEPT: self._prefix().detach()}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """The network that made the prefix is not kept, so from here on the prefix itself would train."""
        like = self.rows
        self.network = self._outline = None
        self.rows = nn.Parameter(state[KEPT].to(like).clone())

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        assert positions is None  # as above
        embedded = self.model.embedding(ids)
        return self.model.hidden_of(embedded, self._longer(mask), self._past(ids.shape[0], embedded.dtype))

    def past_before(self) -> Sequence[KeysValues]:
        return self._past(1, self.model.dtype)

    def _prefix(self) -> Tensor:
        if self.network is None:
            return self.rows
        made: Tensor = self.network(self.rows)
        return made

    def _past(self, batch: int, dtype: torch.dtype) -> list[KeysValues]:
        heads, d_head = self.model.key_value_shape
        parts = self._prefix().to(dtype).view(self.count, -1, heads, d_head).permute(1, 2, 0, 3)  # (block · 2, head, …)
        all_parts = parts[:, None].expand(-1, batch, -1, -1, -1)  # (block · 2, batch, head, virtual, d_head)
        return [(all_parts[index], all_parts[index + 1]) for index in range(0, len(all_parts), 2)]


def attach_prompt(model: LanguageModel, method: PromptTuning, seed: int) -> PromptAttachment:
    """Raises RecipeError: no room is left in the context, or the text to start from has no words."""
    check_room(model, method.tokens)
    table = model.embedding.weight
    assert isinstance(table, Tensor)
    if method.start == "text":
        ids = model.encode(method.text).ids
        if not ids:
            raise RecipeError(
                "The text to start the prompt with is empty.", advice="Type some words, or start at random."
            )
        chosen = (ids * method.tokens)[: method.tokens]
        with torch.no_grad():  # by the module: some families scale what their table holds
            rows = model.embedding(torch.tensor(chosen, device=table.device)).clone()
    else:
        generator = torch.Generator().manual_seed(seed)
        noise = drawn(table.new_empty(method.tokens, model.width), 1.0, generator)
        rows = noise * table.detach().std() + table.detach().mean()
    return PromptAttachment(model, method, nn.Parameter(rows.float()))


def attach_prefix(model: LanguageModel, method: PrefixTuning, seed: int) -> PrefixAttachment:
    """Raises RecipeError: no room is left in the context."""
    check_room(model, method.tokens)
    heads, d_head = model.key_value_shape
    size = len(model.blocks) * 2 * heads * d_head
    generator = torch.Generator().manual_seed(seed)
    width, deviation = (model.width, 1.0) if method.reparametrise else (size, PREFIX_DEVIATION)
    rows = drawn(torch.empty(method.tokens, width, device=model.device), deviation, generator)
    outline = _outline(width, method.hidden, size) if method.reparametrise else None
    return PrefixAttachment(model, method, nn.Parameter(rows), outline, generator)


def _outline(width: int, hidden: int, size: int) -> nn.Sequential:
    """The reparametrisation of §4.3: a feed-forward network with tanh, shared by all virtual tokens."""
    with torch.device("meta"):
        return nn.Sequential(nn.Linear(width, hidden), nn.Tanh(), nn.Linear(hidden, size))


def _filled(model: LanguageModel, outline: nn.Sequential, generator: torch.Generator) -> nn.Sequential:
    network = outline.to_empty(device=model.device)
    with torch.no_grad():
        for tensor in network.parameters():
            drawn(tensor, PREFIX_DEVIATION, generator)
    return network


def check_room(model: LanguageModel, tokens: int) -> None:
    """Raises RecipeError: behind so many virtual tokens not even two real ones fit."""
    most = model.context_length - 2
    if tokens > most:
        raise RecipeError(
            "{tokens} virtual tokens leave no room in {model}, which reads {limit} tokens at once.",
            advice="Choose at most {most}.",
            tokens=tokens, model=model.name, limit=model.context_length, most=most,
        )  # fmt: skip
