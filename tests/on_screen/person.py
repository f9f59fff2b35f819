"""What a person does in the window, and what is to be seen there."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QMenu, QTabBar, QToolBar, QToolButton, QWidget

from lora_studio.core.history import StoredRun
from lora_studio.ui.app import Studio
from lora_studio.ui.menus import plain
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.curve_legend import CurveLegend
from lora_studio.ui.widgets.notice_bar import Notice
from lora_studio.ui.widgets.number_field import NumberField
from lora_studio.ui.widgets.pinned_list import PinnedList
from lora_studio.ui.widgets.pinned_row import PinnedRow
from tests.on_screen.hands import Hands

Kind = TypeVar("Kind", bound=QWidget)

CAT = "die katze sitzt auf dem"
DOWN = "5"  # the button that the X server calls turning the wheel


class Person:
    """Acts with the mouse and the keyboard only. What is asked of the program is what it shows."""

    def __init__(self, studio: Studio, hands: Hands) -> None:
        self.studio = studio
        self.hands = hands
        self.wait = hands.wait

    @property
    def window(self) -> QWidget:
        return self.studio.window

    # What is to be seen

    def answers(self) -> list[str]:
        """What each variant says first to the prompt in the field."""
        board = found(self.studio.window.probe_panel, ComparisonBoard)
        return [answer.top.token for answer in board.comparison.answers] if board.comparison else []

    def prompt(self) -> QLineEdit:
        return found(self.studio.window.probe_panel, QLineEdit)

    def pinned(self, prompt: str) -> PinnedRow:
        row = found(self.studio.window.probe_panel, PinnedList).row(prompt)
        assert row is not None
        return row

    def variants(self) -> list[str]:
        """The names in the table."""
        model = self.studio.window.variants_panel.table.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def runs(self) -> list[StoredRun]:
        """Those in the table, from top to bottom."""
        rows = self.studio.window.runs_panel.table.sorted
        return [run for place in range(rows.rowCount()) if (run := rows.run(place))]

    def curve_texts(self) -> list[str]:
        """What stands on the plot of the answers."""
        plots = self.studio.window.training_panel.plots
        items = plots.share.scene().items() if plots else []
        return [item.toPlainText() for item in items if hasattr(item, "toPlainText") and item.isVisible()]

    def legend(self) -> str:
        """What the switches of the curves explain."""
        legend = found(self.studio.window.training_panel, CurveLegend)
        return "\n".join(switch.toolTip() for switch in legend.switches.values())

    def notice(self) -> Notice | None:
        return self.studio.window.notices.current()

    def idle(self) -> bool:
        return not self.studio.session.run.active

    def picture(self) -> QImage:
        """The window as it is on the screen."""
        return self.window.screen().grabWindow(self.window.winId()).toImage()

    def is_dark(self) -> bool:
        """Whether most of what is on the screen is."""
        small = self.picture().scaled(32, 20)
        shades = [small.pixelColor(x, y).lightness() for x in range(32) for y in range(20)]
        return sorted(shades)[len(shades) // 2] < 128

    # What is done

    def ask(self, prompt: str) -> None:
        """Types it over what stands in the field."""
        self.hands.click(self.prompt(), times=3)
        self.hands.write(prompt)

    def press_train(self) -> None:
        self.hands.click(self.studio.window.train_button())

    def train(self) -> None:
        """A run, from the button to the new variant."""
        known = len(self.studio.session.variants)
        self.press_train()
        self.wait(lambda: len(self.studio.session.variants) > known and self.idle())

    def open_tab(self, panel: QWidget) -> None:
        """Clicks the tab of a panel that stands behind others."""
        if panel.visibleRegion().isEmpty():
            title = next(dock.windowTitle() for dock in self.studio.window.docks if dock.isAncestorOf(panel))
            for bar in self.window.findChildren(QTabBar):
                for place in range(bar.count() if bar.isVisible() else 0):
                    if bar.tabText(place) == title:
                        self.hands.click(bar, bar.tabRect(place).center())
            self.wait(lambda: not panel.visibleRegion().isEmpty())

    def set_number(self, name: str, value: str) -> None:
        """In a field of the training settings, which may have to be scrolled to."""
        panel = self.studio.window.method_panel
        self.open_tab(panel)
        field = panel.training_form.editor(name)
        assert isinstance(field, NumberField)
        self._scroll_to(field)
        self.hands.click(field.lineEdit(), times=3)
        self.hands.write(value)
        self.hands.press("Tab")
        self.wait(lambda: field.number() == float(value))

    def _scroll_to(self, field: QWidget) -> None:
        panel = self.studio.window.method_panel
        for _ in range(30):
            if field.visibleRegion().boundingRect().height() == field.height():
                return
            self.hands.click(panel, button=DOWN)
        raise AssertionError(f"{field} cannot be scrolled to")

    def choose_in_menu(self, *path: str) -> None:
        """From the menu bar down, by what stands there in English, with the mouse."""
        bar = self.studio.window.menuBar()
        action = action_named(bar.actions(), path[0])
        self.hands.click(bar, bar.actionGeometry(action).center())
        for name in path[1:]:
            menu = action.menu()
            assert isinstance(menu, QMenu)
            self.wait(menu.isVisible)
            action = action_named(menu.actions(), name)
            self.hands.click(menu, menu.actionGeometry(action).center())

    def press_button(self, bar: QToolBar, action: QAction) -> None:
        """Of a bar; what has no room is behind the button at its end."""
        button = bar.widgetForAction(action)
        assert button is not None
        if button.isVisible():
            self.hands.click(button)
            return
        self.hands.click(found(bar, QToolButton, "qt_toolbar_ext_button"))
        self.wait(button.isVisible)
        self.hands.click(button)

    def click_cell(self, view: QAbstractItemView, index: QModelIndex, times: int = 1, keys: str = "") -> None:
        port = view.viewport()
        self.wait(lambda: not (view.visualRect(index) & port.rect()).isEmpty())
        self.hands.click(port, (view.visualRect(index) & port.rect()).center(), times=times, keys=keys)

    def press_offer(self) -> None:
        """The button in the bar of messages."""
        self.hands.click(self.studio.window.notices.offer_button)

    def type_over(self, text: str) -> None:
        """What is being edited, to its end with Enter."""
        self.hands.press("ctrl+a")
        self.hands.write(text)
        self.hands.press("Return")


def found(parent: QWidget, kind: type[Kind], name: str = "") -> Kind:
    """The first of its kind."""
    widget = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert isinstance(widget, kind)
    return widget


def action_named(actions: list[QAction], name: str) -> QAction:
    return next(action for action in actions if plain(action.text()).removesuffix("…") == name)


def folders_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
