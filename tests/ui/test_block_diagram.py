"""The drawn block in which one clicks the layers to adapt."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from lora_studio.ui.theme import DARK, LIGHT, Colors, apply_theme
from lora_studio.ui.widgets.block_diagram import BlockDiagram, LayerGroup
from lora_studio.ui.widgets.layer_box import RING, LayerBox

MINI = (
    LayerGroup("attention", ("q_proj", "k_proj", "v_proj", "o_proj")),
    LayerGroup("feed_forward", ("linear1", "linear2")),
)
LLAMA = (
    LayerGroup("attention", ("q_proj", "k_proj", "v_proj", "o_proj")),
    LayerGroup("feed_forward", ("gate_proj", "up_proj", "down_proj")),
)
GPT2 = (LayerGroup("attention", ("c_attn", "c_proj")), LayerGroup("feed_forward", ("c_fc", "c_proj")))
ODD = (
    LayerGroup("attention", ("q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj")),
    LayerGroup("feed_forward", ("w2",)),
    LayerGroup("other", ("router",)),
)
PANEL = 276  # px, the column of the method panel


@pytest.fixture
def diagram(qtbot: QtBot) -> BlockDiagram:
    return shown(qtbot, MINI, "v_proj")


def shown(qtbot: QtBot, groups: tuple[LayerGroup, ...], *chosen: str) -> BlockDiagram:
    diagram = BlockDiagram(groups, "Target layers")
    qtbot.addWidget(diagram)
    diagram.set_chosen(chosen)
    diagram.setFixedWidth(PANEL)
    diagram.show()
    diagram.adjustSize()
    QApplication.processEvents()
    return diagram


def click(box: LayerBox | QPushButton) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)


def quick(diagram: BlockDiagram, text: str) -> QPushButton:
    return next(button for button in diagram.quick_buttons() if button.text() == text)


def pressed(diagram: BlockDiagram) -> list[str]:
    return [button.text() for button in diagram.quick_buttons() if button.isChecked()]


def place(diagram: BlockDiagram, box: LayerBox) -> QRect:
    return QRect(box.mapTo(diagram, QPoint()), box.size()).adjusted(RING, RING, -RING, -RING)


def with_focus(diagram: BlockDiagram) -> str:
    return next(box.value for box in diagram.boxes() if box.hasFocus())


def test_a_click_chooses_and_a_second_one_lets_go(qtbot: QtBot, diagram: BlockDiagram) -> None:
    with qtbot.waitSignal(diagram.edited):
        click(diagram.box("linear1"))
    assert diagram.chosen() == ("v_proj", "linear1")
    click(diagram.box("v_proj"))
    assert diagram.chosen() == ("linear1",)


def test_the_chosen_layers_come_in_the_order_in_which_data_passes(diagram: BlockDiagram) -> None:
    for name in ("linear2", "q_proj"):
        click(diagram.box(name))
    assert diagram.chosen() == ("q_proj", "v_proj", "linear2")


def test_choosing_from_outside_is_silent(qtbot: QtBot, diagram: BlockDiagram) -> None:
    with qtbot.assertNotEmitted(diagram.edited):
        diagram.set_chosen(("o_proj", "q_proj"))
    assert diagram.chosen() == ("q_proj", "o_proj")


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_keyboard_chooses_too(qtbot: QtBot, diagram: BlockDiagram, key: Qt.Key) -> None:
    diagram.box("k_proj").setFocus()
    with qtbot.waitSignal(diagram.edited):
        QTest.keyClick(diagram.box("k_proj"), key)
    assert diagram.chosen() == ("k_proj", "v_proj")


def test_arrows_lead_from_box_to_box_as_they_are_drawn(diagram: BlockDiagram) -> None:
    keys = Qt.Key
    diagram.setFocus()
    seen = [with_focus(diagram)]
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Right, keys.Key_Up, keys.Key_Left, keys.Key_Down, keys.Key_Up):
        QTest.keyClick(diagram.box(seen[-1]), key)
        seen.append(with_focus(diagram))
    assert seen == ["q_proj", "k_proj", "v_proj", "v_proj", "linear1", "linear2", "o_proj", "linear2"]
    assert diagram.chosen() == ("v_proj",)  # moving chooses nothing


def test_tab_stops_once_and_comes_back_to_where_one_was(diagram: BlockDiagram) -> None:
    diagram.box("o_proj").setFocus()
    QTest.keyClick(diagram.box("o_proj"), Qt.Key.Key_Tab)
    assert quick(diagram, "Attention").hasFocus()
    QTest.keyClick(quick(diagram, "Attention"), Qt.Key.Key_Backtab)
    assert with_focus(diagram) == "o_proj"


def test_every_box_says_which_layer_it_is(diagram: BlockDiagram) -> None:
    for box in diagram.boxes():
        assert box.toolTip() == box.value
        assert box.accessibleName() == f"Target layers: {box.value}"
    assert [box.text() for box in diagram.boxes()] == ["q", "k", "v", "o", "linear1", "linear2"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Attention", ("q_proj", "k_proj", "v_proj", "o_proj")),
        ("Feed-forward", ("linear1", "linear2")),
        ("All", ("q_proj", "k_proj", "v_proj", "o_proj", "linear1", "linear2")),
    ],
)
def test_quick_buttons_choose_a_part_and_nothing_else(
    qtbot: QtBot, diagram: BlockDiagram, text: str, names: tuple[str, ...]
) -> None:
    assert pressed(diagram) == []
    with qtbot.waitSignal(diagram.edited):
        click(quick(diagram, text))
    assert diagram.chosen() == names
    assert pressed(diagram) == [text]
    with qtbot.assertNotEmitted(diagram.edited):
        click(quick(diagram, text))
    assert pressed(diagram) == [text]


def test_a_quick_button_is_pressed_only_while_it_fits_exactly(diagram: BlockDiagram) -> None:
    diagram.set_chosen(("linear1", "linear2"))
    assert pressed(diagram) == ["Feed-forward"]
    click(diagram.box("q_proj"))
    assert pressed(diagram) == []


def test_layers_without_a_place_get_a_box_below(diagram: BlockDiagram) -> None:
    name = "blocks.0.attention.v_proj"
    diagram.set_chosen((name,))
    assert diagram.chosen() == (name,)
    assert diagram.box(name).text() == name
    assert diagram.box(name).isVisible()
    assert [label.text() for label in diagram.findChildren(QLabel) if label.isVisible()] == ["Other"]
    click(quick(diagram, "All"))
    assert name not in diagram.chosen()


def test_tab_finds_a_box_that_came_later_in_its_place(qtbot: QtBot, diagram: BlockDiagram) -> None:
    diagram.set_chosen(("x_proj",))
    diagram.box("x_proj").setFocus()
    QTest.keyClick(diagram.box("x_proj"), Qt.Key.Key_Tab)
    assert quick(diagram, "Attention").hasFocus()


def test_the_row_of_others_shows_only_if_there_are_some(diagram: BlockDiagram) -> None:
    assert not [label for label in diagram.findChildren(QLabel) if label.isVisible()]


def test_without_any_groups_there_are_only_the_boxes(qtbot: QtBot) -> None:
    diagram = shown(qtbot, (), "v_proj")
    assert diagram.chosen() == ("v_proj",)
    assert diagram.quick_buttons() == ()


def test_a_layer_that_both_parts_have_is_one_choice(diagram: BlockDiagram, qtbot: QtBot) -> None:
    diagram = shown(qtbot, GPT2)
    boxes = [box for box in diagram.boxes() if box.value == "c_proj"]
    assert len(boxes) == 2
    click(boxes[1])
    assert all(box.isChecked() for box in boxes)
    assert diagram.chosen() == ("c_proj",)
    click(boxes[0])
    assert not any(box.isChecked() for box in boxes)


@pytest.mark.parametrize("groups", [MINI, LLAMA, GPT2, ODD])
def test_it_fits_the_panel_and_nothing_overlaps(qtbot: QtBot, groups: tuple[LayerGroup, ...]) -> None:
    diagram = shown(qtbot, groups)
    assert diagram.minimumSizeHint().width() <= PANEL
    places = [place(diagram, box) for box in diagram.boxes()]
    places += [QRect(button.mapTo(diagram, QPoint()), button.size()) for button in diagram.quick_buttons()]
    assert all(diagram.rect().contains(one) for one in places)
    assert not any(one.intersects(other) for index, one in enumerate(places) for other in places[:index])


def test_attention_stands_below_and_what_writes_beside_the_stream(diagram: BlockDiagram) -> None:
    where = {box.value: place(diagram, box).center() for box in diagram.boxes()}
    assert where["q_proj"].x() < where["k_proj"].x() < where["v_proj"].x()
    assert where["o_proj"].x() < where["q_proj"].x()
    assert where["linear2"].x() < where["linear1"].x()
    assert where["linear1"].y() < where["o_proj"].y() < where["q_proj"].y()


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_chosen_boxes_are_filled_in_both_themes(qtbot: QtBot, qapp: QApplication, colors: Colors) -> None:
    apply_theme(qapp, colors)
    diagram = shown(qtbot, MINI, "v_proj")
    picture = diagram.grab().toImage()

    def fill(value: str) -> QColor:
        corner = place(diagram, diagram.box(value)).topLeft()
        return picture.pixelColor(corner + QPoint(4, 4))

    assert fill("v_proj") == QColor(colors.accent)
    assert fill("q_proj") == QColor(colors.field)
    apply_theme(qapp, LIGHT)
