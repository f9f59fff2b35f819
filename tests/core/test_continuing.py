"""Continuing a text: with a cache as without one, for every family and method, with draws that can be repeated."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import torch

from lora_studio.core.engine import Engine
from lora_studio.core.errors import DataError, StudioError
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.choosing import Chooser
from lora_studio.core.probing.continuation import ContinueSettings, Ending, Piece, Told
from lora_studio.core.probing.continuing import continuations
from lora_studio.core.probing.feeding import Cached, Rereading
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.variants import Variant, Variants
from tests.core.real_models import FAMILIES, open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

GREEDY = ContinueSettings(temperature=0, tokens=8)
PROMPT = "die katze sitzt"
METHODS: tuple[Method, ...] = (Lora(targets=("q_proj", "v_proj")), PromptTuning(tokens=3), PrefixTuning(tokens=3))


@pytest.fixture(params=["minigpt", *FAMILIES])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return make_mini_gpt() if request.param == "minigpt" else open_tiny(request.param)


def adapted(model: LanguageModel, method: Method, words: tuple[str, ...] = ()) -> Variants:
    """The base, and a variant of it that says something else."""
    variants = Variants(model)
    growth = Growth(model, words, 0) if words else None
    attachment = method.attach(model, 0)
    with torch.no_grad():
        generator = torch.Generator().manual_seed(1)
        for tensor in attachment.tensors().values():
            tensor.add_(0.3 * torch.randn(tensor.shape, generator=generator))
    variants.adopt(Variant(VariantSummary("Other", is_base=False), growth, attachment))
    return variants


def said(told: Iterable[list[Told]], variant: str = "Base") -> tuple[str, list[str], str]:
    """A variant's text, its tokens, and why it ended."""
    events = [event for events in told for event in events if event.variant == variant]
    pieces = [event for event in events if isinstance(event, Piece)]
    (ending,) = (event for event in events if isinstance(event, Ending))
    return "".join(piece.text for piece in pieces), [piece.token for piece in pieces], ending.reason


def greedy_both_ways(variants: Variants, name: str, tokens: int) -> tuple[list[int], list[int]]:
    """Token for token, read once and read anew each time."""
    variant = variants.named(name)
    variants.activate(variant)
    model, found = variants.model, []
    for feed in (Cached(model, variant.attachment), Rereading(model, variant.attachment)):
        following, made = list(model.encode(PROMPT).ids), []
        with torch.inference_mode():
            for _ in range(tokens):
                following = [int(feed.scores(following).argmax())]
                made += following
        found.append(made)
    return found[0], found[1]


def test_a_cache_says_what_reading_everything_again_says(model: LanguageModel) -> None:
    with_cache, without = greedy_both_ways(Variants(model), "Base", 12)
    assert with_cache == without


@pytest.mark.parametrize("family", ["minigpt", "qwen3", "llama", "opt"])
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_virtual_tokens_and_adapters_stand_before_the_cache_too(family: str, method: Method) -> None:
    variants = adapted(make_mini_gpt() if family == "minigpt" else open_tiny(family), method)
    with_cache, without = greedy_both_ways(variants, "Other", 9)
    assert with_cache == without
    assert with_cache != greedy_both_ways(variants, "Base", 9)[0]


def test_a_grown_vocabulary_can_be_said() -> None:
    variants = adapted(make_mini_gpt(), Lora(targets=("v_proj",)), words=("sofa",))
    new = variants.model.token_id("sofa")
    assert new is not None
    with torch.no_grad():
        bias = variants.model.head.bias
        assert isinstance(bias, torch.Tensor)
        bias[new] = 100.0
    told = list(continuations(variants, ["Base", "Other"], PROMPT, GREEDY))
    assert said(told, "Other")[1] == ["sofa"] * 8
    assert "sofa" not in said(told, "Base")[1]


def test_variants_speak_in_turn_and_each_as_if_alone() -> None:
    variants = adapted(make_mini_gpt(), METHODS[0])
    together = list(continuations(variants, ["Base", "Other"], PROMPT, GREEDY))
    assert [event.variant for events in together for event in events][:4] == ["Base", "Other", "Base", "Other"]
    for name in ("Base", "Other"):
        assert said(continuations(variants, [name], PROMPT, GREEDY), name) == said(together, name)


def test_the_text_goes_on_from_the_prompt() -> None:
    told = list(continuations(Variants(make_mini_gpt()), ["Base"], PROMPT, GREEDY))
    text, tokens, reason = said(told)
    assert text == "".join(f" {token}" for token in tokens)
    assert (len(tokens), reason) == (8, "length")
    piece = told[0][0]
    assert isinstance(piece, Piece)
    assert piece.others[0] == (piece.token, piece.probability)


def test_pieces_of_letters_are_told_when_the_letter_is_complete() -> None:
    model = open_tiny("qwen3")
    ids = model.tokenizer.encode("größe 猫", add_special_tokens=False).ids
    variants = Variants(model)
    told = spoken(variants, [*ids, model.end_id or 0])
    text, _, reason = said(told)
    assert (text, reason) == ("größe 猫", "end")


def spoken(variants: Variants, ids: list[int]) -> list[list[Told]]:
    """What is told when the model says these tokens, whatever it thinks."""
    coming = iter(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chooser, "choose", lambda *_: next(coming))
        return list(continuations(variants, ["Base"], PROMPT, ContinueSettings(tokens=len(ids) + 1, stop="b c\nxyz")))


def test_a_text_to_stop_at_is_not_shown_even_where_tokens_cut_through_it() -> None:
    model = open_tiny("qwen3")
    ids = model.tokenizer.encode("haus ab cd", add_special_tokens=False).ids
    text, _, reason = said(spoken(Variants(model), ids))
    assert (text, reason) == ("haus a", "stop")


def test_what_only_begins_like_a_text_to_stop_at_is_shown() -> None:
    model = open_tiny("qwen3")
    ids = model.tokenizer.encode("b b xy", add_special_tokens=False).ids
    text, _, reason = said(spoken(Variants(model), [*ids, model.end_id or 0]))
    assert (text, reason) == ("b b xy", "end")


def test_it_ends_where_the_context_ends() -> None:
    told = continuations(Variants(make_mini_gpt()), ["Base"], PROMPT, ContinueSettings(temperature=0, tokens=100))
    _, tokens, reason = said(told)
    assert (len(tokens), reason) == (16 - 3, "context")


def test_a_prompt_that_no_variant_can_read_is_refused_and_one_that_some_can_is_continued_by_those() -> None:
    long = " ".join(["katze"] * 14)
    variants = adapted(make_mini_gpt(), PromptTuning(tokens=3))
    told = list(continuations(variants, ["Base", "Other"], long, GREEDY))
    assert said(told, "Other") == ("", [], "context")
    assert len(said(told, "Base")[1]) == 2
    with pytest.raises(DataError, match=r"nothing can follow|reads \{limit\}"):
        list(continuations(variants, ["Base"], " ".join(["katze"] * 16), GREEDY))
    with pytest.raises(DataError, match="empty"):
        list(continuations(variants, ["Base"], " ", GREEDY))


def test_a_variant_that_is_taken_away_falls_silent() -> None:
    variants = adapted(make_mini_gpt(), METHODS[0])
    going = continuations(variants, ["Base", "Other"], PROMPT, GREEDY)
    told = [next(going), next(going)]
    variants.remove("Other")
    told += going
    assert said(told, "Other")[2] == "gone"
    assert said(told, "Base")[2] == "length"


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    variants = Variants(make_mini_gpt())

    def drawn(seed: int) -> str:
        settings = ContinueSettings(temperature=2, top_p=1, tokens=12, seed=seed)
        return said(continuations(variants, ["Base"], PROMPT, settings))[0]

    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(5)}) > 1


def test_tokens_are_drawn_as_often_as_they_are_probable() -> None:
    scores = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    chooser = Chooser(ContinueSettings(temperature=1, top_p=1, seed=3))
    counts = torch.bincount(torch.tensor([chooser.choose(scores) for _ in range(4000)]), minlength=4) / 4000
    assert counts.tolist() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)


@pytest.mark.parametrize(
    ("settings", "possible"),
    [
        (ContinueSettings(temperature=0), {0}),
        (ContinueSettings(temperature=1, top_p=0.4), {0}),
        (ContinueSettings(temperature=1, top_p=0.6), {0, 1}),
        (ContinueSettings(temperature=1, top_p=1, top_k=3), {0, 1, 2}),
        (ContinueSettings(temperature=5, top_p=1), {0, 1, 2, 3}),
    ],
)
def test_only_so_many_tokens_are_drawn_among(settings: ContinueSettings, possible: set[int]) -> None:
    chooser = Chooser(settings)
    scores = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    assert {chooser.choose(scores) for _ in range(400)} == possible


def test_scores_that_are_no_numbers_are_said() -> None:
    with pytest.raises(StudioError, match="no numbers"):
        Chooser(ContinueSettings()).choose(torch.tensor([1.0, float("nan")]))


def test_another_base_ends_the_text() -> None:
    engine = Engine()
    engine.take(make_mini_gpt(), "one")
    going = engine.continuations(["Base"], PROMPT, GREEDY)
    next(going)
    engine.take(make_mini_gpt(seed=1), "two")
    assert list(going) == []
