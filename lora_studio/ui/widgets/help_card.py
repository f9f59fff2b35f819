"""What a setting does, its usual values and its formula, beside the field that it explains."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, small_font

WIDTH = 300
ENDING = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate}
MODIFIERS = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta}
BUTTON = 18


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` says what it does and the usual values; `limits` and `default` are empty where there are none."""

    title: str
    text: str
    formula: str = ""
    limits: str = ""
    default: str = ""

    @property
    def in_one_line(self) -> str:
        """For a tool tip."""
        return f"{self.text} ({self.limits})" if self.limits else self.text


class HelpButton(QToolButton):
    """Stands at the end of a field's line. By keyboard: F1 in the field."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "small")
        self.setIcon(icon("help", self, tint="muted"))
        self.setIconSize(QSize(14, 14))
        self.setFixedSize(BUTTON, BUTTON)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        text = self.tr("What “{title}” does (F1)").format(title=title)
        self.setToolTip(text)
        self.setAccessibleName(text)


class HelpCard(QFrame):
    """Goes with the next click or key, which does what it always does."""

    def __init__(self, explanation: Explanation, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)  # a popup would take the keyboard
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popover")
        self.setAccessibleName(explanation.title)
        self.setAccessibleDescription(explanation.text)
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        self._column.setSpacing(2 * GRID)
        title = self._line(explanation.title)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self._line(explanation.text)
        if explanation.formula:
            self._line(explanation.formula).setProperty("role", "formula")
        if facts := self._facts(explanation):
            label = self._line(facts)
            label.setFont(small_font(self.font()))
            label.setProperty("role", "muted")

    def text(self) -> str:
        """All that it says."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))

    def show_at(self, anchor: QWidget) -> None:
        """Below `anchor`, its right edges aligned; above it where the screen ends."""
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(WIDTH))
        corner = anchor.mapToGlobal(QPoint(anchor.width() - WIDTH, anchor.height() + GRID))
        room = anchor.screen().availableGeometry()
        if corner.y() + self.height() > room.bottom():
            corner.setY(anchor.mapToGlobal(QPoint()).y() - GRID - self.height())
        corner.setX(min(max(corner.x(), room.left()), room.right() - WIDTH))
        self.move(corner)
        self.show()
        if application := QApplication.instance():
            application.installEventFilter(self)

    def _facts(self, explanation: Explanation) -> str:
        parts = []
        if explanation.limits:
            parts.append(self.tr("Possible: {limits}").format(limits=explanation.limits))
        if explanation.default:
            parts.append(self.tr("Default: {value}").format(value=explanation.default))
        return " · ".join(parts)

    def _line(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self._column.addWidget(label)
        return label

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self.isVisible():
                event.accept()  # closes this, and nothing else
                return True
        elif event.type() in ENDING and not (isinstance(event, QKeyEvent) and event.key() in MODIFIERS):
            escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.isVisible()
            self.close()
            return escape
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        if application := QApplication.instance():
            application.removeEventFilter(self)
        super().closeEvent(event)
