"""Usable without a mouse and without looking: names, and ways to get everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QAbstractSpinBox, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.errors import DataError
from lora_studio.core.methods import METHODS
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession
from tests.ui.windows import retire, shown_window

pytestmark = pytest.mark.usefixtures("english")

MOST_STOPS = 300  # more than there are in the window


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    session = FakeSession(variants=(BASE, LORA_V, LORA_ALL))
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    session.selected = ("FACT_CORRECTION",)
    bridge = Bridge()
    window = shown_window(qtbot, session, bridge)
    yield window
    retire(window, session)
    bridge.close()


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    nameless = [_described(widget) for widget in focusable(window) if not spoken_name(widget)]
    assert nameless == []


@pytest.mark.parametrize("method", METHODS, ids=[method.name for method in METHODS])
def test_so_have_the_fields_of_every_method(window: MainWindow, method: type) -> None:
    window.method_panel.choose_method(METHODS.index(method))
    nameless = [_described(widget) for widget in focusable(window.method_panel) if not spoken_name(widget)]
    assert nameless == []


def test_the_panels_have_names(window: MainWindow) -> None:
    assert all(panel.accessibleName() for panel in window.panels)


def test_messages_the_palette_and_the_tour_have_names(window: MainWindow) -> None:
    window.notices.show_problem(DataError("{path} is not UTF-8 text.", path="facts.txt"))
    window.start_tour()
    window.commands.open()
    assert window.notices.accessibleName()
    assert window.tour.card.accessibleDescription()
    assert window.commands.accessibleName()


def test_tab_reaches_every_panel_in_sight_and_comes_round(window: MainWindow) -> None:
    window.probe_panel.focus_prompt()
    begin = now = QApplication.focusWidget()
    assert now is not None
    seen: list[QWidget] = []
    for _ in range(MOST_STOPS):
        QTest.keyClick(now, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        seen.append(now)
        if now is begin:
            break
    assert seen[-1] is begin, "the focus never comes back"
    in_sight = [panel for panel in window.panels if not panel.visibleRegion().isEmpty() and _has_stops(panel)]
    missed = [panel.accessibleName() for panel in in_sight if not any(panel.isAncestorOf(stop) for stop in seen)]
    assert missed == []
    assert any(window.train_button() is stop for stop in seen)


def focusable(root: QWidget) -> list[QWidget]:
    """What Tab can stop at; the parts inside a field that stands for them are left out."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.window() is root.window()
        and widget.focusProxy() is None
        and not (isinstance(widget, QLineEdit) and isinstance(widget.parent(), QAbstractSpinBox))
        and not (type(widget) is QAbstractScrollArea or widget.objectName().startswith("qt_"))
        and not isinstance(widget.parent(), QAbstractItemView)
    ]


def spoken_name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (text() if callable(text) else "")


def _has_stops(panel: QWidget) -> bool:
    return any(widget.isVisible() and widget.isEnabled() for widget in focusable(panel))


def _described(widget: QWidget) -> str:
    owner = widget.parentWidget()
    return f"{type(widget).__name__} in {type(owner).__name__}"
