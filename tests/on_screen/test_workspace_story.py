"""Edit, train, compare, save, restart, load; and the history of what was trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lora_studio.ui.variant_actions import VariantActions
from lora_studio.ui.variants_model import NAME
from tests.on_screen.person import Person, folders_in


def choose_variant(person: Person, name: str) -> None:
    panel = person.studio.window.variants_panel
    person.open_tab(panel)
    table = panel.table
    person.click_cell(table, table.model().index(person.variants().index(name), NAME))
    person.wait(lambda: (chosen := panel.chosen()) is not None and chosen.name == name)


def edit_first_row(person: Person, text: str) -> None:
    table = person.studio.window.data_panel.table
    person.click_cell(table, table.model().index(0, 0), times=2)
    person.type_over(text)


def test_edit_train_compare_save_restart_load(
    open_studio: Callable[[], Person], workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    monkeypatch.setattr(VariantActions, "ask_new_folder", lambda *_: mine)
    monkeypatch.setattr(VariantActions, "ask_folder", lambda *_: mine)
    person = open_studio()
    edit_first_row(person, "die katze sitzt auf dem bett")
    person.train()
    person.wait(lambda: person.answers() == ["tisch", "bett"])
    choose_variant(person, "LoRA V")
    person.hands.press("ctrl+s")
    person.wait((mine / "adapter_model.safetensors").is_file)
    person.hands.press("ctrl+q")
    person.wait(lambda: not person.studio.engine_thread.isRunning())

    person = open_studio()
    assert any("die katze sitzt auf dem bett" in file.read_text("utf-8") for file in workspace.glob("datasets/*"))
    person.wait(lambda: person.variants() == ["Base", "LoRA V"])
    person.wait(lambda: person.answers() == ["tisch", "bett"])
    person.hands.press("ctrl+o")
    person.wait(lambda: len(person.variants()) == 3)
    person.wait(lambda: person.answers() == ["tisch", "bett", "bett"])


def names(person: Person) -> list[str]:
    return [run.record.name for run in person.runs()]


def test_the_history_renames_deletes_filters_and_runs_again(open_studio: Callable[[], Person], workspace: Path) -> None:
    person = open_studio()
    panel = person.studio.window.runs_panel
    for epochs in ("20", "30"):
        person.set_number("epochs", epochs)
        person.train()
    person.open_tab(panel)
    person.wait(lambda: len(person.runs()) == 2)
    older = min(person.runs(), key=lambda run: run.record.steps).path

    def choose(path: Path) -> None:
        row = [run.path for run in person.runs()].index(path)
        person.click_cell(panel.table, panel.table.sorted.index(row, 0))
        person.wait(lambda: [run.path for run in panel.chosen()] == [path])

    choose(older)
    person.hands.press("F2")
    person.type_over("first try")
    person.wait(lambda: "first try" in names(person))
    person.wait(lambda: json.loads((older / "run.json").read_text("utf-8"))["name"] == "first try")

    person.hands.click(panel.filter)
    person.hands.write("first")
    person.wait(lambda: names(person) == ["first try"])
    person.hands.press("Escape")
    person.wait(lambda: len(person.runs()) == 2)

    choose(older)
    person.hands.press("Delete")
    person.wait(lambda: "first try" not in names(person) and not older.exists())
    person.hands.press("ctrl+z")
    person.wait(lambda: "first try" in names(person) and older.is_dir())

    choose(older)
    person.press_button(panel.bar, panel.actions_.again_with)
    person.wait(lambda: person.studio.session.training.epochs == 20)
    person.train()
    person.wait(lambda: len(person.runs()) == 3)
    assert len(folders_in(workspace / "runs")) == 3
