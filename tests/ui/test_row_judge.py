"""What the model would make of rows, told at the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.examples import completion_row
from lora_studio.core.data.problems import ModelRowProblem
from lora_studio.core.training import row_problems
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import WORDS, DatasetModel
from lora_studio.ui.panels.data_panel import DataPanel
from tests.ui.fakes import MODEL
from tests.ui.test_data_panel import DataSession

pytestmark = pytest.mark.usefixtures("english")

LONG, GOOD = completion_row("a very long question", "yes"), completion_row("1 + 1 =", "2")


@pytest.fixture
def session(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataSession]:
    def judged(model: object, rows: tuple[str, ...], *_: object) -> Iterator[tuple[int, ModelRowProblem | None]]:
        for index, row in enumerate(rows):
            yield (1200, ModelRowProblem(index, "too long", 1200, 176)) if row == LONG else (9, None)

    monkeypatch.setattr(row_problems, "judged_rows", judged)
    session = DataSession()
    session.asker.engine = SimpleNamespace(
        variants=SimpleNamespace(model=SimpleNamespace(context_length=1024), base=None, activate=lambda _: None)
    )
    session.model = replace(MODEL, spells_everything=True)
    session.datasets.append(DatasetModel(Dataset(name="Long", rows=(GOOD, LONG, GOOD, LONG)), session))
    yield session
    session.deleteLater()


@pytest.fixture
def panel(qtbot: QtBot, session: DataSession) -> DataPanel:
    panel = DataPanel(session.as_session(), Bridge(session))
    qtbot.addWidget(panel)
    panel.show()
    panel.choose("Long")
    return panel


def test_rows_that_would_be_cut_say_so(qtbot: QtBot, session: DataSession, panel: DataPanel) -> None:
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: panel.footer.warning.text() == "2 rows would not be learned as they stand.")
    dataset = panel.current()
    assert dataset is not None
    assert dataset.problem_of(1) == "too long: 176 of 1,200 tokens are cut off"
    assert dataset.problem_of(0) == ""


def test_beside_a_row_stand_its_tokens(qtbot: QtBot, session: DataSession, panel: DataPanel) -> None:
    dataset = panel.current()
    assert dataset is not None
    assert dataset.length(0) == "5", "words, as long as nobody knows better"
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: dataset.length(1) == QLocale().toString(1200))
    assert dataset.length(0) == "9"
    tip = dataset.index(0, WORDS).data(Qt.ItemDataRole.ToolTipRole)
    assert "9 tokens" in tip


def test_the_next_problem_is_one_click_away(qtbot: QtBot, session: DataSession, panel: DataPanel) -> None:
    session.plan_changed.emit(None)
    qtbot.waitUntil(panel.footer.next_problem.isVisible)
    panel.footer.next_problem.click()
    assert panel.table.selected_rows() == [1]
    panel.footer.next_problem.click()
    assert panel.table.selected_rows() == [3]


def test_mending_a_row_takes_its_mark_away(qtbot: QtBot, session: DataSession, panel: DataPanel) -> None:
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: "2 rows" in panel.footer.warning.text())
    dataset = panel.current()
    assert dataset is not None
    dataset.set_text(1, GOOD)
    assert panel.footer.warning.text() == "1 row would not be learned as it stands."


def test_a_model_of_words_needs_no_judge(qtbot: QtBot, session: DataSession, panel: DataPanel) -> None:
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: "2 rows" in panel.footer.warning.text())
    session.model = MODEL
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: not panel.footer.warning.isVisible())
