"""In the smaller of the two sizes, in the longer of the two languages, every label and button has room for its text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.events import Receipt
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.translations import Languages
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession
from tests.ui.windows import retire, shown_window

LEAST_LOOKED_AT = 20  # texts with each panel; fewer would mean that nothing was looked at
ROUNDING = 1  # px


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    before, languages = QLocale(), Languages(qapp)
    languages.use("de")
    session = FakeSession(variants=(BASE, LORA_V, LORA_ALL))
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    session.selected = ("FACT_CORRECTION",)
    bridge = Bridge()
    window = shown_window(qtbot, session, bridge)
    window.reset_layout()
    window.notices.show_receipt(Receipt("adapter", "/studio/runs/2026-11-25-021748-LoRA-V/adapter", 7, 0.0, (), 62_000))
    yield window
    retire(window, session)
    bridge.close()
    languages.use("en")
    QLocale.setDefault(before)


def has_room(widget: QWidget) -> bool:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() >= widget.heightForWidth(widget.width()) - ROUNDING
    return widget.width() >= widget.sizeHint().width() - ROUNDING


@pytest.mark.parametrize("number", range(8))
def test_every_text_has_room_in_german(qtbot: QtBot, window: MainWindow, number: int) -> None:
    dock = window.docks[number]
    dock.raise_()
    qtbot.wait(50)
    widgets: list[QLabel | QAbstractButton] = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    looked_at = [w for w in widgets if w.isVisible() and w.text() and not w.visibleRegion().isEmpty()]
    assert len(looked_at) >= LEAST_LOOKED_AT
    assert [w.text() for w in looked_at if not has_room(w)] == []
