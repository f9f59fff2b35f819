"""The memory plan: counted from shapes, compared with what autograd keeps and with what changed settings take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lora_studio.core.analysis import calibration
from lora_studio.core.analysis.memory import footprint
from lora_studio.core.analysis.planning import plan, plan_of_shape
from lora_studio.core.analysis.savings import largest_saving, savings
from lora_studio.core.analysis.structure import structure_of
from lora_studio.core.analysis.tracing import trace
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import ModelError
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.steering import RepresentationEngineering
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.opening import open_model
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.summaries import MemoryPlan, ModelSummary, Plan
from lora_studio.core.usual import usual_method
from tests.core.real_models import FAMILIES, open_tiny, tiny_folder
from tests.core.tiny_llama import make_llama
from tests.core.tiny_mini_gpt import make_mini_gpt

GPU = torch.device("cuda")
QWEN3_8B = {
    "model_type": "qwen3", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 32,
    "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 12288, "vocab_size": 151936,
    "max_position_embeddings": 40960, "tie_word_embeddings": False, "dtype": "bfloat16",
}  # fmt: skip
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
LORA = Lora(rank=8, targets=ATTENTION, train_embeddings=False, train_head=False)
TRAINING = TrainingSettings(batch_size=4, sequence_length=1024)


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("qwen") / "config.json"
    file.write_text(json.dumps(QWEN3_8B), "utf-8")
    return file


def planned(file: Path, method: Method = LORA, training: TrainingSettings = TRAINING, gigabytes: int = 80) -> Plan:
    found = structure_of(str(file), gpu_bytes=gigabytes * 10**9)
    recipe = Recipe(method=method, training=training)
    return plan_of_shape(found.model, recipe, training.sequence_length, found.device, found.available)


def memory(file: Path, method: Method = LORA, training: TrainingSettings = TRAINING, gigabytes: int = 80) -> MemoryPlan:
    found = planned(file, method, training, gigabytes).memory
    assert found is not None
    return found


# What is counted


def test_the_parameters_of_an_8b_shape(qwen: Path) -> None:
    found = planned(qwen)
    assert (found.trainable, found.total) == (7_667_712, 8_190_735_360)
    assert found.adapter_bytes == 4 * 7_667_712  # A and B are in 32 bit beside weights in 16
    assert found.memory is not None
    assert found.memory.weights == pytest.approx(2 * 8_190_735_360 + 4 * 7_667_712, rel=1e-3)
    assert found.memory.optimizer == 2 * found.adapter_bytes
    assert found.memory.all_gradients == found.adapter_bytes


def test_the_peak_is_near_the_best_that_was_measured(qwen: Path) -> None:
    gib = (
        1 << 30
    )  # ../shared/PERFORMANCE.md: 31.7 GiB for LoRA, 22.1 for QLoRA, on an H200; the plain compiler keeps more
    assert 25 < memory(qwen).peak / gib < 33
    assert 15 < memory(qwen, qlora()).peak / gib < 23


def qlora() -> Qlora:
    pytest.importorskip("bitsandbytes")
    return Qlora(rank=8, targets=ATTENTION, train_embeddings=False, train_head=False)


def test_four_bits_take_about_half_a_byte_a_weight(qwen: Path) -> None:
    whole, rounded = memory(qwen).weights, memory(qwen, qlora()).weights
    linears = 36 * 4096 * (4096 * 2 + 1024 * 2 + 3 * 12288)
    assert whole - rounded == pytest.approx(linears * (16 - 4.127) / 8, rel=1e-3)


def test_full_fine_tuning_keeps_the_original_a_copy_gradients_and_two_averages(qwen: Path) -> None:
    found = memory(qwen, FullFineTuning())
    model = 2 * 8_190_735_360
    assert found.weights == pytest.approx(2 * model, rel=1e-3)
    assert found.optimizer == found.all_gradients * 2 == 2 * model
    assert found.peak > 5 * model
    assert found.fits is False


def test_the_parts_add_up_to_the_peak(qwen: Path) -> None:
    for method in (LORA, FullFineTuning(), LayerFreezing(blocks=4), RepresentationEngineering()):
        found = memory(qwen, method)
        assert found.peak == (found.weights + found.gradients + found.optimizer + found.activations + found.logits)


def test_frozen_blocks_keep_nothing_for_a_way_back_that_ends_before_them() -> None:
    model = without_numbers(make_mini_gpt(n_layers=5))
    method = LayerFreezing(blocks=2, train_embeddings=False, train_head=False)
    held = trace(method.attach(model, 0), 2, 8, all_scores=False).held
    output = 2 * 8 * 32 * 4  # of a block; the first one that trains reads it
    assert held[:3] == (0, 0, output)
    assert min(held[3:]) > output


def test_learning_without_gradients_takes_little_beside_the_weights(qwen: Path) -> None:
    found = memory(qwen, RepresentationEngineering())
    assert found.gradients == found.optimizer == 0
    assert found.peak < 1.1 * found.weights


# What is traced


def kept_by_autograd(model: LanguageModel, batch: int, length: int, trained: Sequence[Tensor]) -> int:
    """The bytes of what a real forward pass keeps, beside what was there before."""
    there = {tensor.untyped_storage().data_ptr() for tensor in (*model.network.parameters(), *trained)}
    there |= {tensor.untyped_storage().data_ptr() for tensor in model.network.buffers()}
    found: dict[int, tuple[int, Tensor]] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in there:
            found[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        hidden = model.hidden(torch.ones(batch, length, dtype=torch.long))
    keep(hidden)
    return sum(size for size, _ in found.values())


@pytest.mark.parametrize("family", ["qwen3", "llama", "gpt2", "gpt_neox", "opt", "phi"])
@pytest.mark.parametrize("method", [Lora(targets=("all-linear",), rank=2), FullFineTuning()], ids=["lora", "full"])
def test_what_a_step_keeps_is_what_autograd_keeps(family: str, method: Method) -> None:
    model, (batch, length) = open_tiny(family), (3, 32)
    traced = trace(method.attach(without_numbers(model), 0), batch, length, all_scores=False)
    attachment = method.attach(model, 0)
    real = kept_by_autograd(model, batch, length, list(attachment.tensors().values()))
    assert sum(traced.held) + traced.ends == pytest.approx(real, rel=0.05)


def test_blocks_that_are_alike_are_traced_once_and_all_counted() -> None:
    method = Lora(rank=2, targets=("all-linear",), train_embeddings=False, train_head=False)
    shallow, deep = (
        trace(method.attach(without_numbers(make_mini_gpt(n_layers=layers)), 0), 2, 8, all_scores=False)
        for layers in (3, 7)
    )
    assert len(deep.held) == 7
    assert deep.held[1] == shallow.held[1]
    assert len(set(deep.held[1:])) == 1


def test_compiled_blocks_keep_less(qwen: Path) -> None:
    off = TRAINING.model_copy(update={"compilation": "off"})
    assert memory(qwen).activations < 0.7 * memory(qwen, training=off).activations


def test_checkpointing_keeps_less_and_batches_count(qwen: Path) -> None:
    whole = memory(qwen).activations
    recomputed = memory(qwen, training=TRAINING.model_copy(update={"checkpointing": True})).activations
    half = memory(qwen, training=TRAINING.model_copy(update={"batch_size": 2})).activations
    assert recomputed < whole / 5
    assert half == pytest.approx(whole / 2, rel=0.01)


def test_scores_never_all_exist_for_a_large_vocabulary(qwen: Path) -> None:
    rows = TrainingSettings(batch_size=8, sequence_length=4096)
    assert memory(qwen, training=rows).logits < 8 * 4096 * 151_936 // 4


def test_protection_keeps_two_batches() -> None:
    plain, guarded = (
        plan(make_llama(), Recipe(method=tiny_lora(), protection=Protection(enabled=enabled))).memory
        for enabled in (False, True)
    )
    assert plain is not None
    assert guarded is not None
    assert guarded.activations > 1.5 * plain.activations


def tiny_lora() -> Lora:
    return Lora(rank=2, train_embeddings=False, train_head=False)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_method_has_a_plan_on_every_family(family: str) -> None:
    model = open_tiny(family)
    data = (Dataset(name="mine", rows=("die katze sitzt auf dem tisch", "der hund läuft im garten")),)
    before = {name: tensor.clone() for name, tensor in model.network.state_dict().items()}
    for kind in METHODS:
        if kind.missing_package():
            continue
        method = usual_method(kind, summary(model))
        if "rank" in kind.model_fields:
            method = method.model_copy(update={"rank": 2, "targets": ("all-linear",)})
        if isinstance(method, PromptTuning) or kind.name == "prefix":
            method = method.model_copy(update={"tokens": 4})
        found = plan(model, Recipe(method=method, datasets=data, kept=(), probes=())).memory
        assert found is not None
        assert found.peak > found.weights > 0
    after = model.network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def summary(model: LanguageModel) -> ModelSummary:
    from lora_studio.core.models.describing import summary_of

    return summary_of(model, "tiny")


# What helps


def test_the_changes_free_what_they_promise(qwen: Path) -> None:
    found = memory(qwen, gigabytes=16)
    assert not found.fits
    assert {saving.kind for saving in found.savings} >= {"checkpointing", "batch", "length"}
    assert list(found.savings) == sorted(found.savings, key=lambda saving: -saving.freed)
    for saving in found.savings:
        if saving.changes:
            changed = memory(qwen, training=TRAINING.model_copy(update=dict(saving.changes)))
            assert found.peak - changed.peak == pytest.approx(saving.freed, rel=0.02), saving.kind


def test_a_switch_of_method_frees_what_it_promises(qwen: Path) -> None:
    found = memory(qwen, gigabytes=16)
    saving = next(saving for saving in found.savings if saving.kind == "qlora")
    assert found.peak - memory(qwen, qlora()).peak == pytest.approx(saving.freed, rel=0.05)
    full = memory(qwen, FullFineTuning())
    saving = full.savings[0]
    assert saving.method == "lora"
    assert full.peak - memory(qwen).peak == pytest.approx(saving.freed, rel=0.05)


def test_a_run_that_fits_needs_no_advice(qwen: Path) -> None:
    found = memory(qwen)
    assert found.fits
    assert not found.savings


def test_the_advice_when_memory_is_short_is_a_sentence_with_its_values() -> None:
    recipe = Recipe(method=tiny_lora(), training=TrainingSettings(batch_size=16, sequence_length=16))
    advice, values = largest_saving(make_llama(), recipe)
    assert advice.format(**values).endswith(("MB.", "GB."))


def test_nothing_can_be_saved_where_nothing_is_taken() -> None:
    model, recipe = make_mini_gpt(), Recipe(method=tiny_lora(), training=TrainingSettings(batch_size=1))
    shape = without_numbers(model)
    found = footprint(recipe.method.attach(shape, 0), recipe, 4, torch.device("cpu"))
    assert not [saving for saving in savings(found, recipe, 4) if saving.kind in ("batch", "length", "qlora")]


# What was measured


def test_a_measured_run_corrects_later_plans(qwen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORA_STUDIO_HOME", str(tmp_path))
    first = memory(qwen)
    assert not first.calibrated
    model = structure_of(str(qwen), gpu_bytes=1).model
    recipe = Recipe(method=LORA, training=TRAINING)
    measured = first.peak + 10**9
    calibration.remember(model, recipe, GPU, first, measured)
    second = memory(qwen)
    assert second.calibrated
    assert second.peak == pytest.approx(measured, rel=1e-3)
    assert not memory(qwen, training=TRAINING.model_copy(update={"checkpointing": True})).calibrated


def test_a_measurement_that_cannot_be_is_forgotten(qwen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORA_STUDIO_HOME", str(tmp_path))
    model, recipe, first = structure_of(str(qwen), gpu_bytes=1).model, Recipe(method=LORA), memory(qwen)
    calibration.remember(model, recipe, GPU, first, 10 * first.peak)
    assert calibration.factor_for(model, recipe, GPU) is None
    (tmp_path / "cache").mkdir(exist_ok=True)
    (tmp_path / "cache" / calibration.FILE).write_text("no JSON", "utf-8")
    assert calibration.factor_for(model, recipe, GPU) is None


# Configurations


def test_a_folder_a_file_and_the_bundled_model(qwen: Path) -> None:
    assert structure_of(str(qwen.parent)).parameters == 8_190_735_360
    assert structure_of("minigpt").parameters == 109_126


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "model_type"),
        ("no JSON", "JSON"),
        ('{"model_type": "nonesuch"}', "nonesuch"),
        ('{"model_type": "minigpt"}', "vocab_size"),
        ('{"model_type": "qwen3", "auto_map": {"AutoModel": "x.Y"}}', "auto_map"),
        ('{"model_type": "qwen3", "hidden_size": 33, "num_attention_heads": 0}', "config"),
    ],
)
def test_a_bad_configuration_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config.json").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=said):
        structure_of(str(tmp_path / "config.json"))


def test_weights_in_four_bits_are_planned_for_as_they_are_opened(qwen: Path) -> None:
    found = structure_of(str(qwen), OpenOptions(dtype="nf4"), gpu_bytes=80 * 10**9)
    recipe = Recipe(method=LORA, training=TRAINING)
    made = plan_of_shape(found.model, recipe, 1024, found.device, found.available)
    assert found.parameters == 8_190_735_360
    assert made.trainable == 7_667_712
    assert made.memory is not None
    assert made.memory.weights < 0.4 * memory(qwen).weights


def test_what_is_not_known_is_not_claimed(qwen: Path) -> None:
    found = memory(qwen)
    assert replace(found, available=None).fits
    assert not replace(found, available=found.peak - 1).fits


def test_a_model_that_was_opened_in_four_bits_has_a_plan_and_keeps_its_codes() -> None:
    pytest.importorskip("bitsandbytes")
    model = open_model(str(tiny_folder("qwen3")), OpenOptions(device="cpu", dtype="nf4"))
    ids = torch.ones(1, 4, dtype=torch.long)
    before = model.hidden(ids)
    method = Lora(rank=2, targets=("all-linear",), train_embeddings=False, train_head=False)
    found = plan(model, Recipe(method=method, kept=(), probes=())).memory
    assert found is not None
    assert found.weights < 4 * model.parameter_count()
    assert torch.equal(model.hidden(ids), before)
