"""The window of one experiment: its progress while it runs, then its tables and plots. Holds nothing else up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.experiments.result_text import csv_of, csv_of_plot, files_of, plot_file, table_file
from lora_studio.core.experiments.results import Result, Table
from lora_studio.core.files import write_atomically, write_new_folder
from lora_studio.ui import icons
from lora_studio.ui.widgets.notice_bar import NoticeBar
from lora_studio.ui.widgets.result_numbers import experiment_text
from lora_studio.ui.widgets.result_progress import ProgressPage
from lora_studio.ui.widgets.result_table import ResultTable
from lora_studio.ui.widgets.result_view import ResultView

if TYPE_CHECKING:
    from lora_studio.ui.widgets.result_plot import ResultPlot

FIRST_SIZE = (960, 700)
SMALLEST = (640, 480)


class ResultWindow(QWidget):
    """Made when an experiment starts. Closing it while the experiment runs cancels that. Problems are shown here."""

    cancel_wanted = Signal()
    closed = Signal()

    def __init__(self, title: str, folder: Path, parent: QWidget | None = None) -> None:
        """`title` is the experiment's; `folder` is where the dialogs propose to save."""
        super().__init__(parent, Qt.WindowType.Window)
        self._folder = folder
        self._running = False
        self._result: Result | None = None
        self.setWindowTitle(experiment_text(title))
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)
        self.notices = NoticeBar(self)
        self.progress = ProgressPage(experiment_text(title), self)
        self.progress.cancel_button.clicked.connect(self._cancel)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.progress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notices)
        layout.addWidget(self._pages, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self).activated.connect(self._close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self._save_all)

    @property
    def result(self) -> Result | None:
        return self._result

    @property
    def view(self) -> ResultView | None:
        """The tables and plots, once there is a result."""
        page = self._pages.currentWidget()
        return page if isinstance(page, ResultView) else None

    # What the experiment tells

    def show_progress(self, text: str, fraction: float | None) -> None:
        """`text` is shown as it is; `fraction` lies in 0…1, None: nobody knows."""
        if not self._running:
            self._running = True
            self.progress.begin()
        self.progress.show_progress(text, fraction)
        self._pages.setCurrentWidget(self.progress)

    def show_result(self, result: Result) -> None:
        """In place of the progress, or of an earlier result."""
        self._running = False
        old, self._result = self.view, result
        self.setWindowTitle(experiment_text(result.title))
        view = ResultView(result, self)
        view.save_wanted.connect(self._save)
        view.save_all_button.clicked.connect(self._save_all)
        self._pages.addWidget(view)
        self._pages.setCurrentWidget(view)
        if old:
            self._pages.removeWidget(old)
            old.deleteLater()
        view.focus_first()

    def show_problem(self, error: StudioError) -> None:
        """The experiment failed, or something could not be saved. A result that is there stays."""
        self._running = False
        self.notices.show_problem(error)
        if self._result is None:
            self.progress.show_end()

    # Saving

    def save_table(self, table: Table, path: Path) -> None:
        self._write(path, lambda: csv_of(table).encode())

    def save_plot(self, plot: ResultPlot, kind: str, path: Path) -> None:
        """As a picture ("png", "svg") of what is to be seen, or all values ("csv")."""
        self._write(path, lambda: _plot_bytes(plot, kind))

    def save_all(self, folder: Path) -> None:
        """Every table and plot and result.json into a new or an empty folder: all of them or none."""
        if self._result is None or self.view is None:
            return
        files = files_of(self._result)
        for plot in self.view.plots:
            files |= {f"{plot_file(plot.plot)}.{kind}": _plot_bytes(plot, kind) for kind in ("png", "svg")}
        if self._attempt(lambda: write_new_folder(folder, files)):
            text = self.tr("{count} files saved in {folder}")
            self.view.say(text.format(count=self.locale().toString(len(files)), folder=folder.name))
            self._folder = folder.parent

    def _save(self, page: QWidget, kind: str) -> None:
        if isinstance(page, ResultTable):
            if path := self.ask_file(f"{table_file(page.table)}.{kind}"):
                self.save_table(page.table, path)
            return
        plot: Any = page
        if path := self.ask_file(f"{plot_file(plot.plot)}.{kind}"):
            self.save_plot(plot, kind, path)

    def _save_all(self) -> None:
        if self._result is not None and (folder := self.ask_new_folder(self._result.name)):
            self.save_all(folder)

    def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        if self._attempt(lambda: write_atomically(path, content())) and self.view:
            self.view.say(self.tr("Saved: {file}").format(file=path.name))
            self._folder = path.parent

    def _attempt(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except StudioError as error:
            self.notices.show_problem(error)
            return False
        return True

    # Asking, one method each, so that a test can answer

    def ask_file(self, name: str) -> Path | None:
        """None: the person gave up."""
        suffix = name.rpartition(".")[2]
        proposal = str(self._folder / name)
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save"), proposal, f"{suffix.upper()} (*.{suffix})")
        path = Path(chosen)
        return (path if path.suffix else path.with_suffix(f".{suffix}")) if chosen else None

    def ask_new_folder(self, name: str) -> Path | None:
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontConfirmOverwrite
        title, proposal = self.tr("Save everything as a new folder"), str(self._folder / name)
        chosen, _ = QFileDialog.getSaveFileName(self, title, proposal, options=options)
        return Path(chosen) if chosen else None

    # Ending

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A shortcut would get in the way of the messages', which Esc closes first. It never discards a result."""
        if event.key() == Qt.Key.Key_Escape and self._result is None:
            self.close()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.close()

    def _cancel(self) -> None:
        self.progress.show_cancelling()
        self.cancel_wanted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running:
            self._running = False
            self._cancel()
        event.accept()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the new theme's colours once every widget has them."""
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, lambda: icons.refresh(self))
        super().changeEvent(event)


def _plot_bytes(plot: ResultPlot, kind: str) -> bytes:
    from lora_studio.ui.widgets.result_picture import as_png, as_svg

    if kind == "csv":
        return csv_of_plot(plot.plot).encode()
    return as_png(plot) if kind == "png" else as_svg(plot)
