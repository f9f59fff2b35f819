"""The menus: everything that can be done, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.icons import icon
from lora_studio.ui.run_actions import RunActions
from lora_studio.ui.variant_actions import VariantActions
from lora_studio.ui.widgets.row_tools import FIRST_BATCH_KEYS

UNDO_KEYS = ("Ctrl+Z",)  # not all that Qt knows: Alt+Backspace would stand beside it
REDO_KEYS = ("Ctrl+Shift+Z", "Ctrl+Y")  # the one or the other is each system's own


@dataclass(frozen=True, slots=True)
class Commands:
    """What the menus call, beside the actions that exist already."""

    new_dataset: Callable[[], object]
    import_dataset: Callable[[], object]
    new_workspace: Callable[[], object]
    open_workspace: Callable[[], object]
    open_recent_workspace: Callable[[Path], object]
    reset_layout: Callable[[], object]
    find_command: Callable[[], object]
    show_first_batch: Callable[[], object]
    take_tour: Callable[[], object]
    show_shortcuts: Callable[[], object]
    show_about: Callable[[], object]
    go_to: Callable[[int], object]
    step_panel: Callable[[int], object]
    panel_titles: tuple[str, ...]


class Menus(QObject):
    """Fills the menu bar of a window."""

    theme_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(
        self,
        window: QMainWindow,
        commands: Commands,
        run: RunActions,
        variants: VariantActions,
        bases: BaseActions,
        undo: QUndoGroup,
        panels: Iterable[QAction],
        experiments: Sequence[QAction],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._commands = commands
        self._recent_workspaces = self._make_recent_workspaces()
        self.show_recent_workspaces(())
        self._give_keys(variants, experiments)
        self._file_menu(variants)
        self._edit_menu(undo)
        of_variant = (variants.merge, variants.use_as_base, variants.detach, variants.rename)
        self._fill(self.tr("&Model"), (*bases.all(), None, *of_variant))
        self._fill(self.tr("&Run"), (*run.all(), None, self._first_batch_action()))
        self._view_menu(panels)
        self._fill(self.tr("E&xperiments"), experiments)
        self._help_menu()

    def actions(self) -> list[QAction]:
        """All that can be seen, in the order of the menus, without separators and submenus."""
        return [action for _, action in self.entries()]

    def entries(self) -> list[tuple[tuple[str, ...], QAction]]:
        """All that can be seen, each with the titles of the menus that lead to it."""
        return [entry for top in self._window.menuBar().actions() for entry in _entries(top, ())]

    def _give_keys(self, variants: VariantActions, experiments: Sequence[QAction]) -> None:
        """To what is reached from here only, and has none of its own."""
        keys = ((variants.export, "Ctrl+E"), (variants.merge, "Ctrl+M"), (variants.use_as_base, "Ctrl+Shift+M"))
        numbered = [(action, f"Ctrl+Shift+{number}") for number, action in enumerate(experiments[:9], 1)]
        for action, key in (*keys, *numbered):
            if action.shortcut().isEmpty():
                action.setShortcut(QKeySequence(key))

    def _file_menu(self, variants: VariantActions) -> None:
        commands = self._commands
        self._fill(
            self.tr("&File"),
            (
                self._action(self.tr("&New dataset"), commands.new_dataset, QKeySequence.StandardKey.New, "add"),
                self._action(self.tr("&Import dataset…"), commands.import_dataset, "Ctrl+I", "import"),
                None,
                variants.load,
                variants.save,
                variants.export,
                variants.export_gguf,
                None,
                self._action(self.tr("New wor&kspace…"), commands.new_workspace, "Ctrl+Shift+N"),
                self._action(self.tr("Open &workspace…"), commands.open_workspace, "Ctrl+Shift+O"),
                self._recent_workspaces.menuAction(),
                None,
                self._quit_action(),
            ),
        )

    def _first_batch_action(self) -> QAction:
        return self._action(self.tr("First &batch…"), self._commands.show_first_batch, FIRST_BATCH_KEYS, "eye")

    def _make_recent_workspaces(self) -> QMenu:
        menu = QMenu(self.tr("&Recent workspaces"), self._window)
        menu.setToolTipsVisible(True)
        return menu

    def show_recent_workspaces(self, folders: tuple[Path, ...]) -> None:
        """What can be opened again, the latest first."""
        menu = self._recent_workspaces
        for old in menu.actions():
            menu.removeAction(old)
            old.deleteLater()
        for folder in folders:
            title = f"{folder.name} – {folder.parent.name}" if folder.parent.name else str(folder)
            action = self._action(title.replace("&", "&&"), partial(self._commands.open_recent_workspace, folder))
            action.setToolTip(str(folder))
            action.setStatusTip(str(folder))
            menu.addAction(action)
        menu.menuAction().setEnabled(bool(folders))
        menu.menuAction().setToolTip("" if folders else self.tr("No other workspace has been opened yet."))

    def _quit_action(self) -> QAction:
        action = self._action(self.tr("&Quit"), self._window.close, "Ctrl+Q")
        action.setMenuRole(QAction.MenuRole.QuitRole)
        return action

    def _edit_menu(self, undo: QUndoGroup) -> None:
        back = undo.createUndoAction(self._window, self.tr("&Undo"))
        back.setIcon(icon("undo", self._window))
        back.setShortcuts([QKeySequence(key) for key in UNDO_KEYS])
        forth = undo.createRedoAction(self._window, self.tr("&Redo"))
        forth.setIcon(icon("redo", self._window))
        forth.setShortcuts([QKeySequence(key) for key in REDO_KEYS])
        self._back, self._forth = back, forth
        undo.canUndoChanged.connect(self._say_whether_back)  # methods of a QObject: Qt lets go of them with the window
        undo.canRedoChanged.connect(self._say_whether_forth)
        self._say_whether_back(undo.canUndo())
        self._say_whether_forth(undo.canRedo())
        self._fill(self.tr("&Edit"), (back, forth))

    def _say_whether_back(self, possible: bool) -> None:
        self._back.setStatusTip("" if possible else self.tr("There is nothing to undo."))

    def _say_whether_forth(self, possible: bool) -> None:
        self._forth.setStatusTip("" if possible else self.tr("There is nothing to redo."))

    def _view_menu(self, panels: Iterable[QAction]) -> None:
        menu = self._fill(self.tr("&View"), ())
        shown = menu.addMenu(self.tr("&Panels"))
        for action in panels:
            shown.addAction(action)
        go_to = menu.addMenu(self.tr("&Go to"))
        for number, title in enumerate(self._commands.panel_titles):
            go_to.addAction(self._action(title, self._going_to(number), f"Ctrl+{(number + 1) % 10}"))
        go_to.addSeparator()
        go_to.addAction(self._action(self.tr("Ne&xt panel"), lambda: self._commands.step_panel(1), "F6"))
        go_to.addAction(self._action(self.tr("Pre&vious panel"), lambda: self._commands.step_panel(-1), "Shift+F6"))
        menu.addSeparator()
        themes = {"system": self.tr("&System"), "light": self.tr("&Light"), "dark": self.tr("&Dark")}
        self._themes = self._choices(menu.addMenu(self.tr("&Theme")), themes, self.theme_chosen)
        languages = {"system": self.tr("&System"), "en": "&English", "de": "&Deutsch"}  # each in its own language
        self._languages = self._choices(menu.addMenu(self.tr("&Language")), languages, self.language_chosen)
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&Reset layout"), self._commands.reset_layout, "Ctrl+Shift+L"))

    def show_choices(self, theme: str, language: str) -> None:
        """Ticks what is in use."""
        for group, chosen in ((self._themes, theme), (self._languages, language)):
            for action in group.actions():
                action.setChecked(action.data() == chosen)

    def _help_menu(self) -> None:
        about = self._action(self.tr("&About LoRA Studio"), self._commands.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        self.find_command = find = self._action(
            self.tr("&Find a command…"), self._commands.find_command, "Ctrl+K", "search"
        )
        tour = self._action(self.tr("Take the &tour"), self._commands.take_tour)
        keys = self._action(self.tr("&Keyboard shortcuts"), self._commands.show_shortcuts, "F1")
        self._fill(self.tr("&Help"), (find, keys, tour, None, about))

    def _going_to(self, number: int) -> Callable[[], object]:
        return lambda: self._commands.go_to(number)

    def _choices(self, menu: QMenu, titles: dict[str, str], chosen: SignalInstance) -> QActionGroup:
        group = QActionGroup(self)
        for value, title in titles.items():
            action = group.addAction(title)
            action.setCheckable(True)
            action.setData(value)
            menu.addAction(action)
        group.triggered.connect(lambda action: chosen.emit(action.data()))
        return group

    def _fill(self, title: str, actions: Iterable[QAction | None]) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        for action in actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        return menu

    def _action(
        self, text: str, slot: Callable[[], object], keys: QKeySequence.StandardKey | str = "", picture: str = ""
    ) -> QAction:
        action = QAction(text, self._window)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if picture:
            action.setIcon(icon(picture, self._window))
        action.triggered.connect(lambda _=False: slot())
        return action


def plain(text: str) -> str:
    """A menu's text without the marks of its underlined letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _entries(action: QAction, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], QAction]]:
    menu = action.menu()
    if isinstance(menu, QMenu):
        for inner in menu.actions():
            yield from _entries(inner, (*path, plain(action.text())))
    elif not action.isSeparator() and action.isVisible():
        yield path, action
