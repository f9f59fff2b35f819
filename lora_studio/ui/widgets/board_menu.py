"""The menu of the probe board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from lora_studio.core.probing.spelling import readable

if TYPE_CHECKING:
    from lora_studio.ui.widgets.comparison_board import ComparisonBoard


def fill_board_menu(menu: QMenu, board: ComparisonBoard, token: str, *, adapted: bool) -> None:
    """Adds what can be done with `token` (empty: with none) and with the board.

    `adapted`: there is more than the base, whose training rows nobody knows.
    """
    if token:
        _add_token(menu, board, token, adapted)
    pin = _add_pin(menu, board)
    menu.addSeparator()
    shortcut = QKeySequence(QKeySequence.StandardKey.Copy)
    text = menu.addAction(QCoreApplication.translate("Board", "Copy as text"), shortcut, board.copy)
    table = menu.addAction(QCoreApplication.translate("Board", "Copy as CSV"), board.copy_csv)
    for action in (pin, text, table):
        action.setEnabled(board.comparison is not None)


def _add_pin(menu: QMenu, board: ComparisonBoard) -> QAction:
    if board.pinned:
        return menu.addAction(QCoreApplication.translate("Board", "Unpin this prompt"), board.unpin_asked.emit)
    return menu.addAction(QCoreApplication.translate("Board", "Pin this prompt"), board.pin_asked.emit)


def _add_token(menu: QMenu, board: ComparisonBoard, token: str, adapted: bool) -> None:
    text = QCoreApplication.translate("Board", "Go on with “{token}”").format(token=readable(token))
    menu.addAction(text, lambda: board.token_chosen.emit(token))
    wanted = board.comparison is not None and board.comparison.wanted == token
    text = QCoreApplication.translate("Board", "Set as wanted token")
    if wanted:
        text = QCoreApplication.translate("Board", "No longer wanted")
    menu.addAction(text, lambda: board.wanted_chosen.emit("" if wanted else token))
    text = QCoreApplication.translate("Board", "Which sentence did this?")
    menu.addAction(text, lambda: board.influence_asked.emit(token)).setEnabled(adapted)
    menu.addSeparator()
