"""What Train would do: how much is trained, what is written, how long it runs."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lora_studio.core.summaries import MemoryPlan, Plan
from lora_studio.ui.theme import GRID, set_property
from lora_studio.ui.widgets.amounts import count, data_size, share
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.memory_bar import MemoryView

WORTH_A_PICTURE = 200_000_000  # bytes; a smaller run fits everywhere, and says its size in a line


class _Line(NamedTuple):
    title: QLabel
    value: QLabel

    def say(self, text: str, tool_tip: str = "") -> None:
        self.value.setText(text)
        self.value.setToolTip(tool_tip)

    def name(self, text: str) -> None:
        self.title.setText(text)
        self.value.setAccessibleName(text)

    def set_visible(self, visible: bool) -> None:
        self.title.setVisible(visible)
        self.value.setVisible(visible)


class PlanBox(QWidget):
    """Names on the left, figures on the right; without a plan, the reason. What a method does not do has no line."""

    saving_chosen = Signal(object)  # Saving: a change that makes the run smaller

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._own = self._line(self.tr("Trainable by the method"))
        self._all = self._line(self.tr("With embeddings and head"))
        self._share = self._line("")
        self._size = self._line(self.tr("On disk"))
        self._steps = self._line("")
        self._words = self._line(self.tr("New words"))
        self._memory = self._line(self.tr("Memory at its peak"))
        self._lines = (self._own, self._all, self._share, self._size, self._steps, self._words, self._memory)
        self.memory_view = MemoryView(self)
        self.memory_view.saving_chosen.connect(self.saving_chosen)
        self._grid.addWidget(self.memory_view, self._grid.rowCount(), 0, 1, 2)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._grid.addWidget(self._note, self._grid.rowCount(), 0, 1, 2)
        self.set_kind(learns=True)
        self.show_nothing("")

    def set_kind(self, *, learns: bool) -> None:
        """Whether the method learns by training; otherwise it only reads prompts."""
        for line in (self._own, self._share, self._words):
            line.set_visible(learns)
        self._steps.name(self.tr("Optimizer steps") if learns else self.tr("Prompts to read"))
        if not learns:
            self._all.set_visible(False)

    def show_plan(self, plan: Plan) -> None:
        locale = self.locale()
        self._own.say(count(plan.method_parameters, locale))
        self._all.say(count(plan.trainable, locale))
        self._all.set_visible(plan.trainable != plan.method_parameters)
        self._share.name(self.tr("Share of {total} parameters").format(total=count(plan.total, locale)))
        self._share.say(share(plan.trainable, plan.total, locale))
        self._size.say(data_size(plan.adapter_bytes, locale))
        self._steps.say(count(plan.steps, locale))
        self._words.say(self._words_text(plan.new_words), ", ".join(plan.new_words))
        self._show_memory(plan.memory)
        hardly = bool(plan.new_words) and not plan.words_trainable and not self._words.value.isHidden()
        self._say(self.tr("Neither embeddings nor head train, so these words can hardly be learned.") if hardly else "")

    def show_nothing(self, reason: str, *, is_problem: bool = False) -> None:
        """Without a plan nothing is claimed."""
        self._share.name(self.tr("Share of all parameters"))
        for line in self._lines:
            line.say("—")
        self.memory_view.hide()
        self._say(reason, is_problem=is_problem)

    def text(self) -> str:
        """All that is shown in one string, a line each."""
        shown = [f"{line.title.text()} {line.value.text()}" for line in self._lines if not line.title.isHidden()]
        memory = [] if self.memory_view.isHidden() else [self.memory_view.text()]
        return "\n".join([*shown, *memory, self._note.text()])

    def _show_memory(self, memory: MemoryPlan | None) -> None:
        self._memory.set_visible(memory is not None)
        is_large = memory is not None and (memory.peak >= WORTH_A_PICTURE or not memory.fits)
        self.memory_view.setVisible(is_large)
        if memory is None:
            return
        peak = data_size(memory.peak, self.locale())
        if not is_large or memory.available is None:
            self._memory.say(peak)
        else:
            there = data_size(memory.available, self.locale())
            self._memory.say(self.tr("{peak} of {there}").format(peak=peak, there=there))
        if is_large:
            self.memory_view.show_memory(memory)

    def _say(self, note: str, *, is_problem: bool = False) -> None:
        self._note.setText(note)
        set_property(self._note, "role", "error" if is_problem else "muted")
        self._note.setVisible(bool(note))

    def _line(self, name: str) -> _Line:
        row = self._grid.rowCount()
        title = QLabel(self)
        title.setProperty("role", "muted")
        title.setWordWrap(True)
        value = QLabel("—", self)
        value.setFont(tabular(self.font()))
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(value, row, 1)
        line = _Line(title, value)
        line.name(name)
        return line

    def _words_text(self, words: tuple[str, ...]) -> str:
        if not words:
            return self.tr("none")
        shown = words if len(words) <= 2 else words[:2]
        more = f" +{len(words) - len(shown)}" if len(words) > len(shown) else ""
        return f"{len(words)}: {', '.join(shown)}{more}"
