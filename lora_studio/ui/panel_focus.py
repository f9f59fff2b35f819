"""From panel to panel by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from lora_studio.ui.panels.probe_panel import ProbePanel

ShortcutReason = Qt.FocusReason.ShortcutFocusReason


class PanelFocus:
    """Puts the focus into a panel: on the first thing in it that takes one, or else on the panel itself."""

    def __init__(self, panels: Sequence[QWidget], titles: Sequence[str], show: Callable[[QWidget], object]) -> None:
        """`show` brings a panel to the front. The titles are what a screen reader calls the panels."""
        self._panels = tuple(panels)
        self._show = show
        for panel, title in zip(panels, titles, strict=True):
            panel.setAccessibleName(panel.accessibleName() or title)

    def go_to(self, number: int) -> None:
        panel = self._panels[number]
        self._show(panel)
        if isinstance(panel, ProbePanel):
            panel.focus_prompt()
        else:
            self.enter(panel, ShortcutReason)

    def step(self, by: int) -> None:
        """To the next panel that is not closed, or the one before, in the order of the View menu and around."""
        now = self._number_of(QApplication.focusWidget())
        order = [(now + by * distance) % len(self._panels) for distance in range(1, len(self._panels) + 1)]
        open_ones = [number for number in order if not _is_closed(self._panels[number])]
        if open_ones:
            self.go_to(open_ones[0])

    def enter(self, panel: QWidget, reason: Qt.FocusReason) -> None:
        for widget in panel.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
                widget.setFocus(reason)
                return
        panel.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # nothing to act on yet: the panel holds the place
        panel.setFocus(reason)

    def _number_of(self, focused: QWidget | None) -> int:
        """-1: the focus is outside all panels."""
        for number, panel in enumerate(self._panels):
            if focused is not None and (focused is panel or panel.isAncestorOf(focused)):
                return number
        return -1


def _is_closed(panel: QWidget) -> bool:
    """Closed by the person. A panel behind a tab is hidden, too, but not closed."""
    dock = panel.parentWidget()
    return isinstance(dock, QDockWidget) and not dock.toggleViewAction().isChecked()
