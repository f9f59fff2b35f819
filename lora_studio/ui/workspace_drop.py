"""Folders that are dropped on the window: a workspace or a model is opened, an adapter goes on the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from lora_studio.core.workspace import is_workspace
from lora_studio.ui.widgets.path_field import has_adapter

MODEL = "config.json"  # what makes a folder one of a model


class WorkspaceDrop(QObject):
    """Listens to drops on some widgets, before they do themselves."""

    def __init__(
        self,
        widgets: Iterable[QWidget],
        open_workspace: Callable[[Path], object],
        load_adapter: Callable[[Path], object],
        open_model: Callable[[Path], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._open_workspace = open_workspace
        self._load_adapter = load_adapter
        self._open_model = open_model
        for widget in widgets:
            widget.setAcceptDrops(True)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return False
        folder = dropped_folder(event.mimeData())
        if folder is None:
            return False
        if event.type() == QEvent.Type.Drop:
            self._act(folder)
        event.acceptProposedAction()
        return True

    def _act(self, folder: Path) -> None:
        if is_workspace(folder):
            self._open_workspace(folder)
        elif has_adapter(str(folder)):
            self._load_adapter(folder)
        else:
            self._open_model(folder)


def dropped_folder(data: QMimeData) -> Path | None:
    """The workspace, adapter or model among what is dragged; a file of one stands for its folder."""
    for url in data.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        folder = path.parent if path and path.is_file() else path
        if folder and (is_workspace(folder) or has_adapter(str(folder)) or (folder / MODEL).is_file()):
            return folder
    return None
