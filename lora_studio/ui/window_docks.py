"""Where the panels stand: docks around the probe, and the layout that one can always go back to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabWidget, QToolBar, QWidget

from lora_studio.ui.panels.runs_panel import RunsPanel
from lora_studio.ui.panels.variants_panel import VariantsPanel
from lora_studio.ui.widgets.dock import Dock

LAYOUT_VERSION = 4  # to be raised when docks come or go
DATA_WIDTH, SIDE_WIDTH = 250, 300
WIDE = 1600  # from here on curves and tables stand side by side, below they share a place
FIRST_SIZE = QSize(1440, 900)
FRAME = QSize(16, 56)  # at most, of any usual desktop: how large the frame will be nobody knows before it is there
BOTTOM_SHARE = 0.31  # of the height: curves and tables; the answers get the rest
# The names that saveState tells docks apart by, in the order of PANELS, without the probe.
NAMES = ("data", "training", "method", "variants", "runs", "mixer", "compare", "inspector", "continue")

Area = Qt.DockWidgetArea


def first_size(available: QSize) -> QSize:
    """Of a window without its frame, both of which fit into what the screen has to give."""
    return FIRST_SIZE.boundedTo(available - FRAME)


class DockLayout:
    """Makes the docks of a window and arranges them."""

    def __init__(self, window: QMainWindow, panels: Sequence[QWidget], titles: Sequence[str]) -> None:
        """`panels` and `titles` go with NAMES."""
        self._window = window
        self.arranged = False
        self.docks = tuple(
            Dock(title, name, panel, window, tools=_tools(panel))
            for title, name, panel in zip(titles, NAMES, panels, strict=True)
        )
        window.setDockNestingEnabled(True)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)  # the forms need the height

    def state(self) -> bytes:
        """Where the panels are, to be kept for the next start."""
        return bytes(self._window.saveState(LAYOUT_VERSION).data())

    def restore(self, state: bytes) -> bool:
        """False, and nothing is moved, if `state` is not one of ours or of an older window."""
        if not self._window.restoreState(QByteArray(state), LAYOUT_VERSION):
            return False
        self.arranged = True
        return True

    def reset(self) -> None:
        """Every panel back to its place."""
        window = self._window
        for dock in self.docks:
            dock.setFloating(False)
            window.removeDockWidget(dock)  # or Qt keeps the tab bar of docks that shared a place
        data, training, method, variants, runs, mixer, compare, inspector, going_on = self.docks
        window.addDockWidget(Area.LeftDockWidgetArea, data)
        self._stack(Area.RightDockWidgetArea, (method, mixer, inspector))
        if window.width() >= WIDE:
            window.addDockWidget(Area.BottomDockWidgetArea, training)
            window.splitDockWidget(training, variants, Qt.Orientation.Horizontal)  # before anything lies on it
            self._put_on(training, (compare, going_on))
            self._put_on(variants, (runs,))
        else:
            self._stack(Area.BottomDockWidgetArea, (training, variants, runs, compare, going_on))
        for dock in self.docks:
            dock.show()
        for dock in (method, variants, training):
            dock.raise_()
        if window.width() >= WIDE:
            window.resizeDocks([training, variants], [1, 1], Qt.Orientation.Horizontal)
        window.resizeDocks([data, method], [DATA_WIDTH, SIDE_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([training], [int(window.height() * BOTTOM_SHARE)], Qt.Orientation.Vertical)
        self._show_headings()
        QTimer.singleShot(0, window, self._show_headings)  # which docks share a place is settled only then
        self.arranged = True

    def _show_headings(self) -> None:
        for dock in self.docks:
            dock.show_heading()

    def show(self, panel: QWidget) -> None:
        """Brings a panel to the front, wherever it stands."""
        for dock in self.docks:
            if dock.isAncestorOf(panel):
                dock.show()
                dock.raise_()

    def _stack(self, area: Qt.DockWidgetArea, docks: tuple[Dock, ...]) -> None:
        self._window.addDockWidget(area, docks[0])
        self._put_on(docks[0], docks[1:])

    def _put_on(self, first: Dock, others: tuple[Dock, ...]) -> None:
        for dock in others:
            self._window.tabifyDockWidget(first, dock)


def _tools(panel: QWidget) -> QToolBar | None:
    """A tool bar of its own saves a line where it stands beside the heading."""
    return panel.bar if isinstance(panel, RunsPanel | VariantsPanel) else None
