"""Continuing a text, token by token, with several variants side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from lora_studio.core.data.encoding import prompt_text
from lora_studio.core.data.examples import Turn
from lora_studio.core.errors import DataError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.choosing import Chooser
from lora_studio.core.probing.continuation import ContinueSettings, Ending, Piece, Told
from lora_studio.core.probing.feeding import Feed, start_feed

OTHERS = 4  # likeliest tokens that are told beside the chosen one
BEFORE = 6  # tokens of the prompt that are read with the first new ones: a space may belong to either
BROKEN = "\ufffd"  # what a tokenizer writes for a letter that is not complete
CHAT_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>", "</s>")  # where they exist


class Speaker(Protocol):
    """A variant, as far as it speaks."""

    @property
    def name(self) -> str: ...

    @property
    def attachment(self) -> Attachment | None: ...


S = TypeVar("S", bound=Speaker)


class Speakers(Protocol[S]):
    """The variants of one base, one of which is active at a time."""

    model: LanguageModel

    def all(self) -> list[S]: ...
    def named(self, name: str) -> S: ...
    def activate(self, variant: S) -> None: ...

    @property
    def context_length(self) -> int: ...


@dataclass
class _Text:
    """What has been made so far, as text. Pieces wait while they may be the beginning of a text to stop at."""

    model: LanguageModel
    ids: list[int]
    stops: Sequence[str]
    held: list[Piece] = field(default_factory=list)
    _read_from: int = 0
    _read_to: int = 0

    def __post_init__(self) -> None:
        self._read_to = len(self.ids)
        self._read_from = max(0, self._read_to - BEFORE)

    def add(self, token_id: int) -> str:
        """The letters that have become complete with this token; empty if none has."""
        self.ids.append(token_id)
        tokenizer = self.model.tokenizer
        before = tokenizer.decode(self.ids[self._read_from : self._read_to])
        now = tokenizer.decode(self.ids[self._read_from :])
        if now.endswith(BROKEN) or len(now) <= len(before):
            return ""
        self._read_from, self._read_to = self._read_to, len(self.ids)
        return str(now[len(before) :])

    def hold(self, piece: Piece) -> bool:
        """Whether a text to stop at has come; what stands before it is what is held then."""
        self.held.append(piece)
        text = "".join(each.text for each in self.held)
        found = [place for stop in self.stops if (place := text.find(stop)) >= 0]
        if found:
            self._cut(min(found))
        return bool(found)

    def release(self, *, everything: bool = False) -> list[Piece]:
        """Those that can be told: no text to stop at can begin in them any more."""
        free = len(self.held)
        while free and not everything and self._may_stop("".join(each.text for each in self.held[:free])):
            free -= 1
        told, self.held = self.held[:free], self.held[free:]
        return told

    def _may_stop(self, text: str) -> bool:
        return any(text.endswith(stop[:length]) for stop in self.stops for length in range(1, len(stop)))

    def _cut(self, length: int) -> None:
        kept: list[Piece] = []
        for piece in self.held:
            text = piece.text[:length]
            length -= len(text)
            if text:
                kept.append(Piece(piece.variant, text, piece.token, piece.probability, piece.others))
        self.held = kept


class Continuation(Generic[S]):
    """One variant's text. It is active whenever a token is made; what else happens to the model in between is its own.

    A variant that is being trained changes while it speaks: each token is what it says then, of what it read before.
    """

    def __init__(self, variants: Speakers[S], variant: S, prompt: str, settings: ContinueSettings) -> None:
        """Raises DataError: the prompt is empty, or fills what the variant reads at once."""
        self._variants, self._variant = variants, variant
        self._settings = settings
        self._chooser = Chooser(settings)
        variants.activate(variant)
        model = self._model = variants.model
        ids = list(model.encode(prompt).ids)
        self._limit = variants.context_length
        if not ids:
            raise DataError("The prompt is empty.", advice="Type at least one word.")
        if len(ids) >= self._limit:
            raise DataError(
                "The prompt has {count} tokens; {name} reads {limit} at once, so nothing can follow.",
                advice="Shorten it.", count=len(ids), name=variant.name, limit=self._limit,
            )  # fmt: skip
        self._text = _Text(model, ids, settings.stops)
        self._prompt_length = len(ids)
        self._feed: Feed | None = None
        self._next = list(ids)  # what has not been read yet
        self._ends = end_ids(model)
        self.done = False

    @property
    def made(self) -> int:
        return len(self._text.ids) - self._prompt_length

    def step(self) -> list[Told]:
        """One more token, and what can be told now."""
        if not self._is_there():
            return self._end("gone")
        with torch.inference_mode():
            self._variants.activate(self._variant)
            if self._feed is None:
                self._feed = start_feed(self._model, self._variant.attachment)
            scores = self._feed.scores(self._next)
            chosen = self._chooser.choose(scores)
            if chosen in self._ends:
                return self._end("end")
            self._next = [chosen]
            return self._say(chosen, scores)

    def _say(self, chosen: int, scores: Tensor) -> list[Told]:
        probabilities = scores.float().softmax(dim=-1)
        values, ids = probabilities.topk(min(OTHERS, len(probabilities)))
        token = self._model.token
        others = tuple((token(index), value) for index, value in zip(ids.tolist(), values.tolist(), strict=True))
        text = self._text.add(chosen)
        piece = Piece(self._variant.name, text, token(chosen), float(probabilities[chosen]), others)
        if self._text.hold(piece):
            return self._end("stop")
        if self.made >= self._settings.tokens:
            return self._end("length")
        if len(self._text.ids) >= self._limit:
            return self._end("context")
        return list(self._text.release())

    def _end(self, reason: str) -> list[Told]:
        self.done, self._feed = True, None
        return [*self._text.release(everything=True), Ending(self._variant.name, reason, self.made)]

    def _is_there(self) -> bool:
        return any(variant is self._variant for variant in self._variants.all())


def continuations(
    variants: Speakers[S], names: Sequence[str], prompt: str, settings: ContinueSettings, *, as_chat: bool = False
) -> Iterator[list[Told]]:
    """What the variants say, a token of each in turn.

    A variant that cannot read the prompt ends with "context".

    Raises:
        DataError: none of them can read the prompt.
        RecipeError: there is no variant of that name.
    """
    prompt = chat_prompt(variants.model, prompt) if as_chat else prompt
    speaking: list[Continuation[S]] = []
    problem: DataError | None = None
    for name in names:
        try:
            speaking.append(Continuation(variants, variants.named(name), prompt, settings))
        except DataError as error:
            problem = error
            yield [Ending(name, "context", 0)]
    if problem and not speaking:
        raise problem
    while speaking:
        for one in speaking:
            yield one.step()
        speaking = [one for one in speaking if not one.done]


def end_ids(model: LanguageModel) -> frozenset[int]:
    """The tokens that end a text: the model's own, and those that end a turn where it knows chats."""
    found = set(model.stop_ids) | ({model.end_id} if model.end_id is not None else set())
    if model.chat_template:
        found |= {number for token in CHAT_ENDS if (number := model.token_id(token)) is not None}
    return frozenset(found)


def chat_prompt(model: LanguageModel, text: str) -> str:
    """`text` as a person's turn in a chat, up to where the model answers. Raises DataError."""
    return prompt_text(model, (Turn("user", text, learned=False),))
