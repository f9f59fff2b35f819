"""How far the opening of a model is, with the button that stops it; a part of the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.opening import Opening
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.amounts import data_size
from lora_studio.ui.widgets.figures import tabular

if TYPE_CHECKING:
    from lora_studio.ui.session import Session

STEPS = 1000  # of the bar
BAR_WIDTH = 120  # px


class OpeningLine(QWidget):
    """Not there while nothing is being opened."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.text.setFont(tabular(self.font()))
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.bar.setAccessibleName(self.tr("Progress of the opening"))
        self.cancel = QToolButton(self)
        self.cancel.setProperty("role", "small")
        self.cancel.setIcon(icon("close", self))
        self.cancel.setIconSize(QSize(12, 12))
        self.cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop opening this model; the one that was open stays"))
        self.cancel.setAccessibleName(self.tr("Cancel the opening of the model"))
        self.cancel.clicked.connect(session.stop_opening)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, 0, 0, 0)
        line.setSpacing(2 * GRID)
        for part in (self.text, self.bar, self.cancel):
            line.addWidget(part)
        self.hide()

    def show_opening(self, opening: Opening | None) -> None:
        """Before anything is known of its size it says nothing: a small model is there at once."""
        self.setVisible(opening is not None and (opening.total > 0 or opening.stopping))
        if opening is None:
            return
        self.bar.setRange(0, STEPS if opening.total else 0)
        self.bar.setValue(STEPS * min(opening.done, opening.total) // opening.total if opening.total else 0)
        self.cancel.setEnabled(not opening.stopping)
        self.text.setText(self._text(opening))

    def _text(self, opening: Opening) -> str:
        if opening.stopping:
            return self.tr("Cancelling…")
        what = QCoreApplication.translate("Core", opening.what)
        amount = self.tr("{done} of {total}").format(
            done=data_size(opening.done, self.locale()), total=data_size(opening.total, self.locale())
        )
        return self.tr("Opening {name}: {what}, {amount}").format(name=opening.name, what=what, amount=amount)
