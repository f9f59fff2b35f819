"""Settings and data that cannot be run: refused before anything is changed, with the reason and what to do."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import torch

from lora_studio.core.adapters import adapter_files
from lora_studio.core.analysis.planning import plan
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import AdapterError, DataError, RecipeError, StudioError
from lora_studio.core.events import Started, Step
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe
from lora_studio.core.variants import Variants
from tests.core.adapter_folders import assert_refused, base_fingerprint, change, write_adapter
from tests.core.method_cases import FAMILIES, ROWS, Bare, events_of, learned, losses, recipe, said

PROMPT = PromptTuning(tokens=3, start="text")


@pytest.fixture(params=FAMILIES)
def model(request: pytest.FixtureRequest) -> LanguageModel:
    """Two blocks, 32 wide, 16 tokens of context."""
    return FAMILIES[request.param]()


def assert_no_run(model: LanguageModel, recipe: Recipe, kind: type[StudioError], reason: str) -> None:
    """The run does not begin, and what was there is as it was."""
    bare, variants = Bare(model), Variants(model)
    with pytest.raises(kind, match=reason) as caught:
        next(events_of(variants, recipe))
    assert caught.value.advice
    assert variants.all() == [variants.base]
    assert bare


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        (Lora(targets=("up", "v_proj")), "no layer named up.*Choose from .*v_proj"),
        (Dora(targets=("blocks.7.attention.v_proj",)), r"no layer named blocks\.7"),
        (Lora(targets=("embedding",)), "no layer named embedding"),
        (Lora(targets=("lm_head", "head")), "no layer named lm_head, head"),
        (Lora(rank=33), "Rank 33 is above the size of .*at most (32|16)"),
        (Qlora(rank=64, targets=("o_proj",)), "Rank 64 is above the size of .*o_proj, which is 32.*at most 32"),
        (LayerFreezing(blocks=3), "has 2 blocks; 3 of them.*at most 2"),
        (LayerFreezing(blocks=0, train_embeddings=False, train_head=False), "Nothing is left to train.*at least one"),
        (PrefixTuning(tokens=15), "15 virtual tokens leave no room .* reads 16 tokens.*at most 14"),
        (PrefixTuning(tokens=10_000, reparametrise=True, hidden=65_536), "leave no room"),
        (PromptTuning(tokens=16), "16 virtual tokens leave no room"),
        (PROMPT, "text to start the prompt with is empty.*some words"),
        (PROMPT.model_copy(update={"text": "  \n "}), "is empty"),
        (RepresentationEngineering(layer=3), "no block 3; the model has 2.*from 1 to 2"),
        (RepresentationEngineering(layer=1000, action="ablate"), "no block 1000"),
    ],
    ids=lambda value: value.name if isinstance(value, Method) else "",
)
def test_settings_that_do_not_fit_the_model(model: LanguageModel, method: Method, reason: str) -> None:
    wanted = recipe(method)
    assert_no_run(model, wanted, RecipeError, reason)
    bare = Bare(model)
    with pytest.raises(RecipeError, match=reason):
        plan(model, wanted)
    assert bare


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([("die katze",)], "Two groups of prompts are compared; the number of ticked datasets is 1.*exactly two"),
        ([("die katze",), ("der hund",), ("im garten",)], "is 3"),
        ([("die katze", "der hund"), ()], "The group of prompts G1 is empty"),
        ([("", ""), ("der hund",)], "The group of prompts G0 is empty"),
    ],
)
def test_contrast_groups_that_are_none(model: LanguageModel, groups: Sequence[tuple[str, ...]], reason: str) -> None:
    datasets = tuple(Dataset(name=f"G{number}", rows=rows) for number, rows in enumerate(groups))
    method = RepresentationEngineering()
    assert_no_run(model, Recipe(datasets=datasets, method=method, probes=(), kept=()), DataError, reason)


@pytest.mark.parametrize("method", [kind() for kind in METHODS if kind.learns_by_gradients], ids=lambda m: m.name)
@pytest.mark.parametrize(
    ("rows", "reason"),
    [((), "nothing to learn"), (("", ""), "nothing to learn"), (("die katze", "hund"), "1 of 2 rows is too short")],
)
def test_rows_that_nothing_can_be_learned_from(
    tiny_model: LanguageModel, method: Method, rows: tuple[str, ...], reason: str
) -> None:
    wanted = Recipe(datasets=(Dataset(name="mine", rows=rows),), method=method, probes=(), kept=())
    assert_no_run(tiny_model, wanted, DataError, reason)


def test_a_contrast_prompt_longer_than_the_context_is_refused(model: LanguageModel) -> None:
    """Not shown as torch's complaint about shapes."""
    long = Dataset(name="LONG", rows=("die katze " * 9, "die katze"))
    wanted = Recipe(datasets=(long, ROWS), method=RepresentationEngineering(), probes=(), kept=())
    assert_no_run(model, wanted, DataError, "has 18 tokens; .* reads 16 at once")


# 4 bits without the library


@pytest.fixture
def without_bitsandbytes(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "bitsandbytes" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)


def test_four_bits_without_the_library_name_the_command(model: LanguageModel, without_bitsandbytes: None) -> None:
    reason = "bitsandbytes, which is not installed.*“pip install bitsandbytes”"
    assert_no_run(model, recipe(Qlora()), RecipeError, reason)
    with pytest.raises(RecipeError, match=reason):
        plan(model, recipe(Qlora()))


def test_an_adapter_on_four_bits_without_the_library_says_so_too(
    model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    folder = write_adapter(model, Qlora(), tmp_path / "adapter")
    request.getfixturevalue("without_bitsandbytes")
    assert_refused(model, folder, "bitsandbytes, which is not installed")


# Starting from an adapter


def stored(model: LanguageModel, method: Method, folder: Path, *, grown: bool = False) -> tuple[Path, torch.Tensor]:
    """An adapter that has learned, in a folder, and what it says; the model is left bare."""
    known = base_fingerprint(model)
    variants = Variants(model)
    variant = learned(variants, recipe(method, grown=grown))
    logits = said(variants, variant)
    assert variant.attachment
    files = adapter_files(variant.attachment, variant.growth, name="x", base_name="tiny", base_fingerprint=known)
    write_new_folder(folder, files)
    variants.activate(variants.base)
    return folder, logits


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        (Lora(rank=3), "cannot start from .*lora_A.weight is 4 × 32 where 3 × 32 is needed"),
        (Lora(targets=("v_proj",)), "cannot start from .*no place for .*k_proj.lora_A.weight"),
        (Lora(targets=("all-linear",)), "cannot start from .*no tensor for"),
        (Dora(), "DoRA cannot start from .*is an adapter of LoRA"),
        (Qlora(), "QLoRA cannot start from .*is an adapter of LoRA"),
        (Lora(train_embeddings=False), "cannot start from .*it replaces .*which these settings do not train"),
    ],
)
def test_an_adapter_of_another_shape_is_nothing_to_start_from(
    model: LanguageModel, tmp_path: Path, method: Lora, reason: str
) -> None:
    folder, _ = stored(model, Lora(), tmp_path / "adapter")
    wanted = recipe(method.model_copy(update={"start_from": str(folder)}))
    assert_no_run(model, wanted, AdapterError, reason)
    with pytest.raises(AdapterError, match=reason):
        plan(model, wanted)


def test_plain_lora_does_not_go_on_from_a_rounded_base(model: LanguageModel, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    folder, _ = stored(model, Qlora(), tmp_path / "adapter")
    assert_no_run(model, recipe(Lora(start_from=str(folder))), AdapterError, "is an adapter of QLoRA")


def test_a_start_that_is_not_there_or_for_another_base_is_refused(model: LanguageModel, tmp_path: Path) -> None:
    missing = Lora(start_from=str(tmp_path / "nowhere"))
    assert_no_run(model, recipe(missing), AdapterError, "no adapter folder: it does not exist")
    folder, _ = stored(FAMILIES[model.family](seed=1), Lora(), tmp_path / "adapter")
    other = Lora(start_from=str(folder))
    assert_no_run(model, recipe(other), AdapterError, "does not fit .*the base's weights are others")
    prompt = write_adapter(model, PromptTuning(tokens=3), tmp_path / "prompt")
    reason = "LoRA cannot start from .*is an adapter of Prompt tuning"
    assert_no_run(model, recipe(Lora(start_from=str(prompt))), AdapterError, reason)
    change(folder / "adapter_config.json", r=5)
    assert_no_run(model, recipe(other), AdapterError, "differ in r")


def narrow(start_from: str = "") -> Lora:
    return Lora(train_embeddings=False, train_head=False, start_from=start_from)


@pytest.mark.parametrize("grown", [False, True], ids=["", "grown"])
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Lora, Lora),
        (Lora, LoraPlus),
        (Dora, Dora),
        (LoraPlus, Lora),
        (narrow, narrow),
        (Lora, partial(Lora, alpha=1.5)),
        (Dora, partial(Dora, rank_stabilised=True)),
    ],
)
def test_training_goes_on_from_a_good_adapter(
    model: LanguageModel,
    tmp_path: Path,
    first: Callable[..., Lora],
    then: Callable[..., Lora],
    grown: bool,
) -> None:
    folder, logits = stored(model, first(), tmp_path / "adapter", grown=grown)
    variants = Variants(model)
    fresh = losses(events_of(variants, recipe(then(), grown=grown, seed=5)))
    events = events_of(variants, recipe(then(start_from=str(folder)), grown=grown, seed=5))
    assert isinstance(next(events), Started)
    variant = variants.all()[-1]
    torch.testing.assert_close(said(variants, variant), logits, atol=1e-6, rtol=0)
    step = next(event for event in events if isinstance(event, Step))
    assert step.loss < fresh[0]
    assert len(losses(events)) == len(fresh) - 1


def test_words_that_are_new_since_come_behind_those_of_the_start(model: LanguageModel, tmp_path: Path) -> None:
    folder, logits = stored(model, Lora(), tmp_path / "adapter", grown=True)
    more = Dataset(name="MORE", rows=("die katze sitzt im wald", "der hund bellt im hof"))
    wanted = recipe(Lora(start_from=str(folder))).model_copy(update={"datasets": (more,)})
    variants = Variants(model)
    started = next(events_of(variants, wanted))
    assert isinstance(started, Started)
    assert started.new_words == ("sofa", "wald", "bellt", "hof")
    variants.activate(variants.base)
    planned = plan(model, wanted)
    assert (planned.new_words, planned.trainable) == (started.new_words, started.trainable)
    variants.activate(variants.all()[-1])
    now = said(variants, variants.all()[-1])
    torch.testing.assert_close(now[..., : logits.shape[-1]], logits, atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    "setting",
    [
        {"accumulation": 0}, {"arrangement": "folded"}, {"schedule": "steps"}, {"warmup": -1}, {"weight_decay": -0.1},
        {"clipping": -1.0}, {"validation": 1.0}, {"patience": -1}, {"snapshot_minutes": -1},
    ],
    ids=lambda setting: next(iter(setting)),
)  # fmt: skip
def test_training_settings_out_of_range_are_refused_by_name(setting: dict[str, object]) -> None:
    with pytest.raises(RecipeError, match=f"training.{next(iter(setting))}"):
        Recipe.from_fields({"training": setting})
