"""What the pages of the model browser share: a title, facts, what stands in the way, and buttons below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.fact_list import FactList
from lora_studio.ui.widgets.figures import tabular


class ModelPage(QWidget):
    """Whoever derives from it puts more into `column`, and buttons into `buttons`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self._text()
        self.title.setFont(tabular(self.font(), points=2, bold=True))
        self.under = self._text()
        self.under.setProperty("role", "muted")
        self.facts = FactList(self)
        self.problem = self._text()
        self.column = QVBoxLayout()
        self.column.setSpacing(2 * GRID)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(2 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(3 * GRID)
        titles = QVBoxLayout()
        titles.setSpacing(GRID)
        titles.addWidget(self.title)
        titles.addWidget(self.under)
        layout.addLayout(titles)
        layout.addWidget(self.facts)
        layout.addLayout(self.column)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addLayout(self.buttons)

    def say(self, text: str, kind: str = "error") -> None:
        """What is to be known before anything is pressed; `kind` is "error", "warning" or "muted"."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        set_property(self.problem, "role", kind)

    def say_problem(self, error: StudioError | None) -> None:
        self.say("\n".join(filter(None, translated(error))) if error else "")

    def _text(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)  # names from elsewhere may look like markup
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _button(self, text: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setAccessibleName(text.replace("&", ""))
        if primary:
            button.setProperty("role", "primary")
        return button


def breakable(path: str) -> str:
    """A path that may be broken into lines where it has a slash."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
