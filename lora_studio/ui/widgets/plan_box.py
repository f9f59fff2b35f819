"""What Train would do: how much is trained, what is written, how long it runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lora_studio.core.summaries import Plan
from lora_studio.ui.theme import GRID, set_property
from lora_studio.ui.widgets.amounts import count, data_size, share
from lora_studio.ui.widgets.figures import tabular


class PlanBox(QWidget):
    """Names on the left, figures on the right; without a plan, the reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._own = self._line(self.tr("Trainable in A and B"))
        self._all = self._line(self.tr("With embeddings and head"))
        self._share = self._line("")
        self._share_title = self._titles[-1]
        self._size = self._line(self.tr("Adapter on disk"))
        self._steps = self._line(self.tr("Optimizer steps"))
        self._words = self._line(self.tr("New words"))
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._grid.addWidget(self._note, self._grid.rowCount(), 0, 1, 2)
        self.show_nothing("")

    def show_plan(self, plan: Plan) -> None:
        locale = self.locale()
        self._own.setText(count(plan.method_parameters, locale))
        self._all.setText(count(plan.trainable, locale))
        self._share_title.setText(self.tr("Share of {total} parameters").format(total=count(plan.total, locale)))
        self._share.setText(share(plan.trainable, plan.total, locale))
        self._size.setText(data_size(plan.adapter_bytes, locale))
        self._steps.setText(count(plan.steps, locale))
        self._words.setText(self._words_text(plan.new_words))
        self._words.setToolTip(", ".join(plan.new_words))
        self._note.hide()

    def show_nothing(self, reason: str, *, is_problem: bool = False) -> None:
        """Without a plan nothing is claimed."""
        self._share_title.setText(self.tr("Share of all parameters"))
        for value in (self._own, self._all, self._share, self._size, self._steps, self._words):
            value.setText("—")
            value.setToolTip("")
        self._note.setText(reason)
        set_property(self._note, "role", "error" if is_problem else "muted")
        self._note.setVisible(bool(reason))

    def text(self) -> str:
        """All of it in one string, a line each."""
        labels = [item.widget() for i in range(self._grid.count()) if (item := self._grid.itemAt(i))]
        texts = [label.text() for label in labels if isinstance(label, QLabel)]
        return "\n".join(" ".join(pair) for pair in zip(texts[:-1:2], texts[1:-1:2], strict=True)) + "\n" + texts[-1]

    def _line(self, name: str) -> QLabel:
        row = self._grid.rowCount()
        title = QLabel(name, self)
        title.setProperty("role", "muted")
        title.setWordWrap(True)
        self._titles.append(title)
        value = QLabel("—", self)
        value.setFont(tabular(self.font()))
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(name)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(value, row, 1)
        return value

    def _words_text(self, words: tuple[str, ...]) -> str:
        if not words:
            return self.tr("none")
        shown = words if len(words) <= 2 else words[:2]
        more = f" +{len(words) - len(shown)}" if len(words) > len(shown) else ""
        return f"{len(words)}: {', '.join(shown)}{more}"
