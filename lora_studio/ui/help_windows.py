"""The two small windows of the Help menu. Neither holds up the program."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QBrush, QColor, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QMessageBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

import lora_studio
from lora_studio.ui.menus import plain
from lora_studio.ui.theme import GRID, colors_of

FURTHER_KEYS = (  # not in a menu: where, the keys, what they do
    (QT_TRANSLATE_NOOP("Help", "Anywhere"), "Esc", QT_TRANSLATE_NOOP("Help", "Close the message in the window")),
    (QT_TRANSLATE_NOOP("Help", "Anywhere"), "Shift+F1", QT_TRANSLATE_NOOP("Help", "What is this?")),
    (QT_TRANSLATE_NOOP("Help", "Anywhere"), "Alt+F4", QT_TRANSLATE_NOOP("Help", "Close the window")),
    (QT_TRANSLATE_NOOP("Help", "Data panel"), "Ins", QT_TRANSLATE_NOOP("Help", "Add a row")),
    (
        QT_TRANSLATE_NOOP("Help", "Data panel"),
        "Del",
        QT_TRANSLATE_NOOP("Help", "Delete the chosen rows, or the dataset"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Data panel"), "F2", QT_TRANSLATE_NOOP("Help", "Edit a row, or rename the dataset")),
    (QT_TRANSLATE_NOOP("Help", "Data panel"), "Alt+Up, Alt+Down", QT_TRANSLATE_NOOP("Help", "Move the chosen rows")),
    (QT_TRANSLATE_NOOP("Help", "Data panel"), "Ctrl+F", QT_TRANSLATE_NOOP("Help", "Find in the rows")),
    (
        QT_TRANSLATE_NOOP("Help", "Data panel"),
        "Ctrl+X, Ctrl+C, Ctrl+V",
        QT_TRANSLATE_NOOP("Help", "Cut, copy and paste rows"),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Data panel"),
        "Ctrl+P",
        QT_TRANSLATE_NOOP("Help", "Keep the chosen rows, or hold them out"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Data panel"), "Ctrl+Shift+F", QT_TRANSLATE_NOOP("Help", "Show only matching rows")),
    (QT_TRANSLATE_NOOP("Help", "Probe panel"), "Return", QT_TRANSLATE_NOOP("Help", "Pin the prompt")),
    (
        QT_TRANSLATE_NOOP("Help", "Probe panel"),
        "Ctrl+D",
        QT_TRANSLATE_NOOP("Help", "Pin the prompt with its wanted token"),
    ),
    (
        QT_TRANSLATE_NOOP("Help", "Answers"),
        "Up, Down, Left, Right",
        QT_TRANSLATE_NOOP("Help", "Go from answer to answer"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Answers"), "Return", QT_TRANSLATE_NOOP("Help", "Go on with the token")),
    (QT_TRANSLATE_NOOP("Help", "Answers"), "Ctrl+Return", QT_TRANSLATE_NOOP("Help", "Set the token as wanted")),
    (QT_TRANSLATE_NOOP("Help", "Answers"), "Ctrl+C", QT_TRANSLATE_NOOP("Help", "Copy the answers as text")),
    (QT_TRANSLATE_NOOP("Help", "Pinned prompts"), "Return", QT_TRANSLATE_NOOP("Help", "Ask the prompt")),
    (
        QT_TRANSLATE_NOOP("Help", "Pinned prompts"),
        "Alt+Up, Alt+Down",
        QT_TRANSLATE_NOOP("Help", "Move the prompt up or down"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Pinned prompts"), "Del", QT_TRANSLATE_NOOP("Help", "Unpin the prompt")),
    (
        QT_TRANSLATE_NOOP("Help", "Training panel"),
        "Left, Right",
        QT_TRANSLATE_NOOP("Help", "With the focus on the slider: the state before or after"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Variants panel"), "F2", QT_TRANSLATE_NOOP("Help", "Rename the chosen variant")),
    (QT_TRANSLATE_NOOP("Help", "Variants panel"), "Del", QT_TRANSLATE_NOOP("Help", "Detach the chosen variant")),
    (QT_TRANSLATE_NOOP("Help", "Runs panel"), "Return", QT_TRANSLATE_NOOP("Help", "Put the chosen runs on the board")),
    (QT_TRANSLATE_NOOP("Help", "Runs panel"), "F2", QT_TRANSLATE_NOOP("Help", "Rename the chosen run")),
    (QT_TRANSLATE_NOOP("Help", "Runs panel"), "Del", QT_TRANSLATE_NOOP("Help", "Move the chosen runs to the bin")),
    (QT_TRANSLATE_NOOP("Help", "Runs panel"), "Ctrl+F", QT_TRANSLATE_NOOP("Help", "Filter the runs")),
    (
        QT_TRANSLATE_NOOP("Help", "Queue"),
        "Alt+Up, Alt+Down",
        QT_TRANSLATE_NOOP("Help", "Move the waiting run up or down"),
    ),
    (QT_TRANSLATE_NOOP("Help", "Queue"), "Return", QT_TRANSLATE_NOOP("Help", "Try a failed run again")),
    (QT_TRANSLATE_NOOP("Help", "Queue"), "Del", QT_TRANSLATE_NOOP("Help", "Take the run out of the queue")),
    (QT_TRANSLATE_NOOP("Help", "Method panel"), "F1", QT_TRANSLATE_NOOP("Help", "Explain the setting")),
    (QT_TRANSLATE_NOOP("Help", "Method panel"), "Up, Down", QT_TRANSLATE_NOOP("Help", "Step a number up or down")),
)

MOST_KEYS = 2  # of one action: systems know up to five for “redo”


def show_shortcuts(parent: QWidget, entries: Iterable[tuple[tuple[str, ...], QAction]]) -> QDialog:
    """All keys, as the menus have them, below the menus' titles; typing finds one."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
    tree = _key_tree(dialog)
    for group, rows in _grouped(entries).items():
        top = QTreeWidgetItem(tree, [group])
        top.setFirstColumnSpanned(True)
        top.setForeground(0, QBrush(QColor(colors_of(parent).muted)))
        top.addChildren([QTreeWidgetItem([text, keys]) for text, keys in rows])
    tree.expandAll()
    field = QLineEdit(dialog)
    field.setPlaceholderText(_tr("Find a key or what it does"))
    field.setAccessibleName(field.placeholderText())
    field.setClearButtonEnabled(True)
    field.textChanged.connect(partial(_show_what_fits, tree))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
    layout.setSpacing(3 * GRID)
    layout.addWidget(field)
    layout.addWidget(tree, 1)
    dialog.resize(640, 620)  # German names are long, and so are some keys
    dialog.show()
    field.setFocus()
    return dialog


def _key_tree(parent: QWidget) -> QTreeWidget:
    tree = QTreeWidget(parent)
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setIndentation(3 * GRID)
    tree.setItemsExpandable(False)
    tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
    tree.setAccessibleName(_tr("Keyboard shortcuts"))
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _grouped(entries: Iterable[tuple[tuple[str, ...], QAction]]) -> dict[str, list[tuple[str, str]]]:
    """What each key does, by the title of its menu or of its panel."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for path, action in entries:
        keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()[:MOST_KEYS])
        if keys:
            text = plain(action.text()).removesuffix("…")
            groups.setdefault(path[0], []).append((": ".join((*path[1:], text)), keys))
    for group, further, does in FURTHER_KEYS:
        groups.setdefault(_tr(str(group)), []).append((_tr(str(does)), _native(str(further))))
    return groups


def _native(keys: str) -> str:
    """In the words of the system; "Del" and the like in the person's language."""
    return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys.split(", "))


def _show_what_fits(tree: QTreeWidget, text: str) -> None:
    for number in range(tree.topLevelItemCount()):
        group = tree.topLevelItem(number)
        if group is None:
            continue
        rows = [item for row in range(group.childCount()) if (item := group.child(row))]
        for item in rows:
            item.setHidden(text.casefold() not in f"{item.text(0)} {item.text(1)}".casefold())
        group.setHidden(all(item.isHidden() for item in rows))


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
