"""A small choice: in which order the pinned prompts stand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from lora_studio.ui.theme import small_font
from lora_studio.ui.widgets.pinned_order import Order


class OrderChoice(QToolButton):
    """Names the order and opens a menu of all."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = {
            Order.WANTED: self.tr("Wanted ones first"),
            Order.MOVED: self.tr("By how much moved"),
            Order.PINNED: self.tr("As pinned"),
        }
        self._order = Order.WANTED
        self.setAutoRaise(True)
        self.setFont(small_font(self.font()))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(
            self.tr(
                "By how much moved: the largest total variation of a variant from the base. That is half the sum of"
                " the changes of all tokens, where those that no variant has in its top 5 count as one. Drag a row,"
                " or press Alt+Up and Alt+Down on it, to put the prompts into an order of your own."
            )
        )
        self.setMenu(self._make_menu())
        self._name()

    @property
    def order(self) -> Order:
        return self._order

    def set_order(self, order: Order) -> None:
        if order is not self._order:
            self._order = order
            self._name()
            self.changed.emit()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for order, name in self._names.items():
            action = menu.addAction(name, partial(self.set_order, order))
            action.setCheckable(True)
            action.setData(order)
            group.addAction(action)
        return menu

    def _name(self) -> None:
        name = self._names[self._order]
        self.setText(f"{name} ▾")
        self.setAccessibleName(self.tr("Order of the pinned prompts: {order}").format(order=name))
        for action in self.menu().actions():
            action.setChecked(action.data() is self._order)
