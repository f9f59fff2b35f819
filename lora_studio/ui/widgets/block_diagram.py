"""The layers of a model as a drawn block: what is clicked is adapted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID, small_font
from lora_studio.ui.widgets.block_schematic import BlockSchematic
from lora_studio.ui.widgets.flow_layout import FlowLayout
from lora_studio.ui.widgets.layer_box import LayerBox

Kind = Literal["attention", "feed_forward", "other"]
CHIP_AROUND = 18  # px: border and padding of the style sheet
ASIDE = 2  # how much more than on its way an arrow key minds what is off its way


@dataclass(frozen=True, slots=True)
class LayerGroup:
    """Layers of one part of a block, in the order in which data passes through them; the last writes to the stream."""

    kind: Kind
    names: tuple[str, ...]


class BlockDiagram(QWidget):
    """Boxes in a drawing of the block and, for layers that have no place in it, in a row below.

    The chosen names come in the order of the boxes. A name that two groups have gets a box in each; they go together.
    """

    edited = Signal()

    def __init__(self, groups: tuple[LayerGroup, ...], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # else it could not be given a place in the order of Tab
        self._name = name
        self._boxes: list[LayerBox] = []
        self._quick: dict[QPushButton, tuple[str, ...]] = {}
        self._others = QWidget(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._build(*(_names_of(groups, kind) for kind in ("attention", "feed_forward", "other")))

    def chosen(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(box.value for box in self._boxes if box.isChecked()))

    def set_chosen(self, values: Iterable[str]) -> None:
        """Values that have no box yet get one."""
        values = tuple(values)
        known = {box.value for box in self._boxes}
        for value in values:
            if value not in known:
                self._add_other(value)
        for box in self._boxes:
            box.setChecked(box.value in values)
        self._show_quick()

    def box(self, value: str) -> LayerBox:
        """The box of the layer `value`, the first if there are two."""
        return next(box for box in self._boxes if box.value == value)

    def boxes(self) -> tuple[LayerBox, ...]:
        return tuple(self._boxes)

    def quick_buttons(self) -> tuple[QPushButton, ...]:
        return tuple(self._quick)

    # Building

    def _build(self, attention: tuple[str, ...], feed_forward: tuple[str, ...], other: tuple[str, ...]) -> None:
        if attention or feed_forward:
            self._column.addWidget(BlockSchematic(attention, feed_forward, self._make_box, self))
        self._column.addWidget(self._others)
        self._other_row = FlowLayout(self._others, line_spacing=GRID)
        label = QLabel(self.tr("Other"), self._others)
        label.setProperty("role", "muted")
        label.setFont(small_font(self.font()))
        self._other_row.addWidget(label)
        self._other_label = label
        self._others.hide()
        for value in other:
            self._add_other(value)
        every = tuple(dict.fromkeys((*attention, *feed_forward, *other)))
        quick = ((self.tr("Attention"), attention), (self.tr("Feed-forward"), feed_forward), (self.tr("All"), every))
        self._column.addWidget(self._quick_row(quick))

    def _quick_row(self, choices: Iterable[tuple[str, tuple[str, ...]]]) -> QWidget:
        row = QWidget(self)
        layout = FlowLayout(row, line_spacing=GRID)
        for text, names in choices:
            if names:
                button = QPushButton(text, row)
                button.setProperty("role", "chip")
                button.setCheckable(True)
                button.setAccessibleName(f"{self._name}: {text}")
                button.setMinimumWidth(_pressed_width(button))
                button.clicked.connect(lambda *_, names=names: self._choose(names))
                layout.addWidget(button)
                self._quick[button] = names
        row.setVisible(bool(self._quick))
        return row

    def _make_box(self, value: str, parent: QWidget, *, short_label: bool = True) -> LayerBox:
        box = LayerBox(value, short(value) if short_label else value, self._name, parent)
        box.clicked.connect(lambda checked: self._toggled(value, checked))
        box.focused.connect(lambda: self._reach_by_tab(box))
        box.arrow_pressed.connect(lambda right, down: self._go(box, right, down))
        box.set_invalid(bool(self.property("invalid")))
        self._boxes.append(box)
        if len(self._boxes) == 1:
            self._reach_by_tab(box)
        return box

    def _add_other(self, value: str) -> None:
        before = self._boxes[-1] if self._boxes else None
        box = self._make_box(value, self._others, short_label=False)
        if before:
            self.setTabOrder(before, box)  # otherwise it would come after all that is in the window by now
        self._other_row.addWidget(box)
        self._other_label.setFixedHeight(box.sizeHint().height())  # on one line with the first box
        self._others.show()

    # Choosing

    def _toggled(self, value: str, checked: bool) -> None:
        for box in self._boxes:
            if box.value == value:
                box.setChecked(checked)
        self._show_quick()
        self.edited.emit()

    def _choose(self, names: tuple[str, ...]) -> None:
        before = self.chosen()
        self.set_chosen(names)
        if self.chosen() != before:
            self.edited.emit()

    def _show_quick(self) -> None:
        """A quick button is pressed while exactly its layers are chosen."""
        chosen = set(self.chosen())
        for button, names in self._quick.items():
            with QSignalBlocker(button):
                button.setChecked(chosen == set(names))

    # Keyboard

    def _reach_by_tab(self, box: LayerBox) -> None:
        """Tab stops once in the diagram: at the box that had the focus last."""
        for other in self._boxes:
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other is box else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(box)

    def _go(self, box: LayerBox, right: int, down: int) -> None:
        """To the nearest box in that direction, if there is one."""
        here = self._center(box)

        def distance(other: LayerBox) -> int:
            way = self._center(other) - here
            ahead, aside = (way.x() * right, way.y()) if right else (way.y() * down, way.x())
            return ahead + ASIDE * abs(aside) if ahead > 0 else -1

        reachable = {other: far for other in self._boxes if (far := distance(other)) > 0}
        if reachable:
            min(reachable, key=reachable.__getitem__).setFocus(Qt.FocusReason.OtherFocusReason)

    def _center(self, box: LayerBox) -> QPoint:
        return box.mapTo(self, box.rect().center())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DynamicPropertyChange:
            for box in self._boxes:
                box.set_invalid(bool(self.property("invalid")))
        return super().event(event)


def short(name: str) -> str:
    """What a box says: q for q_proj; the names of GPT-2's layers would lose their meaning."""
    return name if name.startswith("c_") else name.removesuffix("_proj")


def _pressed_width(chip: QPushButton) -> int:
    """A pressed chip is written bold, which Qt forgets when it asks how wide it is."""
    font = QFont(chip.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font).horizontalAdvance(chip.text()) + CHIP_AROUND


def _names_of(groups: tuple[LayerGroup, ...], kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups if group.kind == kind for name in group.names))
