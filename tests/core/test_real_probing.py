"""Probing models that spell words in pieces: what is asked, what is wanted, and how little is computed for it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lora_studio.core.data.examples import completion_row
from lora_studio.core.engine import Engine
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.probing.answers import answers, measure, wanted_token
from lora_studio.core.probing.forgetting import known_prompts
from lora_studio.core.probing.sampling import sampled_rows
from lora_studio.core.probing.spelling import means, readable
from tests.core.real_models import FAMILIES, open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

PROMPT = "The capital of France is"


@pytest.fixture(scope="module")
def qwen() -> HuggingFaceModel:
    return open_tiny("qwen3", chat=True)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prompt_is_answered_alike_alone_and_among_others(family: str) -> None:
    model = open_tiny(family)
    prompts = [PROMPT, "die katze", "The cat sat on the mat. The dog", "a"]
    together = measure(model, model, prompts).probabilities
    for place, prompt in enumerate(prompts):
        ids = torch.tensor([model.encode(prompt).ids])
        with torch.inference_mode():
            alone = model.logits(ids)[0, -1].float().softmax(dim=-1)
        assert together[place].tolist() == pytest.approx(alone.tolist(), abs=1e-5)


def test_only_the_last_position_of_each_prompt_goes_through_the_head(qwen: HuggingFaceModel) -> None:
    seen: list[int] = []

    def count(_: object, inputs: tuple[Tensor, ...]) -> None:
        seen.append(inputs[0].shape[:-1].numel())

    handle = qwen.head.register_forward_pre_hook(count)
    try:
        answers(qwen, qwen, [PROMPT, "die katze", "der hund läuft"])
        sampled_rows(qwen, qwen, [5, 6], 4, 2, seed=0)
    finally:
        handle.remove()
    assert seen == [3, 2, 2, 2]


def test_many_long_prompts_are_read_a_few_at_a_time(qwen: HuggingFaceModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_studio.core.probing.answers.TOKENS_AT_ONCE", 20)
    sizes: list[int] = []
    hidden = qwen.hidden

    def counted(ids: Tensor, *others: Tensor) -> Tensor:
        sizes.append(ids.numel())
        return hidden(ids, *others)

    monkeypatch.setattr(qwen, "hidden", counted)
    prompts = ["die katze"] * 6 + [PROMPT] * 6
    few = measure(qwen, qwen, prompts).probabilities
    assert len(sizes) > 2
    assert max(sizes) <= 20
    assert few.shape == (12, qwen.vocabulary_size)


@pytest.mark.parametrize(
    ("prompt", "wanted", "token"),
    [
        (PROMPT, "Paris", " Paris"),
        (PROMPT, " Paris", " Paris"),
        (f"{PROMPT} ", "Paris", "Paris"),
        (PROMPT, "", ""),
        ("The cat sat", ".", "."),
    ],
)
def test_the_wanted_token_is_the_first_one_behind_the_prompt(
    qwen: HuggingFaceModel, prompt: str, wanted: str, token: str
) -> None:
    found = wanted_token(qwen, prompt, wanted)
    assert token.startswith(found)
    assert bool(found) is bool(wanted)


def test_words_are_wanted_as_they_are_where_tokens_are_words() -> None:
    assert wanted_token(make_mini_gpt(), "die katze", "Tisch ") == "tisch"


def test_the_wanted_token_stands_in_the_comparison_with_its_probability(qwen: HuggingFaceModel) -> None:
    engine = Engine()
    engine.take(qwen, "qwen")
    found = engine.compare(PROMPT, "Paris")
    assert found.wanted in found.tokens
    assert found.wanted.startswith(" ")
    assert all(share is not None for share in found.probabilities[0])


def test_as_a_chat_the_model_answers_a_person(qwen: HuggingFaceModel) -> None:
    engine = Engine()
    engine.take(qwen, "qwen")
    plain, chat = engine.compare("Hello"), engine.compare("Hello", as_chat=True)
    assert chat.prompt == plain.prompt == "Hello"
    assert "<|im_start|>" in chat.answers[0].tokens
    assert chat.answers[0].predictions != plain.answers[0].predictions


def test_what_the_base_knows_is_asked_as_it_is_trained(qwen: HuggingFaceModel) -> None:
    rows = [completion_row("Capital of France?", "Paris"), "the cat sat on"]
    chat, text = known_prompts(qwen, rows, [], limit=60, most=100)
    assert chat.endswith("<|im_start|>assistant\n")
    assert text == "the cat sat"


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("garten", "garten"),
        (" Paris", "␣Paris"),
        ("\n", "⏎"),
        ("  ", "␣␣"),
        ("", ""),
        ("größe", "größe"),
        ("a b", "a b"),
    ],
)
def test_spaces_around_a_token_can_be_seen(token: str, shown: str) -> None:
    assert readable(token) == shown


def test_a_person_means_the_token_that_begins_the_word() -> None:
    assert means(" Par", "Paris")
    assert not means(" Rome", "Paris")
    assert not means(" ", "Paris")
