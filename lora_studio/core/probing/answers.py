"""The next token after a prompt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from lora_studio.core.errors import DataError
from lora_studio.core.events import Answer, Prediction
from lora_studio.core.models.language_model import Encoding, LanguageModel

AT_ONCE = 64  # prompts; each has a score for every token of the vocabulary
TOKENS_AT_ONCE = 8192  # of these prompts together, padding included


class Reader(Protocol):
    """What reads prompts: a model, an attachment, or the variants (then the active one)."""

    def hidden(self, ids: Tensor, mask: Tensor | None = None, positions: Tensor | None = None) -> Tensor:
        """What the head reads, (batch, time, width); arguments as for `LanguageModel.hidden`."""
        ...


@dataclass(frozen=True, slots=True)
class Measured:
    """Next-token distributions, (prompt, vocabulary). `encodings[i]` is how the i-th prompt was read."""

    encodings: tuple[Encoding, ...]
    probabilities: Tensor


def measure(
    model: LanguageModel, reader: Reader, prompts: Sequence[str], limit: int | None = None, temperature: float = 1.0
) -> Measured:
    """The distribution after each prompt, many in one forward pass.

    Args:
        model: whose tokenizer and head they are.
        reader: what reads the prompts; its last hidden state of each alone goes through the head.
        prompts: texts, as they are to be read.
        limit: the most tokens that `reader` reads; by default the model's context.
        temperature: the probabilities are softmax(scores / temperature); 1 are the model's own.

    Raises:
        DataError: a prompt is empty or longer than the model reads, or the temperature is not above 0.
    """
    if not 0 < temperature < math.inf:
        raise DataError("A temperature of {temperature} has no answers.", advice="Choose one above 0.",
                        temperature=temperature)  # fmt: skip
    most = model.context_length if limit is None else limit
    encodings = tuple(_encode(model, prompt, most) for prompt in prompts)
    pieces = [_distributions(model, reader, piece, temperature) for piece in _batches(encodings)]
    return Measured(encodings, torch.cat(pieces))


def _batches(encodings: Sequence[Encoding]) -> Iterator[Sequence[Encoding]]:
    """In their order, as many at once as are few enough in tokens when they are padded to one length."""
    start, longest = 0, 0
    for end, encoding in enumerate(encodings):
        longest = max(longest, len(encoding.ids))
        count = end - start + 1
        if count > 1 and (count > AT_ONCE or count * longest > TOKENS_AT_ONCE):
            yield encodings[start:end]
            start, longest = end, len(encoding.ids)
    yield encodings[start:]


def _distributions(model: LanguageModel, reader: Reader, encodings: Sequence[Encoding], temperature: float) -> Tensor:
    """The distribution after each prompt, (prompt, vocabulary), in one forward pass."""
    lengths = torch.tensor([len(encoding.ids) for encoding in encodings])
    width = int(lengths.max())
    ids = torch.full((len(encodings), width), model.padding_id, dtype=torch.long)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
    mask = torch.arange(width)[None, :] < lengths[:, None]  # (prompt, time)
    rows, last = torch.arange(len(encodings), device=model.device), (lengths - 1).to(model.device)
    with torch.inference_mode():
        hidden = reader.hidden(ids.to(model.device), mask.to(model.device))[rows, last]  # (prompt, width)
        return (model.scores(hidden).float() / temperature).softmax(dim=-1).cpu()


def answers(
    model: LanguageModel,
    reader: Reader,
    prompts: Sequence[str],
    top: int = 5,
    tracked: Sequence[Sequence[str]] | None = None,
    limit: int | None = None,
) -> tuple[Answer, ...]:
    """The `top` most probable next tokens after each prompt, and the probabilities of the `tracked` tokens."""
    return answers_of(model, measure(model, reader, prompts, limit), prompts, top, tracked) if prompts else ()


def answers_of(
    model: LanguageModel,
    measured: Measured,
    prompts: Sequence[str],
    top: int,
    tracked: Sequence[Sequence[str]] | None = None,
) -> tuple[Answer, ...]:
    """A measurement in words; `model` with the tokenizer that it was made with."""
    values, indices = measured.probabilities.topk(min(top, measured.probabilities.shape[1]), dim=-1)
    found = []
    for row, prompt in enumerate(prompts):
        best = zip(indices[row].tolist(), values[row].tolist(), strict=True)
        encoding = measured.encodings[row]
        followed = _tracked(model, measured.probabilities[row], tracked[row] if tracked else ())
        predictions = tuple(Prediction(model.token(index), value) for index, value in best)
        found.append(Answer(prompt, encoding.tokens, encoding.unknown, predictions, followed))
    return tuple(found)


def wanted_token(model: LanguageModel, prompt: str, wanted: str) -> str:
    """The token that begins with `wanted` behind the prompt, as `model.token` calls it; empty if none is wanted.

    A model that spells words in pieces reads "Paris" behind "The capital is" as " Paris", or as the first piece of it.
    """
    if not wanted.strip() or not model.spells_everything:
        return model.as_token(wanted)
    if wanted[0].isspace() and model.token_id(wanted) is not None:
        return wanted
    begun = model.encode(prompt).ids
    apart = "" if prompt[-1:].isspace() or wanted[0].isspace() or not wanted[0].isalnum() else " "
    whole = model.encode(f"{prompt}{apart}{wanted}").ids
    if whole[: len(begun)] == begun and len(whole) > len(begun):
        return model.token(whole[len(begun)])
    following = model.encode(f"{apart}{wanted}").ids[len(model.begin_ids) :]  # the prompt's last token would be another
    return model.token(following[0]) if following else model.as_token(wanted)


def _tracked(model: LanguageModel, probabilities: Tensor, tokens: Sequence[str]) -> tuple[Prediction, ...]:
    ids = ((token, model.token_id(token)) for token in tokens)
    return tuple(Prediction(token, float(probabilities[index])) for token, index in ids if index is not None)


def _encode(model: LanguageModel, prompt: str, limit: int) -> Encoding:
    encoding = model.encode(prompt.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if not encoding.ids:
        raise DataError("The prompt is empty.", advice="Type at least one word.")
    if len(encoding.ids) > limit:
        raise _too_long(model, len(encoding.ids), limit)
    return encoding


def _too_long(model: LanguageModel, count: int, limit: int) -> DataError:
    if limit < model.context_length:
        return DataError(
            "The prompt has {count} tokens; behind its virtual tokens a variant of {model} reads {limit} at once.",
            advice="Shorten it, or detach the variant with that many virtual tokens.",
            count=count, model=model.name, limit=limit,
        )  # fmt: skip
    return DataError(
        "The prompt has {count} tokens; {model} reads {limit} at once.",
        advice="Shorten it.",
        count=count, model=model.name, limit=limit,
    )  # fmt: skip
