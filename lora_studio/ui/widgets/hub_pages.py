"""The pages of a model on the hub: what was looked up, and how far its download is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from lora_studio.core.hub.lookup import HubModel
from lora_studio.ui.downloads import Download
from lora_studio.ui.widgets.amounts import count, data_size
from lora_studio.ui.widgets.figures import clock, tabular
from lora_studio.ui.widgets.model_pages import ModelPage, breakable

STEPS = 1000  # of the bar


class FoundPage(ModelPage):
    """What would be downloaded, before it is."""

    download_wanted = Signal(object)  # HubModel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: HubModel | None = None
        self.download = self._button(self.tr("&Download"), primary=True)
        self.download.clicked.connect(self._want)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.download)

    def show_model(self, model: HubModel, folder: Path, free: int | None, obstacle: str) -> None:
        """`folder` is where it goes, `free` what that disk has; `obstacle` says why it cannot be downloaded now."""
        self.model = model
        locale = self.locale()
        self.title.setText(model.name)
        self.under.setText(breakable(f"{model.hub}/{model.name}"))
        self.facts.show_facts(
            [
                (self.tr("To download"), self._amount(model)),
                (self.tr("Licence"), model.licence or self.tr("not told")),
                (self.tr("Type"), model.type),
                (self.tr("Parameters"), count(model.parameters, locale) if model.parameters else ""),
                (self.tr("Numbers"), model.dtype),
                (self.tr("Goes to"), breakable(str(folder))),
                (self.tr("Free there"), data_size(free, locale) if free is not None else ""),
            ]
        )
        gated = self.tr(
            "Its owner gives it only to those who are logged in and have accepted its licence in a browser."
        )
        self.say(obstacle or (gated if model.gated else ""), "error" if obstacle else "warning")
        self.download.setEnabled(not obstacle)

    def _amount(self, model: HubModel) -> str:
        text = self.tr("{size} in {count} files")
        return text.format(size=data_size(model.bytes, self.locale()), count=count(len(model.files), self.locale()))

    def _want(self) -> None:
        if self.model is not None:
            self.download_wanted.emit(self.model)


class DownloadPage(ModelPage):
    pause_wanted = Signal(str)  # name
    resume_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.amount = QLabel(self)
        self.amount.setFont(tabular(self.font()))
        self.amount.setWordWrap(True)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.amount)
        self.remove = self._button(self.tr("Remo&ve…"))
        self.remove.setToolTip(self.tr("Gives the download up; asks what becomes of the part that has arrived"))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.name))
        self.pause = self._button(self.tr("&Pause"))
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(self.name))
        self.resume = self._button(self.tr("&Resume"), primary=True)
        self.resume.clicked.connect(lambda: self.resume_wanted.emit(self.name))
        self.buttons.addWidget(self.remove)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.pause)
        self.buttons.addWidget(self.resume)

    def show_download(self, download: Download) -> None:
        model, locale = download.model, self.locale()
        self.name = model.name
        self.title.setText(model.name)
        self.under.setText(self.phase_text(download))
        self.bar.setValue(STEPS * download.done // max(1, model.bytes))
        parts = [
            self.tr("{done} of {total}").format(
                done=data_size(download.done, locale), total=data_size(model.bytes, locale)
            )
        ]
        if download.speed is not None:
            parts.append(self.tr("{size} each second").format(size=data_size(round(download.speed), locale)))
        if download.seconds_left is not None:
            parts.append(self.tr("{time} left").format(time=clock(download.seconds_left, locale)))
        self.amount.setText(" · ".join(parts))
        self.say_problem(download.error)
        self.pause.setVisible(download.active)
        self.resume.setVisible(not download.active)

    def phase_text(self, download: Download) -> str:
        return {
            "checking": self.tr("Checking what is there"),
            "downloading": self.tr("Downloading"),
            "waiting": self.tr("The connection broke off; it is tried again"),
            "paused": self.tr("Paused"),
            "failed": self.tr("Stopped"),
        }.get(download.phase, "")
