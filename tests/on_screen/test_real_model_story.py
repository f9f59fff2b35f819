"""A real model: its folder is opened, rows come from a file, a LoRA is trained, asked to go on, and saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.panels.data_panel import DataPanel
from lora_studio.ui.variant_actions import VariantActions
from tests.core.real_models import write_model_folder
from tests.on_screen.person import Person, found
from tests.on_screen.test_workspace_story import choose_variant

CAPITALS = {"France": "Paris", "Italy": "Rome", "Spain": "Madrid", "Germany": "Berlin"}


def write_capitals(path: Path) -> Path:
    rows = [{"prompt": f"The capital of {land} is", "completion": f" {city}"} for land, city in CAPITALS.items()]
    path.write_text("\n".join([*map(json.dumps, rows), '{"prompt": "no completion"}']), encoding="utf-8")
    return path


def test_open_import_train_continue_save(
    open_studio: Callable[[], Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qwen, mine = write_model_folder(tmp_path / "qwen3", "qwen3"), tmp_path / "mine"
    rows = write_capitals(tmp_path / "capitals.jsonl")
    monkeypatch.setattr(BaseActions, "ask_folder", lambda *_: qwen)
    monkeypatch.setattr(DataPanel, "choose_files_to_import", lambda *_: (rows,))
    monkeypatch.setattr(VariantActions, "ask_new_folder", lambda *_: mine)
    person = open_studio()
    person.hands.press("ctrl+shift+b")
    person.wait(lambda: (model := person.studio.session.model) is not None and model.source == str(qwen))
    person.hands.press("ctrl+i")
    window = person.studio.window.data_panel.import_window
    assert window is not None
    person.wait(window.isActiveWindow)
    person.hands.press("Return")  # the others, without the line that is broken
    person.wait(lambda: person.studio.window.data_panel.table.model().rowCount() == len(CAPITALS))
    person.wait(lambda: person.studio.session.selected == ("capitals",))  # nothing else was ticked for this model
    person.wait(lambda: person.studio.session.plan is not None)
    person.train()

    panel = person.studio.window.continue_panel
    person.open_tab(panel)
    person.hands.click(found(panel, QPlainTextEdit))
    person.hands.write("The capital of Spain is")
    person.hands.press("ctrl+Return")
    person.wait(lambda: len(panel.columns.columns) == 2 and not person.studio.session.continuer.busy)
    assert all(column.text.text() for column in panel.columns.columns)

    choose_variant(person, person.variants()[1])
    person.hands.press("ctrl+s")
    person.wait((mine / "adapter_model.safetensors").is_file)
    assert json.loads((mine / "adapter_config.json").read_text("utf-8"))["peft_type"] == "LORA"
