"""Another base, with the real engine: what was trained becomes the base of what comes next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.workspace import Workspace
from lora_studio.ui.bases import BaseChange
from tests.end_to_end.opened import CAT, OpenAt, Opened


def use_as_base(opened: Opened, variant: str = "LoRA V") -> list[BaseChange]:
    changes: list[BaseChange] = []
    opened.session.base_changed.connect(changes.append)
    opened.session.use_as_base(variant)
    assert opened.session.model is None  # nothing can be trained in between
    opened.wait(lambda: bool(changes) and len(opened.session.variants) == 1)
    return changes


def test_what_was_learned_is_the_base_of_what_comes_next(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.train()
    (change,) = use_as_base(opened)
    folder = tmp_path / "workspace" / "models" / "LoRA-V"
    assert (change.variant, change.opened.source, change.before.name) == ("LoRA V", str(folder), "MiniGPT")
    comparison = opened.compare()
    assert comparison.variants == ("Base",)
    assert comparison.answers[0].top.token == "sofa"
    assert opened.receipts[-1].kind == "export"
    assert opened.session.recipe().base == str(folder)
    opened.train(epochs=2)
    assert len(opened.session.variants) == 2
    assert not opened.problems


def test_the_way_back_brings_the_board_back(reopen: OpenAt) -> None:
    opened = reopen()
    opened.train()
    use_as_base(opened)
    opened.session.open_base("minigpt")
    opened.wait(lambda: [variant.name for variant in opened.session.variants] == ["Base", "LoRA V"])
    assert [answer.top.token for answer in opened.compare().answers] == ["tisch", "sofa"]
    assert not opened.problems


def test_the_next_start_opens_the_same_base_with_its_board(reopen: OpenAt) -> None:
    opened = reopen()
    opened.train()
    use_as_base(opened)
    opened.train(epochs=2)
    opened = reopen()
    opened.wait(lambda: len(opened.session.variants) == 2)
    assert opened.session.model is not None
    assert opened.session.model.name == "LoRA-V"
    assert opened.session.recent_bases == (opened.session.model.source,)
    assert opened.compare().answers[0].top.token == "sofa"
    opened.session.open_base("minigpt")
    opened.wait(lambda: opened.session.model is not None and len(opened.session.variants) == 2)
    assert opened.compare().answers[0].top.token == "tisch"
    assert not opened.problems


def test_a_base_that_is_gone_gives_way_to_the_bundled_one(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.train(epochs=2)
    use_as_base(opened)
    opened.close()
    shutil.move(tmp_path / "workspace" / "models", tmp_path / "away")
    opened = reopen()
    opened.wait(lambda: len(opened.session.variants) == 2)  # what stands beside MiniGPT is there again
    assert opened.session.model is not None
    assert opened.session.model.source == "minigpt"
    (problem,) = opened.problems
    assert "models/LoRA-V is no model folder: it does not exist." in problem.message.replace("\\", "/")
    assert "MiniGPT is open instead." in problem.advice
    opened.problems.clear()
    shutil.move(tmp_path / "away", tmp_path / "workspace" / "models")
    opened.session.open_base(opened.session.recent_bases[0])
    opened.wait(lambda: opened.session.model is not None and opened.session.model.name == "LoRA-V")
    assert not opened.problems


def test_a_folder_that_is_no_model_leaves_everything_as_it_was(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.train(epochs=2)
    (tmp_path / "empty").mkdir()
    opened.session.open_base(str(tmp_path / "empty"))
    opened.wait(lambda: bool(opened.problems) and opened.session.model is not None)
    assert "config.json is missing" in str(opened.problems.pop())
    assert len(opened.session.variants) == 2
    assert opened.session.recent_bases == ()
    assert opened.compare().variants == ("Base", "LoRA V")
    opened.train(epochs=2)
    assert not opened.problems


@pytest.mark.parametrize("change", ["open_base", "use_as_base"])
def test_a_run_keeps_its_base(reopen: OpenAt, change: str) -> None:
    opened = reopen()
    session = opened.session
    session.set_training(TrainingSettings(epochs=10_000))
    session.train()
    opened.wait(lambda: session.run.step > 2)
    getattr(session, change)("Base")
    assert "A run is in progress." in str(opened.problems.pop())
    session.cancel()
    opened.wait(lambda: not session.run.active and len(session.variants) == 2)
    assert opened.compare(CAT).variants == ("Base", "LoRA V")
    assert not opened.problems


def test_the_workspace_remembers_it(reopen: OpenAt, tmp_path: Path) -> None:
    opened = reopen()
    opened.train(epochs=2)
    use_as_base(opened)
    opened.close()
    state = Workspace(tmp_path / "workspace").state()
    assert Path(state.base).name == "LoRA-V"
    assert state.variants == ()
    assert [Path(entry.folder).name for entry in state.boards["minigpt"]] == ["adapter"]
