"""Folders that are dropped on the window: a workspace is opened, an adapter goes on the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from lora_studio.core.workspace import is_workspace
from lora_studio.ui.widgets.path_field import has_adapter


class WorkspaceDrop(QObject):
    """Listens to drops on some widgets, before they do themselves."""

    def __init__(
        self,
        widgets: Iterable[QWidget],
        open_workspace: Callable[[Path], object],
        load_adapter: Callable[[Path], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._open_workspace = open_workspace
        self._load_adapter = load_adapter
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
            act = self._open_workspace if is_workspace(folder) else self._load_adapter
            act(folder)
        event.acceptProposedAction()
        return True


def dropped_folder(data: QMimeData) -> Path | None:
    """The workspace or adapter among what is dragged; a file of one stands for its folder."""
    for url in data.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        folder = path.parent if path and path.is_file() else path
        if folder and (is_workspace(folder) or has_adapter(str(folder))):
            return folder
    return None
