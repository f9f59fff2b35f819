"""The rows of the model browser: which models there are, in groups, and what is said of each in a line."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from lora_studio.core.errors import StudioError
from lora_studio.core.hub.folder_facts import FolderFacts
from lora_studio.core.hub.local_models import CACHE, SEEN, WORKSPACE, LocalModel
from lora_studio.core.hub.lookup import HubModel
from lora_studio.core.workspace import BUNDLED
from lora_studio.ui.downloads import Download
from lora_studio.ui.model_browser_listing import ModelListing
from lora_studio.ui.session import Session
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.amounts import data_size
from lora_studio.ui.widgets.figures import NOT_MEASURED
from lora_studio.ui.widgets.model_list import Row

DOWNLOAD, FOUND = "download:", "found:"  # before a name, as keys; every other key is a source

Group = tuple[str, list[Row]]


class ModelRows(QObject):
    def __init__(self, session: Session, listing: ModelListing, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._listing = listing

    def local(self, source: str) -> LocalModel | None:
        """None for the model that comes with the program, and for one that is not listed yet."""
        return next((model for model in self._listing.models if model.source == source), None)

    def groups(self, found: HubModel | None) -> list[Group]:
        """`found` was looked up, and is not being downloaded."""
        opened = self._session.model.source if self._session.model else ""
        by_place: dict[str, list[Row]] = {SEEN: [], WORKSPACE: [], CACHE: []}
        for model in self._listing.models:
            if model.source != opened:
                by_place[model.place].append(self._local_row(model))
        if opened != BUNDLED:
            by_place[SEEN].append(Row(BUNDLED, "MiniGPT", "minigpt", sign=("model", "muted")))
        downloads = [self._download_row(download) for download in self._session.downloads.all()]
        if found is not None:
            downloads.insert(0, self._found_row(found))
        return [
            (self.tr("Open now"), self._open_rows(opened)),
            (self.tr("Downloads"), downloads),
            (self.tr("Seen before"), by_place[SEEN]),
            (self.tr("In this workspace"), by_place[WORKSPACE]),
            (self.tr("Hub cache"), by_place[CACHE]),
        ]

    def _open_rows(self, source: str) -> list[Row]:
        model = self._session.model
        if model is None:
            return []
        size = data_size(model.bytes, QLocale()) if model.bytes else ""
        here = self.tr("on {device}").format(device=model.device)
        return [Row(source, model.name, model.family, size, model.dtype, here, ("check", "success"), source)]

    def _local_row(self, model: LocalModel) -> Row:
        facts = model.facts
        verdict, sign = self._verdict(facts)
        size = data_size(facts.bytes, QLocale()) if facts.bytes else NOT_MEASURED
        tip = " ".join(filter(None, translated(facts.obstacle))) if facts.obstacle else model.source
        return Row(model.source, facts.name, facts.type, size, facts.dtype, verdict, sign, tip)

    def _verdict(self, facts: FolderFacts) -> tuple[str, tuple[str, str]]:
        if facts.obstacle is not None:
            return self.tr("not usable"), ("error", "error")
        fit = self._listing.fit_of(facts, self._session.open_options(str(facts.folder)))
        if fit is None or isinstance(fit, StudioError):
            return "", ("model", "muted")
        texts = {"fits": self.tr("fits"), "tight": self.tr("just fits"), "too large": self.tr("too large")}
        sign = ("warning", "warning") if fit.verdict == "too large" else ("model", "muted")
        return texts.get(fit.verdict, ""), sign

    def _download_row(self, download: Download) -> Row:
        model = download.model
        share = f"{100 * download.done // max(1, model.bytes)} %"
        sign = {"paused": ("pause", "muted"), "failed": ("error", "error"), "waiting": ("clock", "warning")}
        state = {"paused": self.tr("paused"), "failed": self.tr("stopped"), "waiting": self.tr("waiting")}
        text = " · ".join(filter(None, (share, state.get(download.phase, ""))))
        size = data_size(model.bytes, QLocale())
        name = sign.get(download.phase, ("down", "accent"))
        return Row(DOWNLOAD + model.name, model.name, model.type, size, model.dtype, text, name, model.name)

    def _found_row(self, model: HubModel) -> Row:
        size = data_size(model.bytes, QLocale())
        return Row(FOUND + model.name, model.name, model.type, size, model.dtype, "", ("search", "accent"), model.name)
