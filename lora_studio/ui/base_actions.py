"""Choosing the base model: a folder, the bundled one, or one that was open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from lora_studio.core.workspace import BUNDLED
from lora_studio.ui.bases import BaseChange
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.downloads import Download
from lora_studio.ui.icons import icon
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from lora_studio.core.hub.lookup import HubModel
    from lora_studio.ui.model_browser import ModelBrowser


class BaseActions(QObject):
    """The entries of the Model menu. The base that is open is ticked."""

    def __init__(self, session: Session, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._bridge = bridge
        self._window = window
        self.browse = QAction(icon("model", window), self.tr("Model &browser…"), window)
        self.browse.setShortcut(QKeySequence("Ctrl+B"))
        self.browse.triggered.connect(lambda _=False: self.show_browser())
        self.open = QAction(icon("folder", window), self.tr("&Open model folder…"), window)
        self.open.setShortcut(QKeySequence("Ctrl+Shift+B"))
        self.open.triggered.connect(lambda _=False: self._ask_and_open())
        self.browser: ModelBrowser | None = None  # made when it is wanted first
        self.bundled = self._choice(self.tr("Bundled Mini&GPT"), BUNDLED)
        self.recent = QMenu(self.tr("&Recent bases"), window)
        self.recent.setToolTipsVisible(True)
        for changed in (session.model_ready, session.model_left):
            changed.connect(self.refresh)
        session.run_changed.connect(self._judge_all)
        self.refresh()

    def all(self) -> tuple[QAction, ...]:
        return (self.browse, self.open, self.bundled, self.recent.menuAction())

    def show_browser(self) -> ModelBrowser:
        """Brings the browser of models to the front."""
        if self.browser is None:
            from lora_studio.ui.model_browser import ModelBrowser  # its room is not needed for the first paint

            self.browser = ModelBrowser(self._session, self._bridge, self._window)
            self.browser.folder_wanted.connect(self._ask_and_open)
        self.browser.show()
        self.browser.raise_()
        self.browser.activateWindow()
        return self.browser

    def refresh(self) -> None:
        """Shows which base is open, and which ones were."""
        model, recent = self._session.model, self._session.recent_bases
        for old in self.recent.actions():
            self.recent.removeAction(old)
            old.deleteLater()
        for source in recent:
            path = Path(source)
            action = self._choice(f"{path.name} – {path.parent.name}".replace("&", "&&"), source)
            action.setToolTip(source)
            self.recent.addAction(action)
        for action in (self.bundled, *self.recent.actions()):
            action.setChecked(model is not None and model.source == action.data())
        self._judge_all()

    def _judge_all(self) -> None:
        """Enables what applies now. A run goes on with the base that it began with."""
        self._judge(self.open, self.tr("Opens a folder with a language model as the base"))
        self.browse.setToolTip(self.tr("Models on this computer, and those that can be downloaded"))
        self.browse.setStatusTip(self.browse.toolTip())
        self._judge(self.bundled, self.tr("Opens the model that comes with the program"))
        self._judge(self.recent.menuAction(), self.tr("Model folders that were open before"))
        if not self._session.recent_bases:
            self.recent.menuAction().setEnabled(False)
            self.recent.menuAction().setToolTip(self.tr("No model folder has been opened yet."))

    def tell(self, notices: NoticeBar) -> None:
        """Downloads go on whatever is looked at, so the window says what becomes of them."""
        self._notices = notices
        self._session.downloads.finished.connect(self._say_finished)
        self._session.downloads.left_over.connect(self._offer_to_go_on)

    def _say_finished(self, model: HubModel, folder: Path) -> None:
        message = self.tr("{name} is in the workspace.").format(name=model.name)
        open_it = partial(self._session.open_base, str(folder))
        self._notices.show_news(message, self.tr("It can be opened as the base."), self.tr("&Open it"), open_it)

    def _offer_to_go_on(self, downloads: tuple[Download, ...]) -> None:
        names = ", ".join(download.model.name for download in downloads)
        message = self.tr("Not downloaded to the end: {names}.").format(names=names)
        advice = self.tr("What has arrived is kept; the model browser goes on with it.")
        later = (self.tr("&Later"), lambda: None)
        self._notices.show_question(message, advice, (self.tr("&Model browser"), self.show_browser), later)

    def news(self, change: BaseChange) -> tuple[str, str, str]:
        """What is to be said of a change: message, explanation, and the text of the button that leads back."""
        name, before = change.opened.name, change.before.name
        message = self.tr("{name} is the base now.").format(name=name)
        if change.variant:
            message = self.tr("{variant} is the base now; it was written to {folder}.")
            folder = Path(change.opened.source)
            message = message.format(variant=change.variant, folder=f"…/{folder.parent.name}/{folder.name}")
        advice = self.tr("The variants of {before} left the board. Those that are stored come back with it.")
        offer = self.tr("&Open {before} again").format(before=before.replace("&", "&&"))
        return message, advice.format(before=before), offer

    def ask_folder(self) -> Path | None:
        """A method of its own, so that a test can answer."""
        start = self._session.workspace_folder / "models"
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Choose the folder of a model"), str(start))
        return Path(chosen) if chosen else None

    def open_folder(self, folder: Path) -> None:
        self._session.open_base(str(folder))

    def _ask_and_open(self) -> None:
        if folder := self.ask_folder():
            self.open_folder(folder)

    def _choice(self, text: str, source: str) -> QAction:
        action = QAction(text, self._window)
        action.setCheckable(True)
        action.setData(source)
        action.triggered.connect(partial(self._choose, source))
        return action

    def _choose(self, source: str, _: bool = False) -> None:
        self._session.open_base(source)
        self.refresh()  # the tick belongs to what is open, not to what was clicked

    def _judge(self, action: QAction, purpose: str) -> None:
        obstacle = self.tr("The model is still loading.") if self._session.model is None else ""
        if self._session.run.active:
            obstacle = self.tr("A run is in progress.")
        action.setEnabled(not obstacle)
        text = obstacle or purpose
        action.setToolTip(text)
        action.setStatusTip(text)
