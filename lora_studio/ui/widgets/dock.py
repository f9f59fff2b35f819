"""A dock whose title is a quiet heading instead of a frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QTabBar, QToolButton, QVBoxLayout, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.sections import Heading


class _TitleBar(QWidget):
    """Takes no room while it is folded. (A dock reserves the room of its title bar even where that is hidden.)"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._folded = False

    def fold(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 0) if self._folded else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0) if self._folded else super().minimumSizeHint()


class Dock(QDockWidget):
    """Holds one panel. It can be moved by its heading, floated and closed; the View menu brings it back."""

    def __init__(self, title: str, name: str, panel: QWidget, parent: QWidget, tools: QWidget | None = None) -> None:
        """`tools` stand beside the heading."""
        super().__init__(title, parent)
        self.setObjectName(name)  # saveState tells docks apart by it
        self._heading = Heading(title, self)
        self._float = self._button("float", self.tr("Float or dock the panel “{title}”").format(title=title))
        self._close = self._button("close", self.tr("Close the panel “{title}”").format(title=title))
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(self.close)
        self._has_tools = tools is not None
        self._bar = self._title_bar(tools)
        self.setTitleBarWidget(self._bar)
        self.setWidget(on_panel_ground(panel))
        self._show_buttons(False)
        self.visibilityChanged.connect(self.show_heading)  # also when docks are put on one another
        self.dockLocationChanged.connect(self.show_heading)

    def _title_bar(self, tools: QWidget | None) -> _TitleBar:
        bar = _TitleBar(self)
        on_panel_ground(bar)
        row = QHBoxLayout(bar)
        row.setContentsMargins(PANEL_MARGIN - GRID, GRID, GRID, 2)  # tools without a heading begin where tables do
        row.setSpacing(0)
        self._heading.setContentsMargins(GRID, 0, 3 * GRID, 0)
        row.addWidget(self._heading)
        if tools is not None:
            row.addWidget(tools)
        row.addStretch()
        row.addWidget(self._float)
        row.addWidget(self._close)
        return bar

    def _button(self, picture: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "small")
        button.setIcon(icon(picture, self, tint="muted"))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(20, 20)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keyboard: the View menu
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())

    def _show_buttons(self, shown: bool) -> None:
        """Only under the pointer: five panels with two buttons each are noise."""
        for button in (self._float, self._close):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            button.setVisible(shown)

    def show_heading(self) -> None:
        """Unless a tab says the name already; then the bar stays for its tools only."""
        window = self.parent()
        tabbed = isinstance(window, QMainWindow) and bool(window.tabifiedDockWidgets(self))
        shown = self.isFloating() or not tabbed
        self._heading.setVisible(shown)
        self._bar.fold(not shown and not self._has_tools)
        if isinstance(window, QMainWindow):
            for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
                bar.setAccessibleName(self.tr("Panels in this place"))

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._show_buttons(event.type() == QEvent.Type.Enter)
        return super().event(event)


class Section(QWidget):
    """A panel of the window's middle, with its heading."""

    def __init__(self, title: str, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = Heading(title, self)
        heading.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(heading)
        layout.addWidget(panel, 1)
        on_panel_ground(self)


def on_panel_ground(widget: QWidget) -> QWidget:
    """Gives `widget` the colour of panels, in whatever theme."""
    widget.setBackgroundRole(QPalette.ColorRole.Button)
    widget.setAutoFillBackground(True)
    return widget
