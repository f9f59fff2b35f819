"""What can be done with a variant, and why it cannot be done right now."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.icons import icon
from lora_studio.ui.session import Session


class VariantActions(QObject):
    """The actions on the chosen variant, for buttons and menus alike.

    A disabled one says why in its tool tip, its status tip and its "What's this?".
    """

    rename_wanted = Signal()

    def __init__(self, session: Session, widget: QWidget) -> None:
        super().__init__(widget)
        self._session = session
        self._widget = widget
        self._variant: VariantSummary | None = None
        self.save = self._action("save", self.tr("&Save adapter…"), self._save, QKeySequence.StandardKey.Save)
        self.load = self._action("load", self.tr("&Load adapter…"), self._load, QKeySequence.StandardKey.Open)
        self.merge = self._action("merge", self.tr("&Merge"), self._merge)
        self.export = self._action("export", self.tr("&Export merged model…"), self._export)
        self.export_gguf = self._action("export", self.tr("Export for llama.cpp (&GGUF)…"), self._export_gguf)
        self.use_as_base = self._action("model", self.tr("Use as &base"), self._use_as_base)
        self.detach = self._action("detach", self.tr("&Detach"), self._detach)
        self.rename = self._action("", self.tr("&Rename"), self.rename_wanted.emit)
        self.shown = self._action("eye", self.tr("Sho&wn in the answers"), self._toggle_shown)
        self.shown.setCheckable(True)
        self.show_for(None)

    def all(self) -> tuple[QAction, ...]:
        return (
            self.save, self.load, self.merge, self.export, self.export_gguf, self.use_as_base, self.detach,
            self.rename, self.shown,
        )  # fmt: skip

    def show_for(self, variant: VariantSummary | None) -> None:
        """Enables what applies to `variant`."""
        self._variant = variant
        general = self._general_obstacle()
        self._judge(self.load, general, self.tr("Puts an adapter from disk beside the base"))
        other = general or self._obstacle()
        unmerged = other or self._export_obstacle()
        no_adapter, no_merge = (variant.no_adapter, variant.no_merge) if variant else ("", "")
        self._judge(self.save, other or self._why(no_adapter), self.tr("Writes the adapter and reads it back"))
        self._judge(self.merge, other or self._why(no_merge), self.tr("Adds a variant with plain weights"))
        self._judge(self.export, unmerged, self.tr("Writes a model folder and reads it back"))
        no_gguf = self._why(variant.no_gguf) if variant else ""
        self._judge(
            self.export_gguf, other or no_gguf, self.tr("Writes the adapter as GGUF, with a Modelfile for Ollama")
        )
        base = self.tr("Writes the merged model into the workspace and opens it as the base of later runs")
        self._judge(self.use_as_base, unmerged or self._run_obstacle(), base)
        at_rest = other or self._training_obstacle()
        self._judge(
            self.detach, at_rest, self.tr("Takes it off the board; the base is untouched, and its folder stays")
        )
        self._judge(self.rename, at_rest, self.tr("Changes the name"))
        shown = {shown.name for shown in self._session.visible_variants}
        self._judge(self.shown, other, self.tr("Whether the answers show it"))
        self.shown.setChecked(variant is not None and variant.name in shown)

    def reasons(self) -> tuple[str, ...]:
        """What lies in the nature of the chosen variant: why it cannot be saved or merged."""
        variant = self._variant
        if variant is None or variant.is_base:
            return ()
        found = (variant.no_adapter, "" if variant.merged else variant.no_merge)
        return tuple(self._why(reason) for reason in found if reason)

    # Why not

    def _general_obstacle(self) -> str:
        return self.tr("The model is still loading.") if self._session.model is None else ""

    def _obstacle(self) -> str:
        if self._variant is None:
            return self.tr("Choose a variant in the table first.")
        return self.tr("The base is unchanged; choose a trained or loaded variant.") if self._variant.is_base else ""

    def _export_obstacle(self) -> str:
        """What is merged already can be written as it is."""
        variant = self._variant
        return "" if variant is None or variant.merged else self._why(variant.no_merge)

    def _run_obstacle(self) -> str:
        return self.tr("A run is in progress.") if self._session.run.active else ""

    def _training_obstacle(self) -> str:
        variant = self._variant
        return self.tr("It is being trained.") if variant and variant.name == self._session.trained_variant else ""

    def _why(self, reason: str) -> str:
        """A reason that core gives, in the window's language."""
        return QCoreApplication.translate("Core", reason) if reason else ""

    def _judge(self, action: QAction, obstacle: str, purpose: str) -> None:
        action.setEnabled(not obstacle)
        action.setToolTip(obstacle or purpose)
        action.setStatusTip(obstacle or purpose)
        action.setWhatsThis(obstacle or purpose)

    # Doing

    def _save(self) -> None:
        if self._variant and (folder := self.ask_new_folder(self.tr("Save adapter as a new folder"), "adapters")):
            self._session.save_adapter(self._variant.name, folder)

    def _load(self) -> None:
        if folder := self.ask_folder(self.tr("Choose the folder of an adapter")):
            self._session.load_adapter(folder)

    def _merge(self) -> None:
        if self._variant:
            self._session.merge(self._variant.name)

    def _export(self) -> None:
        if self._variant and (folder := self.ask_new_folder(self.tr("Export model as a new folder"), "models")):
            self._session.export_merged(self._variant.name, folder)

    def _export_gguf(self) -> None:
        if self._variant and (folder := self.ask_new_folder(self.tr("Export GGUF as a new folder"), "gguf")):
            self._session.export_gguf(self._variant.name, folder)

    def _use_as_base(self) -> None:
        if self._variant:
            self._session.use_as_base(self._variant.name)

    def _detach(self) -> None:
        if self._variant:
            self._session.detach(self._variant.name)

    def _toggle_shown(self, shown: bool) -> None:
        if self._variant:
            self._session.set_visible(self._variant.name, shown)

    # Asking, one method each, so that a test can answer

    def ask_new_folder(self, title: str, kind: str) -> Path | None:
        """A folder that does not exist yet, proposed inside the workspace's folder `kind`. None: the person gave up."""
        proposal = self._session.workspace_folder / kind / file_name_of(self._variant.name if self._variant else kind)
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontConfirmOverwrite
        chosen, _ = QFileDialog.getSaveFileName(self._widget.window(), title, str(proposal), options=options)
        return Path(chosen) if chosen else None

    def ask_folder(self, title: str) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self._widget.window(), title, str(self._session.workspace_folder))
        return Path(chosen) if chosen else None

    def _action(self, picture: str, text: str, slot: object, keys: QKeySequence.StandardKey | None = None) -> QAction:
        action = QAction(text, self._widget)
        action.setIconText(text.replace("&", ""))  # Qt would leave out the "…"
        if picture:
            action.setIcon(icon(picture, self._widget))
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(slot)
        return action


def file_name_of(name: str) -> str:
    """A variant's name as a folder's name that every system takes: "LoRA V" becomes "lora-v"."""
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-_") or "variant"
