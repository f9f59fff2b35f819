"""A field for the folder of an adapter: typed, chosen or dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QToolButton,
    QToolTip,
    QWidget,
)

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import set_property
from lora_studio.ui.widgets.text_field import is_for_the_window

CONFIG = "adapter_config.json"
ADAPTER_FILES = (CONFIG, "adapter_model.safetensors")
BUTTON = 22  # px
TEXT_INSET = 2  # px that a line edit keeps free beside its text


class AdapterFolderField(QLineEdit):
    """Empty stands for no adapter. Without the focus it shows the end of a path that is too long for it."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("none: start fresh"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choose_button = self._button("load", self.tr("Choose a folder"))
        self.clear_button = self._button("close", self.tr("Start without an adapter"))
        self.choose_button.clicked.connect(self._choose)
        self.clear_button.clicked.connect(lambda: self._enter(""))
        self.textChanged.connect(lambda _: self._arrange())
        self.textEdited.connect(lambda _: self.edited.emit())
        self._arrange()

    def path(self) -> str:
        """Without spaces around it, and with the person's own folder for a tilde."""
        path = self.text().strip()
        try:
            return str(Path(path).expanduser()) if path else ""
        except RuntimeError:  # nobody has that name
            return path

    def set_path(self, path: str) -> None:
        """Emits nothing."""
        if self.path() != path:
            self.setText(path)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * BUTTON, super().minimumSizeHint().height())

    # Choosing and dropping

    def ask_folder(self, start: str) -> str:
        """A method of its own, so that a test can answer. Empty if the person thought better of it."""
        return QFileDialog.getExistingDirectory(self.window(), self.tr("Choose the folder of an adapter"), start)

    def _choose(self) -> None:
        if chosen := self.ask_folder(str(Path(self.text()).parent) if self.text() else ""):
            self._enter(chosen)

    def _enter(self, path: str) -> None:
        if path != self.text():
            self.setText(path)
            self.edited.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if folder_in(event.mimeData()):
            event.acceptProposedAction()
            set_property(self, "dropping", True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if folder_in(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_property(self, "dropping", False)

    def dropEvent(self, event: QDropEvent) -> None:
        set_property(self, "dropping", False)
        if folder := folder_in(event.mimeData()):
            self._enter(folder)
            event.acceptProposedAction()

    # Showing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The buttons stand inside, on the right; there is nothing to clear in an empty field."""
        self.clear_button.setVisible(bool(self.text()))
        buttons = [self.clear_button, self.choose_button] if self.text() else [self.choose_button]
        size = min(BUTTON, self.height() - 4)
        for number, button in enumerate(reversed(buttons), start=1):
            button.setGeometry(self.width() - 3 - number * size, (self.height() - size) // 2, size, size)
        self.setTextMargins(0, 0, len(buttons) * size, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = self._text_area()
        if self.hasFocus() or self.fontMetrics().horizontalAdvance(self.text()) <= area.width():
            super().paintEvent(event)
            return
        option = self._option()
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, left, self.shown_text())
        painter.end()

    def shown_text(self) -> str:
        """What is legible while the field does not have the focus."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideLeft, self._text_area().width())

    def _text_area(self) -> QRect:
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, self._option(), self)
        return inside.marginsRemoved(self.textMargins()).adjusted(TEXT_INSET, 0, -TEXT_INSET, 0)

    def _option(self) -> QStyleOptionFrame:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return option

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.text():
            QToolTip.showText(event.globalPos(), f"{self.text()}\n{self.toolTip()}".strip(), self)
            return True
        if is_for_the_window(event, undo=self.isUndoAvailable(), redo=self.isRedoAvailable()):
            return True
        return super().event(event)

    def _button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "small")
        button.setIcon(icon(name, button))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        return button


def has_adapter(folder: str) -> bool:
    try:
        return (Path(folder) / CONFIG).is_file()
    except OSError:  # too long for a path, or not ours to look into
        return False


def folder_in(data: QMimeData) -> str:
    """The first folder among what is dragged; for a file of an adapter, the folder that holds it. Empty if none."""
    for url in data.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path and path.is_dir():
            return str(path)
        if path and path.name in ADAPTER_FILES:
            return str(path.parent)
    return ""
