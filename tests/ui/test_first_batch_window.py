"""The window that shows the first batch: what is asked, and what a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from lora_studio.core.errors import DataError
from lora_studio.core.summaries import FirstBatch, FirstBatchToken
from lora_studio.ui.widgets import first_batch_window
from lora_studio.ui.widgets.first_batch_window import FirstBatchWindow
from tests.ui.fakes import FakeSession

pytestmark = pytest.mark.usefixtures("english")

TOKENS = (
    FirstBatchToken("What", 5, "prompt", False, 0),
    FirstBatchToken(" is", 6, "prompt", False, 1),
    FirstBatchToken(" it", 7, "learned", True, 2),
    FirstBatchToken("<end>", 0, "end", True, 3),
    FirstBatchToken("<end>", 0, "padding", False, 4),
)
BATCH = FirstBatch((TOKENS, TOKENS[:2]), batches=12, template="chat", cut_rows=3)


@pytest.fixture
def session(qapp: object) -> Iterator[FakeSession]:
    session = FakeSession()
    yield session
    session.deleteLater()


@pytest.fixture
def answers(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine answers, one after another."""
    found: list[Any] = [BATCH]

    def answer(recipe: object, engine: object) -> object:
        result = found[0] if len(found) == 1 else found.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(first_batch_window, "_first_batch", answer)
    session.asker.engine = object()
    return found


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, answers: list[Any]) -> Iterator[FirstBatchWindow]:
    window = FirstBatchWindow(session.as_session())
    window.show()
    qtbot.waitExposed(window)
    yield window
    if isValid(window):
        window.close()


def test_it_says_what_is_read_and_what_is_learned(window: FirstBatchWindow) -> None:
    text = window.summary.text()
    assert "2 windows · 6 tokens · 2 of them learned · 12 batches in a pass" in text
    assert "template" in text
    assert "rows too long, so that their end is cut off: 3" in text
    described = window.rows[0].accessibleDescription()
    assert "What: read only; number 5, position 0" in described
    assert "<end>: end, learned; number 0, position 3" in described
    assert "1 × padding" in described


def test_a_token_under_the_pointer_is_found(window: FirstBatchWindow) -> None:
    row = window.rows[0]
    boxes = row._boxes(row.width())
    assert row.token_at(boxes[2].center()) == TOKENS[2]


def test_it_follows_the_recipe(
    qtbot: QtBot, session: FakeSession, answers: list[Any], window: FirstBatchWindow
) -> None:
    answers[0] = FirstBatch((TOKENS,), batches=1)
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: len(window.rows) == 1)
    assert "1 batch in a pass" in window.summary.text()


def test_what_cannot_be_read_is_said_with_advice(
    qtbot: QtBot, session: FakeSession, answers: list[Any], window: FirstBatchWindow
) -> None:
    answers[0] = DataError("There is nothing to learn.", advice="Add a row.")
    session.plan_changed.emit(None)
    qtbot.waitUntil(lambda: not window.rows)
    assert window.message.text() == "There is nothing to learn.\nAdd a row."
    assert window.message.isVisible()


def test_escape_closes_it(qtbot: QtBot, window: FirstBatchWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(window))
