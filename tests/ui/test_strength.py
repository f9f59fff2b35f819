"""Turning a variant up and down: a slider and a field that say the same, and ask at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.variants_panel import VariantsPanel
from lora_studio.ui.widgets.strength_bar import StrengthBar
from tests.ui.fakes import BASE, LORA_V, FakeSession

STEERED = replace(LORA_V, name="Steered", strength=1.0, strength_limits=(-3.0, 3.0))


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qtbot: QtBot) -> FakeSession:
    return FakeSession(variants=(BASE, LORA_V, STEERED))


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> VariantsPanel:
    bridge = Bridge()
    panel = VariantsPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.resize(900, 220)
    panel.show()
    panel.activateWindow()
    qtbot.waitActive(panel)
    return panel


@pytest.fixture
def bar(panel: VariantsPanel) -> StrengthBar:
    return panel.footer.strength


def asked(session: FakeSession) -> list[float]:
    return [call[2] for call in session.calls if call[:2] == ("set_strength", "Steered")]


def test_it_is_there_for_what_has_a_strength(panel: VariantsPanel, bar: StrengthBar) -> None:
    assert bar.isVisible()
    assert (bar.slider.value(), bar.field.text()) == (10, "1")
    assert (bar.slider.minimum(), bar.slider.maximum()) == (-30, 30)
    panel.choose("LoRA V")
    assert not bar.isVisible()


def test_dragging_asks_on_the_way(session: FakeSession, bar: StrengthBar) -> None:
    middle = bar.slider.height() // 2
    QTest.mousePress(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(knob(bar), middle))
    for x in range(knob(bar), 10, -10):
        QTest.mouseMove(bar.slider, QPoint(x, middle))
    QTest.mouseRelease(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(11, middle))
    found = asked(session)
    assert len(found) > 5
    assert found == sorted(found, reverse=True)
    assert found[-1] < -2.5
    assert bar.field.number() == found[-1]


def knob(bar: StrengthBar) -> int:
    return round(bar.slider._x_of(bar.slider.value()))


def test_the_keyboard_moves_it(session: FakeSession, bar: StrengthBar) -> None:
    bar.slider.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_0):
        QTest.keyClick(bar.slider, key)
    assert asked(session) == [0.9, -0.1, -3.0, 3.0, 0.0]


def test_a_number_can_be_typed_or_stepped(session: FakeSession, bar: StrengthBar) -> None:
    bar.field.setFocus()
    bar.field.selectAll()
    QTest.keyClicks(bar.field, "-1,25")
    assert asked(session)[-1] == -1.25
    assert bar.slider.value() == -12
    QTest.keyClick(bar.field, Qt.Key.Key_Up)
    assert asked(session)[-1] == -1.15


def test_what_lies_outside_is_not_asked_for(session: FakeSession, bar: StrengthBar) -> None:
    bar.field.setFocus()
    bar.field.selectAll()
    QTest.keyClicks(bar.field, "7")
    assert asked(session) == []
    assert bar.field.property("invalid")
    assert bar.field.toolTip() == "From -3 to 3."
    bar.field.selectAll()
    QTest.keyClicks(bar.field, "2")
    assert asked(session) == [2.0]
    assert not bar.field.property("invalid")


def test_an_answer_to_something_older_does_not_pull_at_the_slider(session: FakeSession, bar: StrengthBar) -> None:
    bar.slider.setValue(-5)
    bar.slider.setValue(-20)
    session.set_variants((BASE, LORA_V, replace(STEERED, strength=-0.5)))
    assert bar.slider.value() == -20
    session.set_variants((BASE, LORA_V, replace(STEERED, strength=-2.0)))
    session.set_variants((BASE, LORA_V, replace(STEERED, strength=0.5)))  # changed from elsewhere
    assert (bar.slider.value(), bar.field.text()) == (5, "0.5")
    assert asked(session) == [-0.5, -2.0]


def test_each_variant_has_its_own(panel: VariantsPanel, session: FakeSession, bar: StrengthBar) -> None:
    other = replace(STEERED, name="Other", strength=0.2, strength_limits=(0.0, 1.0))
    session.set_variants((BASE, STEERED, other))
    panel.choose("Other")
    assert (bar.slider.minimum(), bar.slider.maximum(), bar.slider.value()) == (0, 10, 2)
    panel.choose("Steered")
    assert (bar.slider.minimum(), bar.slider.value()) == (-30, 10)
    assert session.calls == []


def test_the_wheel_passes_by_until_one_is_in_it(panel: VariantsPanel, session: FakeSession, bar: StrengthBar) -> None:
    panel.table.setFocus()
    wheel(bar.slider)
    assert asked(session) == []
    bar.slider.setFocus()
    wheel(bar.slider)
    assert len(asked(session)) == 1


def wheel(widget: QWidget) -> None:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, QPointF(widget.mapToGlobal(place)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_both_say_what_they_are(bar: StrengthBar) -> None:
    for widget in (bar.slider, bar.field):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert widget.accessibleName() == "Strength"
        assert "0 is the base" in widget.accessibleDescription()


@pytest.fixture
def watching(session: FakeSession, bar: StrengthBar) -> StrengthBar:
    bar.watch(session.as_session())
    return bar


def test_a_strength_that_is_refused_does_not_stay(session: FakeSession, watching: StrengthBar) -> None:
    watching.slider.setValue(20)
    watching.slider.setValue(25)
    session.strength_refused.emit("Steered", 2.0)  # something newer is being asked for
    assert watching.slider.value() == 25
    session.strength_refused.emit("Steered", 2.5)
    assert (watching.slider.value(), watching.field.text()) == (10, "1")
    session.set_variants((BASE, LORA_V, replace(STEERED, strength=0.5)))
    assert watching.slider.value() == 5


def test_without_a_model_nothing_can_be_turned(session: FakeSession, watching: StrengthBar) -> None:
    session.model = None
    session.model_left.emit()
    assert not watching.slider.isEnabled()
    session.become_ready((BASE, LORA_V, STEERED))
    assert watching.slider.isEnabled()
