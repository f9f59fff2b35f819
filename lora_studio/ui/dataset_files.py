"""The part of the data panel that deals with files: dialogs, reading, writing, and files that are dropped on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QMimeData, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)  # fmt: skip
from PySide6.QtWidgets import QFileDialog, QWidget

from lora_studio.core.data.formats import FORMATS, is_known, write_rows
from lora_studio.core.errors import StorageError, StudioError
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.row_reader import RowReader
from lora_studio.ui.theme import colors_of
from lora_studio.ui.widgets.data_footer import DataFooter
from lora_studio.ui.widgets.dataset_list import DatasetList

if TYPE_CHECKING:
    from lora_studio.ui.session import Session


class DatasetFiles(QWidget):
    """A widget with a list of datasets that takes files and gives them."""

    dataset_list: DatasetList
    footer: DataFooter

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._dropping = False
        self._folder = session.workspace_folder
        self.setAcceptDrops(True)

    def current(self) -> DatasetModel | None:
        raise NotImplementedError

    def choose(self, name: str) -> None:
        raise NotImplementedError

    # Dialogs: a test answers in their place

    def choose_files_to_import(self) -> tuple[Path, ...]:
        suffixes = " ".join(f"*{suffix}" for format_ in FORMATS for suffix in format_.suffixes)
        rows = self.tr("Rows")
        filters = ";;".join((f"{rows} ({suffixes})", *_filters()))
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Import rows"), str(self._folder), filters)
        return tuple(Path(name) for name in names)

    def choose_file_to_export(self, name: str) -> Path | None:
        proposed = str(self._folder / f"{name}{FORMATS[0].suffixes[0]}")
        chosen, kind = QFileDialog.getSaveFileName(self, self.tr("Export rows"), proposed, ";;".join(_filters()))
        return _with_suffix(Path(chosen), kind) if chosen else None

    # Reading

    def import_rows(self, *, as_new: bool = False) -> None:
        for path in self.choose_files_to_import():
            self.import_file(path, as_new=as_new)

    def import_file(self, path: Path, *, as_new: bool = False) -> None:
        """Adds the file's rows to the dataset that is shown, or to a new one named after the file."""
        self._folder = path.parent
        reader = RowReader(path, self)
        target = None if as_new else self.current()
        reader.progressed.connect(partial(self._show_progress, path))
        reader.finished.connect(partial(self._take_rows, reader, path, target))
        reader.failed.connect(partial(self._fail, reader))
        reader.start()

    def _show_progress(self, path: Path, count: int) -> None:
        text = self.tr("Reading {file}: {count} rows so far")
        self.footer.show_notice(text.format(file=path.name, count=QLocale().toString(count)))

    def _take_rows(self, reader: RowReader, path: Path, target: DatasetModel | None, rows: list[str]) -> None:
        reader.deleteLater()
        try:
            if target is None:
                target = self._session.add_dataset(path.stem, tuple(rows))
            else:
                target.insert(target.rowCount(), rows, self.tr("Import {file}").format(file=path.name))
        except StudioError as error:
            self._session.problem.emit(error)
            return
        self.choose(target.name)
        text = self.tr("1 row from {file}") if len(rows) == 1 else self.tr("{count} rows from {file}")
        self.footer.show_notice(text.format(count=QLocale().toString(len(rows)), file=path.name))

    def _fail(self, reader: RowReader, error: StudioError) -> None:
        reader.deleteLater()
        self.footer.show_notice("")
        self._session.problem.emit(error)

    # Writing

    def export_rows(self) -> None:
        dataset = self.current()
        if dataset is None:
            return
        try:
            path = self.choose_file_to_export(dataset.name)
            if path is not None:
                self._folder = path.parent
                write_rows(path, dataset.dataset().rows)
                self.footer.show_notice(self.tr("Exported to {file}").format(file=path.name))
        except StudioError as error:
            self._session.problem.emit(error)

    # Files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_in(event.mimeData()):
            event.acceptProposedAction()
            self._show_dropping(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _files_in(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """On the list of datasets a file becomes a new one; elsewhere its rows go to the one that is shown."""
        self._show_dropping(False)
        as_new = event.position().y() < self.dataset_list.geometry().bottom()
        for path in _files_in(event.mimeData()):
            self.import_file(path, as_new=as_new)
        event.acceptProposedAction()

    def _show_dropping(self, dropping: bool) -> None:
        self._dropping = dropping
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dropping:
            painter = QPainter(self)
            painter.setPen(QPen(QColor(colors_of(self).accent), 4, Qt.PenStyle.SolidLine))
            painter.drawRect(self.rect())
            painter.end()


def _filters() -> list[str]:
    return [
        f"{QCoreApplication.translate('Core', format_.name)} ({' '.join(f'*{s}' for s in format_.suffixes)})"
        for format_ in FORMATS
    ]


def _with_suffix(path: Path, kind: str) -> Path:
    """The path with the chosen kind's suffix, where the dialog left it out."""
    if is_known(path):
        return path
    chosen = next((format_ for format_, text in zip(FORMATS, _filters(), strict=True) if text == kind), FORMATS[0])
    result = path.with_name(path.name + chosen.suffixes[0])
    if result.exists():  # the dialog asked about the name without the suffix
        raise StorageError("{path} exists already.", advice="Choose another name, or this one to the end.", path=result)
    return result


def _files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
