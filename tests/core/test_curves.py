"""What a stored run told: read whole, torn, twice run, foreign or old."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lora_studio.core.curves import (
    _STEP,
    MOST_LINE_BYTES,
    MOST_PROBED,
    read_curves,
    read_events,
    smoothed,
    wanted_tokens,
)
from lora_studio.core.data.builtin import FACT_PROBES, Probe
from lora_studio.core.errors import StorageError
from lora_studio.core.events import Answer, Drifted, Event, Finished, Prediction, Probed, Started, Step
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import plain
from lora_studio.core.run_record import RunRecord, write_record

KATZE, SONNE = FACT_PROBES[0].prompt, FACT_PROBES[4].prompt


def lines(events: list[Event]) -> str:
    return "".join(json.dumps(plain(event), ensure_ascii=False) + "\n" for event in events)


def run_folder(folder: Path, events: list[Event] | str, *, recipe: Recipe | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.jsonl").write_text(events if isinstance(events, str) else lines(events), "utf-8")
    if recipe:
        (folder / "recipe.yaml").write_text(recipe.to_yaml(), "utf-8")
    return folder


def probed(step: int, wanted: float, base: float = 0.5) -> Probed:
    tracked = (Prediction("tisch", base), Prediction("sofa", wanted))
    kept = (Prediction("himmel", 0.9),)
    return Probed(step, (Answer(KATZE, (), (), tracked[:1], tracked), Answer(SONNE, (), (), kept, kept)))


def whole_run(steps: int = 20, seconds: float = 0.5) -> list[Event]:
    events: list[Event] = [Started("LoRA V", steps, 1024, ()), Drifted(0, 0.0, None), probed(0, 0.01)]
    for step in range(1, steps + 1):
        events.append(Step(step, 1, 4.0 / step, 2e-3, 9, seconds * step))
        if step % 10 == 0:
            events += [Drifted(step, 0.01 * step, 0.02 * step), probed(step, step / steps)]
    return [*events, Finished("LoRA V", steps, 10.5, 0.2, cancelled=False, folder="", forgetting_kl=0.3)]


def test_a_whole_run(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", whole_run(), recipe=Recipe())
    write_record(folder, RunRecord(name="my run", method="LoRA", trainable=2048, final_loss=0.21, seconds=11.0))
    curves = read_curves(folder)
    assert (curves.name, curves.method, curves.trainable) == ("my run", "LoRA", 2048)
    assert (curves.final_loss, curves.forgetting_kl, curves.duration) == (0.21, 0.3, 11.0)
    assert list(curves.steps) == list(range(1, 21))
    assert list(curves.loss[:2]) == [4.0, 2.0]
    assert curves.seconds is not None
    assert list(curves.seconds[:2]) == [0.5, 1.0]
    assert list(curves.drift.steps) == [0, 10, 20]
    assert math.isnan(curves.drift.held_out[0])
    assert list(curves.drift.held_out[1:]) == [0.2, 0.4]


def test_the_probability_of_what_is_wanted(tmp_path: Path) -> None:
    curves = read_curves(run_folder(tmp_path, whole_run(), recipe=Recipe()))
    assert [(curve.prompt, curve.token) for curve in curves.wanted] == [(KATZE, "sofa")]
    assert list(curves.wanted[0].steps) == [0, 10, 20]
    assert list(curves.wanted[0].probability) == [0.01, 0.5, 1.0]
    assert curves.target_probability == 1.0


def test_a_wanted_token_that_is_the_bases_answer_is_found(tmp_path: Path) -> None:
    """It is measured once only, then: as the base's answer."""
    recipe = Recipe(probes=(Probe(prompt=SONNE, wanted="Himmel", kind="kept"),))
    curves = read_curves(run_folder(tmp_path, whole_run(), recipe=recipe))
    assert [(curve.token, curve.probability[-1]) for curve in curves.wanted] == [("himmel", 0.9)]


def test_a_wanted_token_outside_the_vocabulary_is_not_measured(tmp_path: Path) -> None:
    recipe = Recipe(probes=(Probe(prompt=SONNE, wanted="zeppelin"),))
    curves = read_curves(run_folder(tmp_path, whole_run(), recipe=recipe))
    assert math.isnan(curves.wanted[0].probability[-1])
    assert curves.target_probability is None


def test_without_wanted_tokens_there_is_no_target_probability(tmp_path: Path) -> None:
    curves = read_curves(run_folder(tmp_path, whole_run(), recipe=Recipe(probes=(Probe(prompt=SONNE),))))
    assert curves.target_probability is None


def test_without_a_recipe_the_second_token_that_was_followed_is_the_wanted_one(tmp_path: Path) -> None:
    curves = read_curves(run_folder(tmp_path, whole_run()))
    assert [curve.token for curve in curves.wanted] == ["sofa"]
    assert (curves.name, curves.trainable, curves.final_loss) == ("LoRA V", 1024, 0.2)


def test_the_probes_are_found_behind_very_many_rows(tmp_path: Path) -> None:
    text = Recipe().to_yaml()
    rows = "".join(f"  - die katze sitzt auf dem dach {number}\n" for number in range(60_000))
    (tmp_path / "recipe.yaml").write_text(f"held_out:\n- name: many\n  rows:\n{rows}{text}", "utf-8")
    assert wanted_tokens(tmp_path) == {probe.prompt: probe.wanted for probe in FACT_PROBES if probe.wanted}


@pytest.mark.parametrize("recipe", ["probes: 3", "probes: [", "probes:\n- 3", "name: x", "\x00"])
def test_a_broken_recipe_does_not_keep_a_run_from_being_read(tmp_path: Path, recipe: str) -> None:
    folder = run_folder(tmp_path, whole_run())
    (folder / "recipe.yaml").write_text(recipe, "utf-8")
    assert len(read_curves(folder).steps) == 20


def test_a_run_that_was_killed_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    text = lines(whole_run()[:-1])
    folder = run_folder(tmp_path, text + '{"event": "step", "step": 21, "epo')
    curves = read_curves(folder)
    assert curves.steps[-1] == 20
    assert curves.final_loss == curves.loss[-1]
    assert [event["event"] for event in read_events(folder)][-1] == "probed"


def test_steps_that_were_run_again_count_once(tmp_path: Path) -> None:
    """A resumed run tells the steps behind its last checkpoint a second time."""
    again: list[Event] = [Step(step, 1, 0.125, 2e-3, 9, step) for step in range(15, 23)]
    curves = read_curves(run_folder(tmp_path, [*whole_run()[:-1], *again, probed(20, 0.25)]))
    assert list(curves.steps) == list(range(1, 23))
    assert list(curves.loss[13:]) == [4.0 / 14, *[0.125] * 8]
    assert list(curves.wanted[0].probability) == [0.01, 0.5, 0.25]


def test_lines_of_others_are_skipped(tmp_path: Path) -> None:
    strange = ["", "[]", "3", "null", '{"event": 7}', '{"no": "event"}', '{"event": "step", "step": "x"}', "\x00\x01",
               '{"event": "step", "step": 4, "epoch": 1, "loss": NaN, "learning_rate": 1.0, "tokens": 1}',
               '{"event": "step", "step": 5, "epoch": 1, "loss": ten, "learning_rate": 1.0, "tokens": 1}',
               '{"event": "probed", "step": 1, "answers": [3, {"prompt": "p", "tracked": "x"}]}',
               '{"event": "step", "step": 6, "loss": ' + "9" * 400 + "}", "[" * 5000, "x" * (2 * MOST_LINE_BYTES),
               '{"event":"step","step":7,"loss":0.5,"seconds":2}']  # fmt: skip
    folder = run_folder(tmp_path, lines(whole_run(3)[:-1]) + "\n".join(strange) + "\n")
    curves = read_curves(folder)
    assert list(curves.steps) == [1, 2, 3, 7]
    assert curves.loss[-1] == 0.5
    assert all(isinstance(event["event"], str) for event in read_events(folder))


def test_what_the_engine_writes_is_read_the_fast_way() -> None:
    for loss in (0.25, 1e-9, 3.0, 1e300):
        assert _STEP.match(lines([Step(7, 1, loss, 2e-3, 9, 0.5)]).encode()), loss


def test_a_run_from_before_seconds_were_kept_has_none(tmp_path: Path) -> None:
    old = "".join(
        f'{{"event": "step", "step": {step}, "epoch": 1, "loss": 1.5, "learning_rate": 0.002, "tokens": 9}}\n'
        for step in range(1, 4)
    )
    curves = read_curves(run_folder(tmp_path, old))
    assert list(curves.loss) == [1.5] * 3
    assert curves.seconds is None


def test_a_run_without_a_loss_has_empty_curves(tmp_path: Path) -> None:
    done = Finished("Steered", 8, 0.1, None, cancelled=False, folder="")
    curves = read_curves(run_folder(tmp_path, [Started("Steered", 8, 0, ()), done]))
    assert (len(curves.steps), curves.final_loss, curves.seconds, curves.duration) == (0, None, None, 0.1)


def test_of_very_many_measurements_some_and_the_last_are_kept(tmp_path: Path) -> None:
    events: list[Event] = [probed(step, step / 3001) for step in range(3002)]
    curve = read_curves(run_folder(tmp_path, events)).wanted[0]
    assert MOST_PROBED / 2 <= len(curve.steps) <= MOST_PROBED + 1
    assert (curve.steps[0], curve.steps[-1], curve.probability[-1]) == (0, 3001, 1.0)
    assert (np.diff(curve.steps) > 0).all()


def test_no_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no events"):
        read_curves(tmp_path)
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(StorageError, match="no events"):
        list(read_events(tmp_path))


@pytest.mark.parametrize("span", [1.0, 1.5, 2.0, 30.0, 1000.0])
def test_smoothing_is_the_moving_average_by_definition(span: float) -> None:
    values = np.random.default_rng(0).random(3000) + 1
    average, expected, beta = 0.0, [], 1 - 1 / span
    for count, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * float(value)
        expected.append(average / (1 - beta**count))
    np.testing.assert_allclose(smoothed(values, span), expected, rtol=1e-9)


def test_smoothing_leaves_a_constant_alone_and_follows_nothing() -> None:
    np.testing.assert_allclose(smoothed(np.full(500, 3.0), 50), 3.0)
    assert not len(smoothed(np.empty(0), 50))


def test_reading_imports_neither_torch_nor_qt() -> None:
    import subprocess
    import sys

    program = "import sys, lora_studio.core.curves; assert not {'torch', 'PySide6', 'transformers'} & set(sys.modules)"
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


def test_whoever_reads_gets_plain_values(tmp_path: Path) -> None:
    found: list[dict[str, Any]] = list(read_events(run_folder(tmp_path, whole_run(2))))
    assert [event["event"] for event in found] == ["started", "drifted", "probed", "step", "step", "finished"]


def test_steps_that_no_run_can_have_are_left_out(tmp_path: Path) -> None:
    events = "".join(json.dumps({"event": "step", "step": step, "loss": 1.0}) + "\n" for step in (-5, 3, 10**30, 1e300))
    assert list(read_curves(run_folder(tmp_path, events)).steps) == [3]
