"""Several tables, or several plots, in one place: a tab for each, and a button that saves the one in front."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedWidget, QTabBar, QToolButton, QVBoxLayout, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID

WIDEST = 420  # px of a tab's text; the tool tip has all of it, and tabs that have no room are scrolled to
SCROLLERS = "QTabBar::scroller { width: 44px; } QTabBar QToolButton { padding: 0; }"  # or their arrows have no room
TITLES = {"csv": "CSV", "png": "PNG", "svg": "SVG"}


class ResultPane(QWidget):
    """`kinds` are what the page in front can be saved as; with several, the button opens a menu."""

    save_wanted = Signal(QWidget, str)  # the page, kind of file

    def __init__(self, name: str, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName(name)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setStyleSheet(SCROLLERS)
        self._title = QLabel(self)
        self.save_button = self._make_button(kinds)
        self._stack = QStackedWidget(self)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.tabs, 1)
        row.addWidget(self._title, 1)
        row.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def add(self, title: str, page: QWidget) -> None:
        """A single page has a title in place of a tab."""
        self._stack.addWidget(page)
        shown = self.tabs.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, WIDEST)
        self.tabs.setTabToolTip(self.tabs.addTab(shown.replace("&", "&&")), title)
        self._title.setText(title)
        self.tabs.setVisible(self.tabs.count() > 1)
        self._title.setVisible(self.tabs.count() == 1)

    def page(self) -> QWidget | None:
        """The one in front."""
        return self._stack.currentWidget()

    def _save(self, kind: str) -> None:
        self.save_wanted.emit(self.page(), kind)

    def _make_button(self, kinds: tuple[str, ...]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("export", self))
        button.setIconSize(QSize(16, 16))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        texts = {kind: self.tr("Save as {kind}…").format(kind=TITLES[kind]) for kind in kinds}
        if len(kinds) == 1:
            button.setText(texts[kinds[0]])
            button.clicked.connect(partial(self._save, kinds[0]))
        else:
            button.setText(self.tr("Save as…"))
            menu = QMenu(button)
            for kind, text in texts.items():
                menu.addAction(text, partial(self._save, kind))
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAccessibleName(button.text())
        return button
