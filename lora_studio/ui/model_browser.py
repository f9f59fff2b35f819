"""The model browser: what is open, what lies on this computer, what can be downloaded. Holds nothing else up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.hub.download import finished_folder, free_space
from lora_studio.core.hub.fitting import can_round
from lora_studio.core.hub.lookup import HubModel
from lora_studio.core.models.open_options import DTYPES, OpenOptions
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.workspace import BUNDLED
from lora_studio.ui import icons
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.downloads import Download
from lora_studio.ui.model_browser_listing import ModelListing
from lora_studio.ui.model_browser_rows import DOWNLOAD, FOUND, ModelRows
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.hub_pages import DownloadPage, FoundPage
from lora_studio.ui.widgets.local_page import LocalPage
from lora_studio.ui.widgets.look_up_field import LookUpField
from lora_studio.ui.widgets.model_list import ModelList

FIRST_SIZE = (1000, 620)
SMALLEST = (760, 460)
PAGE_WIDTH = 340


class ModelBrowser(QDialog):
    """Stays when it is closed, and is shown again. `listing` can be given by a test."""

    folder_wanted = Signal()  # a folder is to be chosen in a dialog

    def __init__(
        self, session: Session, bridge: Bridge, parent: QWidget | None = None, listing: ModelListing | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._downloads = session.downloads
        self._found: HubModel | None = None
        self._awaited = ""  # a source that is to be chosen when it is listed
        self.setWindowTitle(self.tr("Models"))
        self.setModal(False)
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)
        self.listing = listing or ModelListing(bridge, self)
        self.look_up = LookUpField(self)
        self.list = ModelList(self)
        self._rows = ModelRows(session, self.listing, self)
        self.local, self.found, self.download = LocalPage(self), FoundPage(self), DownloadPage(self)
        self.nothing = self._make_nothing()
        self.pages = QStackedWidget(self)
        for page in (self.nothing, self.local, self.found, self.download):
            self.pages.addWidget(page)
        self._lay_out()
        self._connect()
        self._show_rows()

    # Building

    def _make_nothing(self) -> QLabel:
        label = QLabel(self.tr("Choose a model on the left, or type the name of one to download."), self)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        label.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        return label

    def _lay_out(self) -> None:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.pages)
        area.setMinimumWidth(PAGE_WIDTH)
        both = QSplitter(Qt.Orientation.Horizontal, self)
        both.addWidget(self.list)
        both.addWidget(area)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 0)
        both.setChildrenCollapsible(False)
        both.setSizes([FIRST_SIZE[0] - PAGE_WIDTH - 20, PAGE_WIDTH + 20])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.look_up)
        layout.addWidget(both, 1)
        layout.addLayout(self._lay_out_buttons())

    def _lay_out_buttons(self) -> QHBoxLayout:
        self.choose_folder = self._button(self.tr("Open &model folder…"), "folder")
        self.again = self._button(self.tr("Look &again"), "again")
        self.looking = QLabel(self)
        self.looking.setProperty("role", "muted")
        self.leave = self._button(self.tr("Close &window"), "")
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.choose_folder)
        row.addWidget(self.again)
        row.addWidget(self.looking)
        row.addStretch(1)
        row.addWidget(self.leave)
        return row

    def _button(self, text: str, picture: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if picture:
            button.setIcon(icons.icon(picture, self))
        return button

    def _connect(self) -> None:
        session, downloads = self._session, self._downloads
        self.look_up.wanted.connect(self._look_up)
        self.list.chosen.connect(self._show_page)
        self.list.activated_key.connect(self._activate)
        self.choose_folder.clicked.connect(self.folder_wanted)
        self.again.clicked.connect(self.refresh)
        self.leave.clicked.connect(self.close)
        self.local.open_wanted.connect(session.open_base)
        self.local.close_wanted.connect(self._close_model)
        self.local.folder_wanted.connect(lambda source: QDesktopServices.openUrl(QUrl.fromLocalFile(source)))
        self.local.options_changed.connect(self._show_meaning)
        self.found.download_wanted.connect(self._start)
        self.download.pause_wanted.connect(downloads.pause)
        self.download.resume_wanted.connect(downloads.resume)
        self.download.remove_wanted.connect(self._remove)
        downloads.changed.connect(self._show_rows)
        downloads.found.connect(self._show_found)
        downloads.not_found.connect(self.look_up.say)
        downloads.finished.connect(self._finished)
        self.listing.changed.connect(self._show_rows)
        self.listing.fits_changed.connect(self._show_rows)
        session.model_ready.connect(self._opened)
        for changed in (session.model_ready, session.model_left, session.run_changed, session.opening_changed):
            changed.connect(self._show_rows)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.look_up.field.setFocus)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self).activated.connect(self.refresh)

    # Showing

    def refresh(self) -> None:
        """Looks once more what lies on this computer."""
        self.listing.refresh(self._session.recent_bases, self._session.workspace_folder)

    def _opened(self, model: ModelSummary) -> None:
        """Wherever it was opened from; one that has not been seen before takes its place in the list."""
        if not self.isVisible():
            return
        if model.source != BUNDLED and self._rows.local(model.source) is None:
            self._awaited = model.source
            self.refresh()
        else:
            self.list.choose(model.source)

    def _show_rows(self, *_: object) -> None:
        self._show_looking()
        self.list.show_groups(self._rows.groups(self._found))
        if self.list.choose(self._awaited):
            self._awaited = ""
        self._show_page(self.list.current_key())

    def _show_looking(self) -> None:
        """While it looks, that it does; then what to do if nothing was found."""
        nothing = self.tr("No other model is here yet. Type the name of one above, or open a folder.")
        self.looking.setText(self.tr("Looking…") if self.listing.busy else nothing)
        self.looking.setVisible(self.listing.busy or not self.listing.models)

    def _show_page(self, key: str) -> None:
        if key.startswith(DOWNLOAD) and (download := self._downloads.of(key.removeprefix(DOWNLOAD))):
            self.download.show_download(download)
            self.pages.setCurrentWidget(self.download)
        elif key.startswith(FOUND) and self._found is not None:
            models = self._downloads.models
            self.found.show_model(self._found, models, free_space(models), self._why_no_download(self._found))
            self.pages.setCurrentWidget(self.found)
        elif key:
            self._show_local(key)
            self.pages.setCurrentWidget(self.local)
        else:
            self.pages.setCurrentWidget(self.nothing)

    def _show_local(self, source: str) -> None:
        model = self._rows.local(source)
        facts = model.facts if model else None
        if source != self.local.source or self.local.device.count() != len(self.listing.devices):
            dtypes = [dtype for dtype in DTYPES if dtype != "nf4" or can_round()]
            chosen = self.local.options() if source == self.local.source else self._session.open_options(source)
            self.local.show_choices(self.listing.devices, dtypes, chosen)
        name = facts.name if facts else ("MiniGPT" if source == BUNDLED else Path(source).name)
        self.local.show_model(source, facts, name)
        self._show_meaning()

    def _show_meaning(self) -> None:
        """What is said of the choices, and what can be pressed."""
        source, model = self.local.source, self._rows.local(self.local.source)
        obstacle = model.facts.obstacle if model else None
        fit = self.listing.fit_of(model.facts, self.local.options()) if model and obstacle is None else None
        self.local.show_meaning(fit)
        is_open = self._is_open(source)
        same = is_open and self.local.options() == self._session.open_options(source)
        why_not = self._why_not()
        self.local.open.setText(self.tr("&Open again") if is_open and not same else self.tr("&Open"))
        self.local.open.setEnabled(obstacle is None and not why_not and not same)
        self.local.close_model.setVisible(is_open and source != BUNDLED)
        self.local.close_model.setEnabled(not why_not)
        self.local.say_problem(obstacle)
        if obstacle is None:
            self.local.say(self.tr("It is open.") if same else why_not, "muted")

    def _is_open(self, source: str) -> bool:
        return self._session.model is not None and self._session.model.source == source

    def _why_not(self) -> str:
        """Why no other base can be opened now."""
        if self._session.model is None:
            return self.tr("A model is being opened.")
        return self.tr("A run is in progress.") if self._session.run.active else ""

    def _why_no_download(self, model: HubModel) -> str:
        models = self._downloads.models
        if self._downloads.read_only:
            return self.tr("Another window has this workspace, so nothing can be downloaded here.")
        if finished_folder(models, model).exists():
            return self.tr("It is in the workspace already.")
        free = free_space(models)
        return self.tr("The disk has too little room for it.") if free is not None and free < model.bytes else ""

    # What the person does

    def _activate(self, key: str) -> None:
        if key.startswith(DOWNLOAD):
            name = key.removeprefix(DOWNLOAD)
            download = self._downloads.of(name)
            if download is not None:
                (self._downloads.pause if download.active else self._downloads.resume)(name)
        elif key.startswith(FOUND):
            self.found.download.click()
        else:
            self.local.want()

    def _close_model(self) -> None:
        self._session.open_base(BUNDLED, OpenOptions())

    def _look_up(self, typed: str) -> None:
        self.look_up.wait()
        self._downloads.look_up(typed)

    def _show_found(self, model: HubModel) -> None:
        self.look_up.rest()
        self._found = None if self._downloads.of(model.name) else model
        self._show_rows()
        self.list.choose((FOUND if self._found else DOWNLOAD) + model.name)

    def _start(self, model: HubModel) -> None:
        self._found = None
        self._downloads.start(model)
        self.list.choose(DOWNLOAD + model.name)

    def _remove(self, name: str) -> None:
        download = self._downloads.of(name)
        if download is None:
            return
        keep = self.ask_to_keep(download)
        if keep is True:
            self._downloads.pause(name)
        elif keep is False:
            self._downloads.remove(name)

    def ask_to_keep(self, download: Download) -> bool | None:
        """Whether the part that has arrived stays; None: nothing is done. A method of its own, so a test can answer."""
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Remove the download"), download.model.name)
        box.setParent(self, box.windowFlags())
        box.setInformativeText(self.tr("The part that has arrived can be kept, to go on with it later."))
        keep = box.addButton(self.tr("&Keep it"), QMessageBox.ButtonRole.AcceptRole)
        remove = box.addButton(self.tr("&Remove it"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return True if clicked is keep else (False if clicked is remove else None)

    def _finished(self, _: HubModel, folder: Path) -> None:
        """It takes its place among the models, and is chosen there when it has been looked at."""
        self._awaited = str(folder)
        if self.isVisible():
            self.refresh()

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_up.rest()
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the new theme's colours once every widget has them."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "leave"):
            QTimer.singleShot(0, self, self._refresh_icons)
        super().changeEvent(event)

    def _refresh_icons(self) -> None:
        icons.refresh(self)
        self._show_rows()
