"""The session with the real engine on its real thread: what the window does, without the pixels."""

from __future__ import annotations

from pathlib import Path

from lora_studio.core.events import Finished, Probed, Started
from lora_studio.core.methods import Lora
from lora_studio.core.recipe import TrainingSettings
from tests.end_to_end.opened import OpenAt


def test_a_fact_is_corrected_and_kept_over_a_restart(reopen: OpenAt) -> None:
    opened = reopen()
    assert opened.session.model is not None
    assert opened.session.model.parameters == 109_126
    opened.train()
    comparison = opened.compare()
    assert [answer.top.token for answer in comparison.answers] == ["tisch", "sofa"]
    assert opened.receipts[0].flipped == ()
    assert isinstance(opened.events[0], Started)
    assert isinstance(opened.events[-1], Finished)
    steps = [event.step for event in opened.events if isinstance(event, Probed)]
    assert steps == sorted(steps)

    opened = reopen()
    opened.wait(lambda: len(opened.session.variants) == 2)
    again = opened.compare()
    assert again.answers[1] == comparison.answers[1]
    assert again.variants[1] == "LoRA V"
    assert not opened.problems


def test_a_second_run_adds_a_third_column(reopen: OpenAt) -> None:
    opened = reopen()
    opened.train(epochs=3)
    opened.session.set_method(Lora())
    opened.train()
    assert opened.compare().variants == ("Base", "LoRA V", "LoRA all")


def test_save_detach_load_merge_export(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.train(epochs=3)
    session = opened.session
    session.save_adapter("LoRA V", tmp_path / "mine")
    opened.wait(lambda: len(opened.receipts) == 2)
    session.detach("LoRA V")
    opened.wait(lambda: len(session.variants) == 1)
    session.load_adapter(tmp_path / "mine")
    opened.wait(lambda: len(session.variants) == 2)
    session.merge("LoRA V")
    opened.wait(lambda: len(session.variants) == 3)
    session.export_merged("LoRA V", tmp_path / "model")
    opened.wait(lambda: len(opened.receipts) == 4)
    assert [receipt.kind for receipt in opened.receipts] == ["adapter", "adapter", "merge", "export"]
    assert max(receipt.largest_change for receipt in opened.receipts) <= 1e-6
    assert not opened.problems


def test_edits_settings_and_pins_are_there_after_a_restart(reopen: OpenAt) -> None:
    session = reopen().session
    session.set_method(Lora(rank=7))
    session.unpin("der mann liest")
    session.select_datasets(("FINETUNING",))
    added = session.add_dataset("mine", ("die katze schläft",))
    assert added.name == "mine"
    session.rename_dataset("mine", "yours")
    session = reopen().session
    assert session.method == Lora(rank=7)
    assert "der mann liest" not in {pin.prompt for pin in session.pins}
    assert session.selected == ("FINETUNING",)
    assert session.datasets[-1].name == "yours"
    assert session.datasets[-1].dataset().rows == ("die katze schläft",)


def test_pause_resume_and_cancel(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.set_training(TrainingSettings(epochs=10_000))
    session.train()
    opened.wait(lambda: session.run.step > 20)
    assert session.run.seconds_left is not None
    session.pause()
    assert session.run.phase == "paused"
    opened.compare()  # while paused the model answers
    session.resume()
    assert session.run.phase == "running"
    session.cancel()
    opened.wait(lambda: not session.run.active)
    finished = opened.events[-1]
    assert isinstance(finished, Finished)
    assert finished.cancelled


def test_what_cannot_be_trained_is_said_and_the_next_run_works(reopen: OpenAt) -> None:
    opened = reopen()
    session = opened.session
    session.select_datasets(())
    session.train()
    assert "No dataset" in str(opened.problems.pop())
    session.add_dataset("empty")
    session.select_datasets(("empty",))
    session.train()
    opened.wait(lambda: not session.run.active)
    assert "nothing to learn" in str(opened.problems.pop())
    session.select_datasets(("FACT_CORRECTION",))
    session.set_training(TrainingSettings(learning_rate=1e9, epochs=20))
    session.train()
    opened.wait(lambda: bool(opened.problems))
    assert "step" in str(opened.problems.pop())
    session.set_training(TrainingSettings())
    opened.train(epochs=2)
    assert not opened.problems


def test_settings_that_do_not_fit_have_no_plan_but_a_reason(reopen: OpenAt) -> None:
    opened = reopen()
    opened.session.set_method(Lora(rank=65))
    opened.wait(lambda: opened.session.plan is None)
    assert "64" in str(opened.session.plan_problem)
    assert not opened.problems


def test_a_broken_workspace_opens_and_says_so(reopen: OpenAt, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    (folder / "datasets").mkdir(parents=True)
    (folder / "datasets" / "TRAINING.jsonl").write_text('{"text": "die katze"\n', "utf-8")
    (folder / "studio.json").write_text("{", "utf-8")
    opened = reopen()
    said = " ".join(str(problem) for problem in opened.problems)
    assert "studio.json" in said
    assert "TRAINING.jsonl" in said
    assert opened.session.model is not None
    assert (folder / "datasets" / "TRAINING.jsonl.broken").is_file()  # an edit must not overwrite it
