"""A variant and the run that made it have one name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.runs_on_board import RunsOnBoard
from lora_studio.ui.variant_board import VariantBoard
from tests.ui.fakes import LORA_V, FakeSession
from tests.ui.stored_runs import stored_run

pytestmark = pytest.mark.usefixtures("english")


class Board:
    """Renames at once."""

    def __init__(self, variant: VariantSummary) -> None:
        self.variants = (variant,)

    def rename(self, name: str, new_name: str, there: Any, back: Any) -> None:
        self.variants = (replace(self.variants[0], name=new_name),)
        there()


@pytest.fixture
def history(qtbot: QtBot, tmp_path: Path) -> Iterator[RunHistory]:
    session = FakeSession()
    bridge = Bridge(session)
    history = RunHistory(tmp_path, bridge, session.undo_stack, session)
    stored_run(tmp_path / "runs" / "run", "LoRA V")
    with qtbot.waitSignal(history.changed):
        history.reload()
    yield history
    history.close()
    bridge.close()


def test_a_name_that_no_run_can_have_is_made_one_for_both(history: RunHistory, tmp_path: Path) -> None:
    run = tmp_path / "runs" / "run"
    board = Board(replace(LORA_V, folder=str(run / "adapter")))
    together = RunsOnBoard(history, cast(VariantBoard, board), FakeSession().undo_stack, history)
    together.rename_variant("LoRA V", "  good\none " + 300 * "x")
    stored = history.run(run)
    assert stored is not None
    assert stored.record.name == board.variants[0].name
    assert stored.record.name.startswith("good one xxx")
