"""What a run takes of a device's memory: a bar of its parts against what is there, their names, and what helps."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lora_studio.core.summaries import MemoryPlan, Saving
from lora_studio.ui.theme import GRID, Colors, colors_of, set_property, small_font
from lora_studio.ui.widgets.amounts import data_size

HEIGHT = 10  # px of the bar
MOST_SAVINGS = 2  # that are offered
WORTH_NAMING = 0.005  # of the peak


class Part(NamedTuple):
    """`color` is its place among the theme's marks."""

    name: str
    size: int
    color: int


class MemoryBar(QWidget):
    """Paints the parts one after the other; the track is what is there. Above that, the line marks its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._parts: tuple[Part, ...] = ()
        self._there = 0

    def show_parts(self, parts: tuple[Part, ...], there: int | None) -> None:
        self._parts, self._there = parts, there or 0
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colors = colors_of(self)
        painter = QPainter(self)
        area = QRectF(0, 1, self.width(), HEIGHT)
        taken = sum(part.size for part in self._parts)
        whole = max(taken, self._there, 1)
        painter.fillRect(area, QColor(colors.line))
        left = 0.0
        for part in self._parts:
            width = area.width() * part.size / whole
            painter.fillRect(QRectF(left, area.top(), width, HEIGHT), QColor(colors.variants[part.color]))
            left += width
        if 0 < self._there < taken:
            end = area.width() * self._there / whole
            painter.fillRect(QRectF(end - 3, 0, 6, HEIGHT + 2), QColor(colors.panel))
            painter.fillRect(QRectF(end - 1, 0, 2, HEIGHT + 2), QColor(colors.error))
        painter.end()


class MemoryView(QWidget):
    """Shows a plan whose memory is worth a picture."""

    saving_chosen = Signal(object)  # Saving

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: MemoryPlan | None = None
        self.bar = MemoryBar(self)
        self.legend = self._label()
        self.note = self._label()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, GRID, 0, 0)
        self._column.setSpacing(GRID)
        for widget in (self.bar, self.legend, self.note):
            self._column.addWidget(widget)
        self.buttons: list[QPushButton] = []

    def show_memory(self, memory: MemoryPlan) -> None:
        if memory == self._plan:
            return
        self._plan = memory
        self._show_parts(memory)
        self.note.setText(self._note_text(memory))
        self.note.setVisible(bool(self.note.text()))
        set_property(self.note, "role", "muted" if memory.fits else "error")
        self._offer(memory)

    def text(self) -> str:
        """All that is shown, a line each."""
        parts = "" if self._plan is None else self._parts_text(self._plan)
        return "\n".join([parts, self.note.text(), *(button.text() for button in self.buttons)])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._plan:
            self._show_parts(self._plan)

    def _show_parts(self, memory: MemoryPlan) -> None:
        parts = self._parts(memory)
        self.bar.show_parts(parts, memory.available)
        said = self._parts_text(memory)
        self.bar.setAccessibleName(self.tr("Memory: {parts}").format(parts=said))
        self.bar.setToolTip(said)
        self.legend.setText(self._legend_text(parts, colors_of(self)))

    def _parts(self, memory: MemoryPlan) -> tuple[Part, ...]:
        found = (
            Part(self.tr("Weights"), memory.weights, 0),
            Part(self.tr("Gradients"), memory.gradients, 4),
            Part(self.tr("Optimizer"), memory.optimizer, 3),
            Part(self.tr("Activations"), memory.activations, 1),
            Part(self.tr("Scores"), memory.logits, 2),
        )
        return tuple(part for part in found if part.size > WORTH_NAMING * memory.peak)

    def _parts_text(self, memory: MemoryPlan) -> str:
        return ", ".join(f"{part.name} {data_size(part.size, self.locale())}" for part in self._parts(memory))

    def _legend_text(self, parts: tuple[Part, ...], colors: Colors) -> str:
        said = [
            f'<span style="color: {colors.variants[part.color]}">■</span>&nbsp;'
            f"{escape(part.name)}&nbsp;{escape(data_size(part.size, self.locale())).replace(' ', '&nbsp;')}"
            for part in parts
        ]
        return " &nbsp; ".join(said)

    def _note_text(self, memory: MemoryPlan) -> str:
        if memory.fits:
            return self.tr("As a run like this was measured here.") if memory.calibrated else ""
        missing = data_size(memory.peak - (memory.available or 0), self.locale())
        said = self.tr("It would not fit: {size} are missing.").format(size=missing)
        other = next((saving for saving in memory.savings[:MOST_SAVINGS] if saving.kind == "nf4"), None)
        if other is None:
            return said
        freed = data_size(other.freed, self.locale())
        return f"{said} {self.tr('Open the model in 4 bits (NF4) to save {size}.').format(size=freed)}"

    def _offer(self, memory: MemoryPlan) -> None:
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        able = [saving for saving in memory.savings if saving.changes or saving.method]
        self.buttons = [self._button(saving) for saving in able[:MOST_SAVINGS]]

    def _button(self, saving: Saving) -> QPushButton:
        freed = data_size(saving.freed, self.locale())
        button = QPushButton(self.tr("{change}: −{size}").format(change=self._change_text(saving), size=freed), self)
        button.setFont(small_font(self.font()))
        button.setToolTip(self.tr("Changes the setting; it can be undone."))
        button.clicked.connect(partial(self.saving_chosen.emit, saving))
        self._column.addWidget(button)
        return button

    def _change_text(self, saving: Saving) -> str:
        texts = {
            "batch": self.tr("Batches of {batch}, {accumulation} for each update"),
            "length": self.tr("At most {length} tokens a row"),
            "checkpointing": self.tr("Recompute activations"),
            "lora": self.tr("LoRA instead"),
            "qlora": self.tr("QLoRA instead, in 4 bits"),
        }
        return texts[saving.kind].format(**saving.values)

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "muted")
        label.setFont(small_font(self.font()))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return label
