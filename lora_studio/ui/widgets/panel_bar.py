"""The tool bar at the top of a panel."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import set_property

EXTENSION = 24  # px, the button behind which actions stand that have no room
ICON = QSize(16, 16)


class PanelBar(QToolBar):
    """Its buttons can be reached by Tab and have names; what has no room stands behind a button at its end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_property(self, "role", "panel")  # restyled at once: it begins where the table does
        self.setContentsMargins(0, 0, 0, 0)
        self.setIconSize(ICON)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def fill(self, actions: Iterable[QAction | None], more: str) -> None:
        """None separates. `more` is the accessible name of the button behind which those stand that have no room."""
        for action in actions:
            self.addAction(action) if action else self.addSeparator()
        if extension := self.findChild(QToolButton, "qt_toolbar_ext_button"):
            extension.setIcon(icon("more", self))
            extension.setMinimumWidth(EXTENSION)  # the style makes it half as wide, and its dots pale
            extension.setIconSize(ICON)
            self.setContentsMargins(0, 0, EXTENSION - 8, 0)
            extension.setAccessibleName(more)
        for action in self.actions():
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setAccessibleName(action.text().replace("&", ""))
