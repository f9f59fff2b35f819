"""The two small windows of the Help menu. Neither holds up the program."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QFormLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

import lora_studio
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.sections import Heading

FURTHER_KEYS = (  # not in a menu
    ("Esc", QT_TRANSLATE_NOOP("Help", "Close the message")),
    ("Del", QT_TRANSLATE_NOOP("Help", "Detach the chosen variant")),
    ("F2", QT_TRANSLATE_NOOP("Help", "Rename the chosen variant")),
)


def show_shortcuts(parent: QWidget, actions: Iterable[QAction]) -> QDialog:
    """All keys, as the menus have them."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
    form = QFormLayout()
    form.setHorizontalSpacing(6 * GRID)
    for action in actions:
        keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
        if keys:
            form.addRow(action.text().replace("&", "").removesuffix("…"), QLabel(keys))
    for keys, text in FURTHER_KEYS:
        form.addRow(_tr(str(text)), QLabel(keys))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(5 * GRID, 4 * GRID, 5 * GRID, 5 * GRID)
    layout.setSpacing(3 * GRID)
    layout.addWidget(Heading(dialog.windowTitle()))
    layout.addLayout(form)
    dialog.show()
    return dialog


def show_about(parent: QWidget) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(_tr("About LoRA Studio"))
    box.setIconPixmap(parent.window().windowIcon().pixmap(64, 64))
    box.setText(f"LoRA Studio {lora_studio.__version__}")
    box.setInformativeText(_tr("Adapt a language model and see what the adaptation did.\nApache License 2.0."))
    box.open()
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)
