"""Facts about one thing: their names in a muted column, what they are beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.figures import tabular


class FactList(QWidget):
    """Each text can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(4 * GRID)
        self._form.setVerticalSpacing(GRID)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._facts: tuple[tuple[str, str], ...] = ()

    def facts(self) -> dict[str, str]:
        return dict(self._facts)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Those without a text are left out."""
        shown = tuple((name, text) for name, text in facts if text)
        if shown == self._facts:
            return
        self._facts = shown
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, text in shown:
            self._form.addRow(self._label(name, muted=True), self._label(text))

    def _label(self, text: str, *, muted: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(tabular(self.font()))
        label.setWordWrap(not muted)
        if muted:
            label.setProperty("role", "muted")
        else:
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label
