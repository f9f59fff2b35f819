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

from lora_studio.core.errors import StorageError, StudioError
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.theme import colors_of
from lora_studio.ui.widgets.data_footer import DataFooter
from lora_studio.ui.widgets.dataset_list import DatasetList

if TYPE_CHECKING:  # imported late: the formats of files are not needed for the first paint
    from lora_studio.core.data.file_formats.layouts import ColumnMapping, Layout
    from lora_studio.core.data.file_formats.reading import ImportedRows
    from lora_studio.core.data.file_formats.writing import Writer
    from lora_studio.ui.row_reader import RowReader
    from lora_studio.ui.session import Session
    from lora_studio.ui.widgets.import_window import ImportWindow

MOST_PINNED = 4  # of the prompts that a file brings; a benchmark has thousands


class DatasetFiles(QWidget):
    """A widget with a list of datasets that takes files and gives them."""

    dataset_list: DatasetList
    footer: DataFooter

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.import_window: ImportWindow | None = None  # the last one that asked
        self._dropping = False
        self._folder = session.workspace_folder
        self.setAcceptDrops(True)

    def current(self) -> DatasetModel | None:
        raise NotImplementedError

    def choose(self, name: str) -> None:
        raise NotImplementedError

    # Dialogs: a test answers in their place

    def choose_files_to_import(self) -> tuple[Path, ...]:
        from lora_studio.core.data.file_formats.records import CONTAINERS

        kinds = " ".join(f"*{suffix}" for suffix in CONTAINERS)
        filters = ";;".join((f"{self.tr('Rows')} ({kinds})", self.tr("All files (*)")))
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Import rows"), str(self._folder), filters)
        return tuple(Path(name) for name in names)

    def choose_file_to_export(self, name: str) -> tuple[Path, Writer] | None:
        proposed = str(self._folder / f"{name}.jsonl")
        chosen, kind = QFileDialog.getSaveFileName(self, self.tr("Export rows"), proposed, ";;".join(writer_filters()))
        return with_writer(Path(chosen), kind) if chosen else None

    # Reading

    def import_rows(self, *, as_new: bool = False) -> None:
        for path in self.choose_files_to_import():
            self.import_file(path, as_new=as_new)

    def import_file(self, path: Path, *, as_new: bool = False) -> None:
        """Adds the file's rows to the dataset that is shown, or to a new one named after the file.

        Where it is not known what the columns mean, or records give no row, a window asks.
        """
        from lora_studio.core.data.file_formats.layouts import recognise

        self._folder = path.parent
        target = None if as_new else self.current()
        try:
            layout = recognise(path)
        except StudioError as error:
            self._session.problem.emit(error)
            return
        if layout.columns and not layout.is_known:
            self._ask(path, layout, target, None)
        else:
            self._read(path, layout, target, ask=True)

    def _read(self, path: Path, how: Layout | ColumnMapping, target: DatasetModel | None, *, ask: bool) -> None:
        from lora_studio.ui.row_reader import RowReader

        reader = RowReader(path, how, self)
        reader.progressed.connect(partial(self._show_progress, path))
        reader.finished.connect(partial(self._came, reader, path, target, ask))
        reader.failed.connect(partial(self._fail, reader))
        reader.start()

    def _show_progress(self, path: Path, count: int) -> None:
        text = self.tr("Reading {file}: {count} rows so far")
        self.footer.show_notice(text.format(file=path.name, count=QLocale().toString(count)))

    def _came(self, reader: RowReader, path: Path, target: DatasetModel | None, ask: bool, read: ImportedRows) -> None:
        from lora_studio.core.data.file_formats.layouts import Layout
        from lora_studio.core.data.file_formats.reading import no_rows

        reader.deleteLater()
        if not read.rows:
            self.footer.show_notice("")
            self._session.problem.emit(no_rows(path, read.problems))
        elif read.problems and ask and isinstance(reader.how, Layout):
            self.footer.show_notice("")
            self._ask(path, reader.how, target, read)
        else:
            self._take_rows(path, target, read)

    def _ask(self, path: Path, layout: Layout, target: DatasetModel | None, read: ImportedRows | None) -> None:
        """A window asks for the columns, or whether the rows that there are shall do."""
        from lora_studio.ui.widgets.import_window import ImportWindow

        problems, rows = (read.problems, len(read.rows)) if read else ((), 0)
        window = self.import_window = ImportWindow(path, layout, problems, rows, self)
        if read:
            window.accepted.connect(lambda _: self._take_rows(path, target, read))
        else:
            window.accepted.connect(lambda how: self._read(path, how, target, ask=False))
        window.show()
        window.activateWindow()

    def _take_rows(self, path: Path, target: DatasetModel | None, read: ImportedRows) -> None:
        rows = read.rows
        try:
            if target is None:
                target = self._session.add_dataset(path.stem, rows, read.role)
                if not self._session.selected:  # what else would it be for?
                    self._session.select_datasets((target.name,))
            else:
                target.insert(target.rowCount(), rows, self.tr("Import {file}").format(file=path.name))
        except StudioError as error:
            self._session.problem.emit(error)
            return
        self.choose(target.name)
        for probe in read.probes[:MOST_PINNED]:
            self._session.pin(probe)
        self.footer.show_notice(self._taken(path, read))

    def _taken(self, path: Path, read: ImportedRows) -> str:
        count, number = len(read.rows), QLocale().toString
        text = self.tr("1 row from {file}") if count == 1 else self.tr("{count} rows from {file}")
        parts = [text.format(count=number(count), file=path.name)]
        if read.problems:
            parts.append(self.tr("records left out: {count}").format(count=number(len(read.problems))))
        if read.probes:
            parts.append(self.tr("prompts pinned: {count}").format(count=number(min(MOST_PINNED, len(read.probes)))))
        return " · ".join(parts)

    def _fail(self, reader: RowReader, error: StudioError) -> None:
        reader.deleteLater()
        self.footer.show_notice("")
        self._session.problem.emit(error)

    # Writing

    def export_rows(self) -> None:
        from lora_studio.core.data.file_formats.writing import write_dataset

        dataset = self.current()
        if dataset is None:
            return
        try:
            chosen = self.choose_file_to_export(dataset.name)
            if chosen is not None:
                path, writer = chosen
                self._folder = path.parent
                write_dataset(path, dataset.dataset().rows, writer, self._session.pins)
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


def writer_filters() -> list[str]:
    """What the dialog calls the layouts that can be written, in the order of WRITERS."""
    from lora_studio.core.data.file_formats.writing import WRITERS

    return [f"{QCoreApplication.translate('Core', writer.name)} (*{writer.suffix})" for writer in WRITERS]


def with_writer(path: Path, kind: str) -> tuple[Path, Writer]:
    """The layout of the chosen kind, and the path with its suffix, where the dialog left it out."""
    from lora_studio.core.data.file_formats.writing import WRITERS

    chosen = next((w for w, text in zip(WRITERS, writer_filters(), strict=True) if text == kind), WRITERS[0])
    if path.suffix.lower() == chosen.suffix:
        return path, chosen
    if path.suffix.lower() in (".json", ".jsonl"):  # typed: the name says more than the list
        return path, WRITERS[0] if chosen.suffix == ".txt" else chosen
    if path.suffix.lower() == ".txt":
        return path, next(writer for writer in WRITERS if writer.suffix == ".txt")
    result = path.with_name(path.name + chosen.suffix)
    if result.exists():  # the dialog asked about the name without the suffix
        raise StorageError("{path} exists already.", advice="Choose another name, or this one to the end.", path=result)
    return result, chosen


def _files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
