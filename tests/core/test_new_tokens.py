"""Tokens that a recipe names for a real model: learned, saved, opened again, merged, and read by transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from lora_studio.core.adapters.starting import added_words
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.engine import Engine
from lora_studio.core.errors import RecipeError
from lora_studio.core.events import Failed
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import Recipe, TrainingSettings
from tests.core.real_models import open_tiny, tiny_folder
from tests.core.tiny_mini_gpt import make_mini_gpt

TOKENS = ("<tool>", "</tool>", "Kranichfeld")
TEXT = "The <tool>cat</tool> sat in Kranichfeld"


def recipe(source: str, **method: Any) -> Recipe:
    return Recipe(
        name="Grown",
        base=source,
        datasets=(Dataset(name="tools", rows=(TEXT, "A dog in Kranichfeld <tool>sat</tool>")),),
        method=Lora(targets=("q_proj", "v_proj"), **method),
        training=TrainingSettings(
            new_tokens=", ".join(TOKENS), epochs=2, sequence_length=16, snapshots=0, arrangement="whole"
        ),
        kept=(),
        probes=(),
    )


def grown(engine: Engine, source: Path, **method: Any) -> None:
    engine.open(str(source))
    events = list(engine.run(recipe(str(source), **method)).events())
    assert not [event for event in events if isinstance(event, Failed)]


def scores(engine: Engine, name: str) -> tuple[torch.Tensor, tuple[int, ...]]:
    variants = engine.variants
    variant = variants.named(name)
    variants.activate(variant)
    ids = variants.model.encode(TEXT).ids
    assert variant.attachment is not None
    with torch.inference_mode():
        return variant.attachment.logits(torch.tensor([ids])), ids


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("ends", [True, False], ids=["trained", "only grown"])
def test_named_tokens_are_learned_saved_and_merged(tied: bool, ends: bool, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source, engine = tiny_folder("qwen3", tied=tied), Engine()
    grown(engine, source, train_embeddings=ends, train_head=ends)
    learned, ids = scores(engine, "Grown")
    assert all(engine.variants.model.tokenizer.token_to_id(token) in ids for token in TOKENS)

    engine.save_adapter("Grown", tmp_path / "adapter")
    other = Engine()
    other.open(str(source))
    loaded = other.load_adapter(tmp_path / "adapter")
    assert torch.equal(scores(other, loaded.name)[0], learned)

    engine.export_merged("Grown", tmp_path / "merged")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "merged")
    network = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()
    assert tuple(tokenizer(TEXT).input_ids) == ids
    assert [tokenizer.convert_ids_to_tokens(tokenizer.convert_tokens_to_ids(token)) for token in TOKENS] == [*TOKENS]
    with torch.inference_mode():
        theirs = network(torch.tensor([ids])).logits
    assert torch.allclose(theirs, learned, atol=1e-5)


def test_what_the_vocabulary_has_is_not_added_again() -> None:
    model = open_tiny("qwen3")
    known = "<|im_start|>"
    wanted = recipe("x").model_copy(update={"training": TrainingSettings(new_tokens=f"{known}, <new>, <new>")})
    assert added_words(model, wanted, None) == ("<new>",)


def test_a_mini_gpt_takes_whole_words_in_lower_case() -> None:
    model = make_mini_gpt()
    wanted = recipe("x").model_copy(update={"training": TrainingSettings(new_tokens="Big Tool")})
    assert set(added_words(model, wanted, None)) >= {"big", "tool"}


@pytest.mark.parametrize("token", ["a\u200bb", "x" * 201])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(RecipeError, match="a token has at most 200 letters, all of which can be printed"):
        Recipe.from_fields({"training": {"new_tokens": token}})
