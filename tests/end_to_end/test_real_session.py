"""A session that goes from MiniGPT to a real model and back: each kind of base keeps its own settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import Probe
from lora_studio.core.methods import Lora
from lora_studio.core.probing.continuation import ContinueSettings, Ending, Piece, Told
from lora_studio.core.recipe import TrainingSettings
from lora_studio.ui.widgets.first_batch_window import FirstBatchWindow
from tests.core.real_models import write_model_folder
from tests.end_to_end.opened import Opened

SMALL = TrainingSettings(epochs=7, learning_rate=1e-3)


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(tmp_path / "workspace", qtbot)
    yield opened
    opened.close()


def change_to(opened: Opened, source: str) -> None:
    opened.session.open_base(source)
    opened.wait(lambda: opened.session.model is not None and opened.session.model.source == source)


def continued(opened: Opened, names: tuple[str, ...], prompt: str, tokens: int = 6) -> list[Told]:
    told: list[Told] = []
    opened.session.continuer.told.connect(told.extend)
    settings = ContinueSettings(temperature=0, tokens=tokens)
    opened.session.continuer.begin(names, prompt, settings, as_chat=False)
    opened.wait(lambda: not opened.session.continuer.busy)
    opened.session.continuer.told.disconnect(told.extend)
    return told


def test_each_kind_of_base_keeps_its_settings(opened: Opened, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened.session
    session.set_method(Lora(rank=2, targets=("v_proj",)))
    session.set_training(SMALL)
    qwen, neox = (str(write_model_folder(tmp_path / name, name)) for name in ("qwen3", "gpt_neox"))
    change_to(opened, qwen)
    assert session.method == Lora(rank=8, alpha=16.0, train_embeddings=False, train_head=False)
    assert session.training.learning_rate == 2e-4
    assert session.training.schedule == "cosine"
    session.set_method(Lora(rank=3, targets=("q_proj",)))
    change_to(opened, neox)
    assert isinstance(session.method, Lora)
    assert (session.method.rank, session.method.targets) == (3, ("query_key_value", "dense"))
    change_to(opened, "minigpt")
    assert session.method == Lora(rank=2, targets=("v_proj",))
    assert session.training == SMALL
    opened.wait(lambda: session.plan is not None)
    opened.close()
    again = Opened(tmp_path / "workspace", qtbot)
    change_to(again, qwen)
    assert isinstance(again.session.method, Lora)
    assert again.session.method.rank == 3
    again.close()


def test_each_kind_of_base_keeps_what_is_asked_of_it(opened: Opened, tmp_path: Path, qtbot: QtBot) -> None:
    session = opened.session
    session.probe_choices.type("der hund", "")
    toys = session.pins
    qwen = str(write_model_folder(tmp_path / "qwen3", "qwen3"))
    change_to(opened, qwen)
    assert session.pins == ()
    assert session.selected == (), "what MiniGPT learns is no use here"
    assert session.probe_choices.prompt is None
    session.pin(Probe(prompt="The capital of France is", wanted="Paris", kind="corrected"))
    session.probe_choices.type("The capital of Italy is", "Rome")
    session.probe_choices.ask_as_chat(True)
    change_to(opened, "minigpt")
    assert session.pins == toys
    assert "FACT_CORRECTION" in session.selected
    assert session.probe_choices.prompt == "der hund"
    session.undo_stack.undo()
    assert session.pins == toys, "it was a pin of the other model that was taken back"
    session.undo_stack.redo()
    opened.close()
    again = Opened(tmp_path / "workspace", qtbot)
    assert again.session.probe_choices.as_chat
    change_to(again, qwen)
    assert [pin.prompt for pin in again.session.pins] == ["The capital of France is"]
    assert (again.session.probe_choices.prompt, again.session.probe_choices.wanted) == (
        "The capital of Italy is",
        "Rome",
    )
    again.close()


def test_the_first_batch_is_shown_beside_a_variant_that_was_trained(
    opened: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    change_to(opened, str(write_model_folder(tmp_path / "qwen3", "qwen3")))
    opened.session.select_datasets(("FACT_CORRECTION",))
    opened.wait(lambda: opened.session.plan is not None)
    opened.train(epochs=1)
    opened.compare("The capital of France is")  # asks the variant last, so that it is what is attached
    window = FirstBatchWindow(opened.session)
    qtbot.addWidget(window)
    opened.wait(lambda: bool(window.rows))
    assert window.message.text() == ""


def test_base_and_variant_continue_a_text_while_another_run_trains(opened: Opened, tmp_path: Path) -> None:
    change_to(opened, str(write_model_folder(tmp_path / "qwen3", "qwen3")))
    opened.session.select_datasets(("FACT_CORRECTION",))
    opened.wait(lambda: opened.session.plan is not None)
    opened.train(epochs=1)
    names = tuple(variant.name for variant in opened.session.variants)
    before = continued(opened, names, "The capital of France is\nParis")
    opened.session.set_training(opened.session.training.model_copy(update={"epochs": 300}))
    opened.session.train()
    during = continued(opened, names, "The capital of France is\nParis")
    assert opened.session.run.active
    opened.session.cancel()
    opened.wait(lambda: not opened.session.run.active)
    assert during == before
    assert {told.variant for told in before} == set(names)
    assert sum(isinstance(told, Piece) for told in before) > 2
    assert opened.problems == []


def test_stopping_leaves_what_was_said_and_the_next_text_is_its_own(opened: Opened) -> None:
    session = opened.session
    told: list[Told] = []
    session.continuer.told.connect(told.extend)
    session.continuer.begin(("Base",), "die katze", ContinueSettings(tokens=100), as_chat=False)
    opened.wait(lambda: bool(told))
    session.continuer.stop()
    assert not session.continuer.busy
    count = len(told)
    after = continued(opened, ("Base",), "der hund", 3)
    assert len(told) == count + len(after)
    assert after[-1] == Ending("Base", "length", 3)


def test_what_goes_wrong_with_a_text_is_said_in_the_window(opened: Opened) -> None:
    opened.session.continuer.begin(("Base",), "wort " * 500, ContinueSettings(), as_chat=False)
    opened.wait(lambda: not opened.session.continuer.busy)
    assert len(opened.problems) == 1
