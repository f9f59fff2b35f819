"""What stops a run from outside: full memory at any place, and a device that goes away."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from lora_studio.core.errors import RunError
from lora_studio.core.events import Failed, Finished, Step
from lora_studio.core.methods import Lora, method_named
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder, can_resume
from lora_studio.core.run_record import read_record
from lora_studio.core.training import flat_adam
from lora_studio.core.training.gradients import PlainGradients
from lora_studio.core.variants import Variants
from tests.core.interrupted import begun, go_on, run_of, told
from tests.core.method_cases import OTHERS, ROWS, Bare, events_of, same, state
from tests.core.real_models import open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

FULL = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory: you tried to"),
    MemoryError(),
]


def recipe(method: str = "lora", **training: object) -> Recipe:
    settings = TrainingSettings.model_validate({"epochs": 2, "batch_size": 2, "validation": 0.3, **training})
    chosen = Lora(targets=("all-linear",)) if method == "lora" else method_named(method)()
    return Recipe(name=method, datasets=(ROWS, OTHERS), method=chosen, training=settings, kept=(ROWS,), probes=())


class ScarceMemory(TorchDispatchMode):
    """The `last`-th operation that makes a tensor finds no memory for it."""

    def __init__(self, last: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # torch gives it no types
        self.left = last

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        del types
        self.left -= 1
        if self.left == 0:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return func(*args, **(kwargs or {}))


def first_steps(variants: Variants, wanted: Recipe, last: int) -> bool:
    """Whether memory ran out before the run had taken a few steps."""
    events = None
    try:
        with ScarceMemory(last):
            events = events_of(variants, wanted)
            for event in events:
                if isinstance(event, Failed):
                    assert isinstance(event.error, RunError)
                    assert "out of memory" in event.error.message
                    return True
                if isinstance(event, Step) and event.step == 3:
                    return False
        raise AssertionError("the run ended too soon")
    except RunError as error:  # it could not begin
        return "out of memory" in error.message
    finally:
        if events:
            events.close()  # type: ignore[attr-defined] # it is a generator


@pytest.mark.parametrize("family", ["minigpt", "qwen3"])
@pytest.mark.parametrize("method", ["lora", "full"])
def test_memory_may_run_out_anywhere_and_the_next_run_succeeds(family: str, method: str) -> None:
    model: LanguageModel = make_mini_gpt() if family == "minigpt" else open_tiny(family)
    bare, variants = Bare(model), Variants(model)
    probe = torch.tensor([[2, 3, 4]])
    base = model.logits(probe)
    short = 0
    for last in [*range(1, 200, 7), 400, 700, 1000, 1500]:
        short += first_steps(variants, recipe(method), last)
        variants.activate(variants.base)
        assert bare
        assert torch.equal(model.logits(probe), base)
        for variant in variants.all()[1:]:
            variants.remove(variant.name)
    assert short >= 29
    *_, finished = events_of(variants, recipe(method))
    assert isinstance(finished, Finished)


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
def test_the_message_says_what_would_free_most(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def advice(model: LanguageModel, recipe: Recipe) -> tuple[str, dict[str, object]]:
        del model
        return "Halve the batch to {batch}.", {"batch": recipe.training.batch_size // 2}

    monkeypatch.setattr("lora_studio.core.analysis.savings.largest_saving", advice)
    monkeypatch.setattr(PlainGradients, "add", raising(error))
    *_, failed = events_of(Variants(make_mini_gpt()), recipe())
    assert isinstance(failed, Failed)
    assert "step 1" in failed.error.message
    assert failed.error.advice == "Halve the batch to 1."


@pytest.mark.parametrize("family", ["minigpt", "qwen3"])
def test_the_memory_plan_knows_what_would_free_most(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlainGradients, "add", raising(MemoryError()))
    model: LanguageModel = make_mini_gpt() if family == "minigpt" else open_tiny(family)
    *_, failed = events_of(Variants(model), recipe(batch_size=8, sequence_length=14, arrangement="whole"))
    assert isinstance(failed, Failed)
    assert "frees about" in failed.error.advice
    assert failed.variant  # what was learned is on the board


def test_where_nothing_can_be_computed_the_advice_is_general(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_studio.core.analysis.savings.largest_saving", raising(MemoryError()))
    monkeypatch.setattr(PlainGradients, "add", raising(MemoryError()))
    *_, failed = events_of(Variants(make_mini_gpt()), recipe())
    assert isinstance(failed, Failed)
    assert "smaller batch" in failed.error.advice


def raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_what_the_failed_step_held_is_let_go_while_the_message_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[Any]] = []

    def zero_grad(optimizer: flat_adam.FlatAdam) -> None:
        activations = torch.zeros(1000)
        held.extend((weakref.ref(activations), weakref.ref(optimizer)))
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(flat_adam.FlatAdam, "zero_grad", zero_grad)
    variants = Variants(make_mini_gpt())
    events = events_of(variants, recipe())
    shown = [event for event in events if isinstance(event, Failed)]
    assert shown
    assert [found() for found in held] == [None, None]
    attachment = variants.all()[-1].attachment
    assert isinstance(attachment, Attachment)
    assert all(tensor.grad is None for tensor in attachment.tensors().values())


LOST = [RuntimeError("CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported")]
if hasattr(torch, "AcceleratorError"):
    LOST.append(torch.AcceleratorError("CUDA error: unspecified launch failure"))


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_device_that_goes_away_is_told_and_what_was_kept_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("lora_studio.core.run_folder.CHECKPOINT_INTERVAL", 0.0)
    monkeypatch.setattr("lora_studio.core.run_folder.MOST_SHARE", 0)
    wanted, path = recipe(epochs=4), tmp_path / "run"
    whole = Variants(make_mini_gpt())
    list(run_of(whole, wanted, RunFolder(tmp_path / "whole")).events())
    events = begun(Variants(make_mini_gpt()), wanted, path, until=5)
    with monkeypatch.context() as gone:
        for place in ("zero_grad", "release", "state"):
            gone.setattr(flat_adam.FlatAdam, place, raising(error))
        *_, failed = events
    assert isinstance(failed, Failed)
    assert "does not answer any more" in failed.error.message
    assert "Start the program again" in failed.error.advice
    assert read_record(path).state == "failed"
    assert not (path / "adapter").exists()  # nothing could be fetched for it
    assert can_resume(path)
    assert same(state(go_on(Variants(make_mini_gpt()), path)), state(whole.all()[-1]))
    assert told(path) == told(tmp_path / "whole")
