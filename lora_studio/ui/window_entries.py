"""What the command palette lists: the entries of all menus, and the things that one can go to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QAction, QKeySequence

from lora_studio.core.methods import METHODS
from lora_studio.core.presets import presets_for
from lora_studio.ui.command_palette import Entry
from lora_studio.ui.menus import plain
from lora_studio.ui.runs_model import when
from lora_studio.ui.widgets.settings_form import translated_setting

if TYPE_CHECKING:
    from lora_studio.ui.main_window import MainWindow

MOST_RUNS = 200  # of the newest; the panel finds older ones


def window_entries(window: MainWindow) -> list[Entry]:
    """In the order of the menus; then the datasets, the presets, the methods and the stored runs."""
    return [*_from_menus(window), *_datasets(window), *_settings(window), *_runs(window)]


def _from_menus(window: MainWindow) -> Iterator[Entry]:
    """To go to a panel comes before hiding it: its name alone means the panel."""
    toggles = [dock.toggleViewAction() for dock in window.docks]
    for path, action in window.menus.entries():
        yield Entry(
            title=_title(path, plain(action.text()).removesuffix("…")),
            place=" › ".join(path),
            act=action.trigger,
            keys=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            obstacle="" if action.isEnabled() else _reason(action),
            ticked=action.isCheckable() and action.isChecked(),
            steps_back=action in toggles,
        )


def _title(path: tuple[str, ...], text: str) -> str:
    """What stands in a submenu says little without the submenu's title."""
    return f"{path[-1]}: {text}" if len(path) > 1 else text


def _reason(action: QAction) -> str:
    """A disabled action says why in its tips; those that say nothing have nothing to act on."""
    said = action.statusTip() or action.toolTip()
    return said if said != plain(action.text()) else _tr("Not possible now.")


def _datasets(window: MainWindow) -> Iterator[Entry]:
    for model in window.session.datasets:
        title = _tr("Go to dataset {name}").format(name=model.name)
        yield Entry(title, _tr("Data"), partial(window.go_to_dataset, model.name))


def _settings(window: MainWindow) -> Iterator[Entry]:
    panel = window.method_panel
    for number, preset in enumerate(presets_for(window.session.model)):
        title = _tr("Use the preset {name}").format(name=translated_setting(preset.title))
        yield Entry(title, _tr("Method"), partial(panel.choose_preset, number))
    for number, method in enumerate(METHODS):
        title = _tr("Use the method {name}").format(name=translated_setting(method.title))
        chosen = type(window.session.method) is method
        yield Entry(title, _tr("Method"), partial(panel.choose_method, number), ticked=chosen)


def _runs(window: MainWindow) -> Iterator[Entry]:
    """The newest first, as the history has them; the date tells apart those of one name."""
    session = window.session
    on_board = {variant.folder for variant in session.variants}
    loading = _tr("The model is still loading.") if session.model is None else ""
    for run in session.history.runs[:MOST_RUNS]:
        adapter = run.path / "adapter"
        obstacle = _tr("It ended before there was an adapter.") if not run.has_adapter else ""
        obstacle = _tr("It stands on the board already.") if str(adapter) in on_board else obstacle
        began = when(run.began, QLocale()) if run.began else ""
        title = _tr("Put on board: {name}").format(name=run.record.name)
        act = partial(session.load_adapter, adapter)
        yield Entry(title, " · ".join((_tr("Runs"), began)), act, obstacle=loading or obstacle)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)
