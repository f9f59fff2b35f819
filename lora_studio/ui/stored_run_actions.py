"""What can be done with the chosen runs of the history, and why it cannot be done right now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from lora_studio.core.history import StoredRun
from lora_studio.core.recipe import Recipe
from lora_studio.ui.icons import icon
from lora_studio.ui.session import Session


class StoredRunActions(QObject):
    """The actions on the chosen runs, for buttons and menus alike. A disabled one says why in its tool tip.

    Their keys work where the actions are added to a widget that has the focus (the table), not in its editors.
    """

    rename_wanted = Signal()
    note_wanted = Signal()
    curves_wanted = Signal(object)  # Path
    compare_wanted = Signal(tuple)  # of Path
    recipe_wanted = Signal(object, str)  # Recipe, name of its run
    diff_wanted = Signal(object, object)  # Path, Path: the older run first
    delete_wanted = Signal(tuple)  # of Path

    def __init__(self, session: Session, widget: QWidget) -> None:
        super().__init__(widget)
        self._session = session
        self._widget = widget
        self._runs: tuple[StoredRun, ...] = ()
        keys = QKeySequence
        self.load = self._action("load", self.tr("&Put on board"), self._load, keys(Qt.Key.Key_Return))
        self.load.setShortcuts([keys(Qt.Key.Key_Return), keys(Qt.Key.Key_Enter)])
        self.again_with = self._action("again_with", self.tr("Run again &with…"), self._again_with)
        self.again = self._action("again", self.tr("Run &again"), self._again)
        self.resume = self._action("play", self.tr("&Resume"), self._resume)
        self.curves = self._action("curves", self.tr("Show &curves"), self._curves)
        self.compare = self._action("compare_curves", self.tr("C&ompare curves"), self._compare)
        self.diff = self._action("compare_recipes", self.tr("Compare reci&pes"), self._diff)
        self.folder = self._action("folder", self.tr("Show in &folder"), self._show_folder)
        self.rename = self._action("", self.tr("Re&name"), self.rename_wanted.emit, keys(Qt.Key.Key_F2))
        self.note = self._action("", self.tr("No&te"), self.note_wanted.emit)
        self.delete = self._action("bin", self.tr("&Delete"), self._delete, keys(QKeySequence.StandardKey.Delete))
        self.show_for(())

    def all(self) -> tuple[QAction, ...]:
        return (
            self.load, self.again_with, self.again, self.resume, self.curves, self.compare, self.diff, self.folder,
            self.rename, self.note, self.delete,
        )  # fmt: skip

    def show_for(self, runs: tuple[StoredRun, ...]) -> None:
        """Enables what applies to `runs`."""
        self._runs = runs
        none = "" if runs else self.tr("Choose a run in the table first.")
        one = none or (self.tr("Choose a single run.") if len(runs) > 1 else "")
        locked = self.tr("This window is read-only.") if self._session.read_only else ""
        loading = self.tr("The model is still loading.") if self._session.model is None else ""
        live = self._live_obstacle()
        board = none or loading or self._adapter_obstacle()
        self._judge(self.load, board, self.tr("Loads the adapter beside the base"))
        recipe = self.tr("Puts its recipe into the data and method panels, to be changed and trained")
        self._judge(self.again_with, one or locked, recipe)
        self._judge(self.again, none or locked, self.tr("Puts its recipe into the queue as it is"))
        resume = one or locked or loading or self._resume_obstacle()
        self._judge(self.resume, resume, self.tr("Goes on where it stopped, with the same numbers"))
        self._judge(self.curves, one, self.tr("Shows its curves in the training panel"))
        several = "" if len(runs) > 1 else self.tr("Choose at least two runs.")
        self._judge(self.compare, several, self.tr("Lays their curves over one another"))
        pair = "" if len(runs) == 2 else self.tr("Choose exactly two runs.")
        self._judge(self.diff, pair, self.tr("Shows what is different in their recipes"))
        self._judge(self.folder, one, self.tr("Opens its folder in the file manager"))
        self._judge(self.rename, one or locked or live, self.tr("Changes the name"))
        self._judge(self.note, one or locked or live, self.tr("Writes a note on it"))
        self._judge(self.delete, none or locked or live, self.tr("Moves it to the workspace's bin; undo restores it"))

    # Why not

    def _live_obstacle(self) -> str:
        live = self._session.history.live
        return self.tr("This run is in progress.") if any(run.path == live for run in self._runs) else ""

    def _adapter_obstacle(self) -> str:
        if self._to_load():
            return ""
        if any(run.has_adapter for run in self._runs):
            return self.tr("It stands on the board already.")
        return self._live_obstacle() or self.tr("It ended before there was an adapter.")

    def _to_load(self) -> list[Path]:
        """The adapters of the chosen runs that are not on the board."""
        there = {variant.folder for variant in self._session.variants}
        folders = (run.path / "adapter" for run in self._runs if run.has_adapter)
        return [folder for folder in folders if str(folder) not in there]

    def _resume_obstacle(self) -> str:
        run = self._runs[0]
        if run.record.state == "finished":
            return self.tr("It has finished.")
        if run.path == self._session.history.live:
            return self.tr("This run is in progress.")
        if not run.resumable:
            return self.tr("No state was kept that it could go on from.")
        return self.tr("A run is in progress.") if self._session.run.active else ""

    def _judge(self, action: QAction, obstacle: str, purpose: str) -> None:
        action.setEnabled(not obstacle)
        action.setToolTip(f"{action.iconText()}\n{obstacle or purpose}")
        action.setStatusTip(obstacle or purpose)
        action.setWhatsThis(obstacle or purpose)

    # Doing

    def _load(self) -> None:
        for folder in self._to_load():
            self._session.load_adapter(folder)

    def _again_with(self) -> None:
        name = self._runs[0].record.name

        def came(recipe: Recipe) -> None:
            if isValid(self):  # a change of language makes all panels anew
                self.recipe_wanted.emit(recipe, name)

        self._session.history.recipe(self._runs[0].path, came)

    def _again(self) -> None:
        for run in self._runs:
            self._session.history.recipe(run.path, self._enqueue)

    def _enqueue(self, recipe: Recipe) -> None:
        self._session.queue.add(recipe)

    def _resume(self) -> None:
        self._session.resume(self._runs[0].path)

    def _curves(self) -> None:
        self.curves_wanted.emit(self._runs[0].path)

    def _compare(self) -> None:
        self.compare_wanted.emit(tuple(run.path for run in self._runs))

    def _diff(self) -> None:
        one, other = sorted(self._runs, key=lambda run: run.began.timestamp() if run.began else 0.0)
        self.diff_wanted.emit(one.path, other.path)

    def _delete(self) -> None:
        self.delete_wanted.emit(tuple(run.path for run in self._runs))

    def _show_folder(self) -> None:
        self.open_folder(QUrl.fromLocalFile(str(self._runs[0].path)))

    def open_folder(self, url: QUrl) -> None:
        """A method of its own, so that a test can look."""
        QDesktopServices.openUrl(url)

    def _action(self, picture: str, text: str, slot: object, keys: QKeySequence | None = None) -> QAction:
        action = QAction(text, self._widget)
        action.setIconText(text.replace("&", ""))  # Qt would leave out the "…"
        if picture:
            action.setIcon(icon(picture, self._widget))
        if keys is not None:
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        return action
