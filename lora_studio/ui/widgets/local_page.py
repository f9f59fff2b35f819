"""The page of a model that lies on this computer: what it is, how it is to be opened, and the button that opens it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.hub.fitting import Fit
from lora_studio.core.hub.folder_facts import FolderFacts
from lora_studio.core.models.open_options import AUTOMATIC, OpenOptions
from lora_studio.core.workspace import BUNDLED
from lora_studio.ui.theme import GRID
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.amounts import count, data_size
from lora_studio.ui.widgets.model_pages import ModelPage, breakable
from lora_studio.ui.widgets.quiet_combo import QuietCombo


class LocalPage(ModelPage):
    open_wanted = Signal(str, object)  # source, OpenOptions
    close_wanted = Signal()
    folder_wanted = Signal(str)  # source
    options_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = ""
        self.device = self._choice(self.tr("Where the model works"))
        self.dtype = self._choice(self.tr("In which numbers its weights are kept"))
        self.meaning = QLabel(self)
        self.meaning.setWordWrap(True)
        self.meaning.setProperty("role", "muted")
        form = QFormLayout()
        form.setHorizontalSpacing(4 * GRID)
        form.setVerticalSpacing(GRID)
        form.addRow(self._buddy(self.tr("&Device"), self.device), self.device)
        form.addRow(self._buddy(self.tr("&Numbers"), self.dtype), self.dtype)
        self.column.addLayout(form)
        self.column.addWidget(self.meaning)
        self.open = self._button(self.tr("&Open"), primary=True)
        self.open.clicked.connect(self.want)
        self.close_model = self._button(self.tr("&Close model"))
        self.close_model.setToolTip(self.tr("Gives its memory back; MiniGPT takes its place"))
        self.close_model.clicked.connect(self.close_wanted)
        self.folder = self._button(self.tr("Show in &folder"))
        self.folder.clicked.connect(lambda: self.folder_wanted.emit(self.source))
        self.buttons.addWidget(self.folder)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.close_model)
        self.buttons.addWidget(self.open)

    def options(self) -> OpenOptions:
        return OpenOptions(str(self.device.currentData() or AUTOMATIC), str(self.dtype.currentData() or AUTOMATIC))

    def want(self) -> None:
        if self.open.isEnabled():
            self.open_wanted.emit(self.source, self.options())

    def show_choices(self, devices: Sequence[str], dtypes: Sequence[str], options: OpenOptions) -> None:
        """What can be chosen, and what is."""
        for combo, values, chosen in ((self.device, devices, options.device), (self.dtype, dtypes, options.dtype)):
            listed = [*values, *([chosen] if chosen not in values else [])]
            if [combo.itemData(place) for place in range(combo.count())] != listed:
                combo.clear()
                for value in listed:
                    combo.addItem(self._named(value), value)
            combo.setCurrentIndex(listed.index(chosen))

    def show_model(self, source: str, facts: FolderFacts | None, name: str) -> None:
        """`facts` are None for the model that comes with the program, which needs no choices."""
        self.source = source
        self.title.setText(name)
        self.under.setText(self.tr("Comes with the program") if source == BUNDLED else breakable(source))
        self.folder.setVisible(facts is not None)
        locale = self.locale()
        self.facts.show_facts(
            [
                (self.tr("Type"), facts.type),
                (self.tr("Architecture"), facts.architecture),
                (self.tr("Parameters"), count(facts.parameters, locale) if facts.parameters else ""),
                (self.tr("On the disk"), data_size(facts.bytes, locale) if facts.bytes else ""),
                (self.tr("Kept as"), facts.dtype),
            ]
            if facts
            else []
        )
        choosable = facts is not None and facts.obstacle is None
        for widget in (self.device, self.dtype, *self._labels):
            widget.setVisible(choosable)

    def show_meaning(self, found: Fit | StudioError | None) -> None:
        """What the choices mean here."""
        if isinstance(found, StudioError):
            self.meaning.setText(" ".join(translated(found)))
        elif found is None:
            self.meaning.clear()
        else:
            self.meaning.setText(self._meaning(found))
        self.meaning.setVisible(bool(self.meaning.text()))

    def _meaning(self, found: Fit) -> str:
        locale = self.locale()
        text = self.tr("Here that means {device}, {numbers}: {size} of weights; {free} are free.").format(
            device=found.device.upper(), numbers=found.dtype, size=data_size(found.bytes, locale),
            free=data_size(found.free, locale),
        )  # fmt: skip
        return text if not (hint := self._hint(found)) else f"{text} {hint}"

    def _hint(self, found: Fit) -> str:
        if found.verdict == "too large":
            return self.tr("That is too little; fewer bits for each number need less.")
        return self.tr("There is little room to work in.") if found.verdict == "tight" else ""

    def _named(self, value: str) -> str:
        names = {AUTOMATIC: self.tr("Automatic"), "cpu": "CPU", "nf4": self.tr("NF4, 4 bits")}
        return names.get(value, value.upper() if value.startswith(("cuda", "mps")) else value)

    def _choice(self, name: str) -> QuietCombo:
        combo = QuietCombo(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.activated.connect(lambda _: self.options_changed.emit())
        return combo

    def _buddy(self, text: str, field: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setBuddy(field)
        label.setProperty("role", "muted")
        self._labels = (*getattr(self, "_labels", ()), label)
        return label
