"""Going on exactly with every setting that a run can have, on MiniGPT and on real families."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.events import Finished, Step
from lora_studio.core.methods import Lora, Method, method_named
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.training import last_good
from lora_studio.core.variants import Variants
from tests.core.interrupted import go_on, interrupt, interrupt_again, run_of, snapshots, told
from tests.core.method_cases import same, state
from tests.core.real_models import open_tiny
from tests.core.tiny_mini_gpt import make_mini_gpt

ROWS = (
    "die katze sitzt auf dem hund", "der hund läuft im garten", "die katze läuft", "auf dem tisch",
    "im garten sitzt die katze", "der tisch läuft", "der hund sitzt auf dem tisch",
    '{"prompt":"die katze sitzt auf dem","completion":"tisch"}',
)  # fmt: skip
EVERYTHING = {
    "epochs": 4, "batch_size": 1, "accumulation": 3, "sequence_length": 12, "schedule": "cosine", "warmup": 2,
    "weight_decay": 0.1, "clipping": 0.5, "validation": 0.2, "patience": 100, "keep_best": True, "bucketing": True,
    "probe_every": 2, "learning_rate": 1e-2, "seed": 3, "snapshots": 4,
}  # fmt: skip


def model_of(family: str) -> LanguageModel:
    return make_mini_gpt() if family == "minigpt" else open_tiny(family)


def recipe(method: Method, *, protect: bool = False, **training: object) -> Recipe:
    settings = TrainingSettings.model_validate({**EVERYTHING, **training})
    protection = Protection(enabled=protect, generated=2, neighbours=4)
    data = Dataset(name="ROWS", rows=ROWS)
    kept = (Dataset(name="KEPT", rows=("der hund läuft auf dem tisch", "im garten läuft die katze")),)
    return Recipe(
        name="x", datasets=(data,), method=method, training=settings, protection=protection, kept=kept, probes=()
    )


@pytest.mark.parametrize("arrangement", ["sliding", "whole", "packed"])
@pytest.mark.parametrize(
    ("family", "method"),
    [
        ("minigpt", Lora(dropout=0.3)),
        ("minigpt", method_named("full")()),
        ("qwen3", Lora(dropout=0.3)),
        ("qwen3", PrefixTuning(reparametrise=True)),
        ("gpt2", Lora(targets=("c_attn",), dropout=0.3)),
        ("gpt_neox", method_named("full")()),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_with_every_setting(family: str, method: Method, arrangement: str, tmp_path: Path) -> None:
    wanted = recipe(method, protect=family == "qwen3", arrangement=arrangement)
    whole = Variants(model_of(family))
    events = list(run_of(whole, wanted, RunFolder(tmp_path / "whole")).events())
    assert isinstance(events[-1], Finished)
    steps = events[-1].steps
    path, stops = tmp_path / "run", sorted({1, steps // 2, steps - 1})
    interrupt(Variants(model_of(family)), wanted, path, after=stops[0])
    for stop in stops[1:]:
        interrupt_again(Variants(model_of(family)), path, after=stop)
    assert same(state(go_on(Variants(model_of(family)), path)), state(whole.all()[-1]))
    assert told(path) == told(tmp_path / "whole")
    assert snapshots(path) == snapshots(tmp_path / "whole")


@pytest.mark.parametrize("family", ["minigpt", "qwen3"])
def test_a_run_that_stops_early_stops_there_however_often_it_was_interrupted(family: str, tmp_path: Path) -> None:
    wanted = recipe(Lora(), epochs=30, patience=2, learning_rate=5e-2)
    whole = Variants(model_of(family))
    *_, last = run_of(whole, wanted, RunFolder(tmp_path / "whole")).events()
    assert isinstance(last, Finished)
    assert last.stopped_early
    path = tmp_path / "run"
    interrupt(Variants(model_of(family)), wanted, path, after=1)
    for stop in range(2, last.steps + 1):
        interrupt_again(Variants(model_of(family)), path, after=stop)
    assert same(state(go_on(Variants(model_of(family)), path)), state(whole.all()[-1]))
    assert told(path) == told(tmp_path / "whole")


def test_a_bfloat16_model_and_large_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_good, "KEEP_EVERY_STEP_BELOW", 0)
    monkeypatch.setattr(last_good, "KEEP_INTERVAL", 2)
    monkeypatch.setattr("lora_studio.core.training.flat_adam.SMALL", 100)

    def model() -> LanguageModel:
        found = open_tiny("qwen3")
        found.network.to(torch.bfloat16)
        return found

    for name in ("lora", "full"):
        wanted, whole = recipe(method_named(name)()), Variants(model())
        list(run_of(whole, wanted, RunFolder(tmp_path / f"{name}-whole")).events())
        interrupt(Variants(model()), wanted, tmp_path / name, after=5)
        assert same(state(go_on(Variants(model()), tmp_path / name)), state(whole.all()[-1]))
        assert told(tmp_path / name) == told(tmp_path / f"{name}-whole")


def test_a_cancelled_run_shows_its_best_state_and_goes_on_from_its_last(tmp_path: Path) -> None:
    wanted = recipe(Lora(), epochs=12, learning_rate=5e-2)
    whole, variants = Variants(make_mini_gpt()), Variants(make_mini_gpt())
    list(run_of(whole, wanted, RunFolder(tmp_path / "whole")).events())
    run = run_of(variants, wanted, RunFolder(tmp_path / "run"))
    for event in run.events():
        if isinstance(event, Step) and event.step == 14:
            run.cancel()
    assert same(state(go_on(Variants(make_mini_gpt()), tmp_path / "run")), state(whole.all()[-1]))
