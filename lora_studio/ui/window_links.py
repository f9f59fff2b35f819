"""What happens in one panel and shows in another. Panels know nothing of each other; the window joins them here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QApplication, QWidget

from lora_studio.core.recipe import Recipe
from lora_studio.ui.settings_history import UseRecipe

if TYPE_CHECKING:
    from lora_studio.ui.main_window import MainWindow
    from lora_studio.ui.session import Session


class WindowLinks(QObject):
    """Joins the panels of one window, and keeps undo where the person is."""

    def __init__(self, window: MainWindow, session: Session, show: Callable[[QWidget], object]) -> None:
        """`show` brings a panel to the front."""
        super().__init__(window)
        self._window = window
        self._session = session
        self._show = show
        self.undo: QUndoGroup = window.data_panel.undo_group
        self.undo.addStack(window.method_panel.undo_stack)
        self._workspace_stack = session.undo_stack
        self.undo.addStack(self._workspace_stack)
        window.runs_panel.compare_wanted.connect(self._compare)
        window.experiments.comparison_wanted.connect(self._compare)
        window.runs_panel.curves_wanted.connect(self._show_curves)
        window.runs_panel.recipe_wanted.connect(self._use_recipe)
        window.training_panel.step_clicked.connect(self._show_batch)
        window.training_panel.run_shown.connect(window.inspector_panel.watch_run)
        window.inspector_panel.watch_run(window.training_panel.shown_run)
        window.probe_panel.influence_wanted.connect(self._show_influence)
        window.probe_panel.prompt_changed.connect(self._mix_answers)
        self._mix_answers(window.probe_panel.prompt())
        window.variants_panel.picked.connect(self._follow_variant)
        window.inspector_panel.row_wanted.connect(self._show_row)
        window.method_panel.data_chosen.connect(self._show_data)
        if isinstance(application := QApplication.instance(), QApplication):
            application.focusChanged.connect(self._follow_focus)

    # From panel to panel

    def _compare(self, runs: tuple[Path, ...]) -> None:
        self._window.compare_panel.show_runs(runs)
        self._show(self._window.compare_panel)

    def _show_curves(self, run: Path) -> None:
        self._window.training_panel.show_run(run)
        self._show(self._window.training_panel)

    def _use_recipe(self, recipe: Recipe, name: str) -> None:
        """It takes the place of the settings, which undo brings back."""
        stack = self._window.method_panel.undo_stack
        stack.push(UseRecipe(self._session, recipe, self.tr("use another recipe")))
        self.undo.setActiveStack(stack)
        message = self.tr("The settings and the datasets are those of “{name}” now.").format(name=name)
        self._session.undoable.emit(message, stack)

    def _show_batch(self, step: int) -> None:
        self._show(self._window.inspector_panel)
        self._window.inspector_panel.show_batch(step)

    def _show_influence(self, prompt: str, token: str) -> None:
        self._show(self._window.inspector_panel)
        self._window.inspector_panel.show_influence(prompt, token)

    def _mix_answers(self, prompt: str) -> None:
        """The mixer listens to the same prompt."""
        if prompt:
            self._window.mixer_panel.set_prompt(prompt)

    def _follow_variant(self, name: str) -> None:
        """Curves, slider and questions are about the variant that was picked."""
        self._window.training_panel.show_variant(name)
        self._window.inspector_panel.choose_variant(name)

    def _show_data(self, dataset: str) -> None:
        """After a preset has ticked datasets, their rows are to be seen; undo still takes back the preset."""
        self._window.data_panel.choose(dataset)
        self.undo.setActiveStack(self._window.method_panel.undo_stack)

    def _show_row(self, dataset: str, row: str) -> None:
        self._show(self._window.data_panel)
        self._window.data_panel.show_row(dataset, row)

    # Undo

    def _follow_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        """Undo belongs to where the person is: the settings, the rows, or else the workspace."""
        window = self._window
        if now is None or not window.isAncestorOf(now):
            return
        if window.method_panel.isAncestorOf(now):
            self.undo.setActiveStack(window.method_panel.undo_stack)
        elif window.data_panel.isAncestorOf(now):
            self.undo.setActiveStack(window.data_panel.undo_stack())
        elif any(panel is now or panel.isAncestorOf(now) for panel in window.panels):
            self.undo.setActiveStack(self._workspace_stack)
