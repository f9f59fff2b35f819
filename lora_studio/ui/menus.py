"""The menus: everything that can be done, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.icons import icon
from lora_studio.ui.run_actions import RunActions
from lora_studio.ui.variant_actions import VariantActions


@dataclass(frozen=True, slots=True)
class Commands:
    """What the menus call, beside the actions that exist already."""

    new_dataset: Callable[[], object]
    import_dataset: Callable[[], object]
    open_workspace: Callable[[], object]
    reset_layout: Callable[[], object]
    show_shortcuts: Callable[[], object]
    show_about: Callable[[], object]
    go_to: Callable[[int], object]
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
        experiments: Iterable[QAction],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._commands = commands
        self._file_menu(variants)
        self._edit_menu(undo)
        of_variant = (variants.merge, variants.use_as_base, variants.detach, variants.rename)
        self._fill(self.tr("&Model"), (*bases.all(), None, *of_variant))
        self._fill(self.tr("&Run"), run.all())
        self._view_menu(panels)
        self._fill(self.tr("E&xperiments"), experiments)
        self._help_menu()

    def actions(self) -> list[QAction]:
        """All of them, in the order of the menus, without separators and submenus."""
        found: list[QAction] = []
        for top in self._window.menuBar().actions():
            _collect(top, found)
        return found

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
                None,
                self._action(self.tr("Open &workspace…"), commands.open_workspace, "Ctrl+Shift+O"),
                None,
                self._quit_action(),
            ),
        )

    def _quit_action(self) -> QAction:
        action = self._action(self.tr("&Quit"), self._window.close, "Ctrl+Q")
        action.setMenuRole(QAction.MenuRole.QuitRole)
        return action

    def _edit_menu(self, undo: QUndoGroup) -> None:
        back = undo.createUndoAction(self._window, self.tr("&Undo"))
        back.setIcon(icon("undo", self._window))
        back.setShortcuts(QKeySequence.keyBindings(QKeySequence.StandardKey.Undo))
        forth = undo.createRedoAction(self._window, self.tr("&Redo"))
        forth.setIcon(icon("redo", self._window))
        forth.setShortcuts(QKeySequence.keyBindings(QKeySequence.StandardKey.Redo))
        self._fill(self.tr("&Edit"), (back, forth))

    def _view_menu(self, panels: Iterable[QAction]) -> None:
        menu = self._fill(self.tr("&View"), panels)
        menu.addSeparator()
        go_to = menu.addMenu(self.tr("&Go to"))
        for number, title in enumerate(self._commands.panel_titles):
            go_to.addAction(self._action(title, self._going_to(number), f"Ctrl+{number + 1}"))
        menu.addSeparator()
        themes = {"system": self.tr("&System"), "light": self.tr("&Light"), "dark": self.tr("&Dark")}
        self._themes = self._choices(menu.addMenu(self.tr("&Theme")), themes, self.theme_chosen)
        languages = {"system": self.tr("&System"), "en": "&English", "de": "&Deutsch"}  # each in its own language
        self._languages = self._choices(menu.addMenu(self.tr("&Language")), languages, self.language_chosen)
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&Reset layout"), self._commands.reset_layout))

    def show_choices(self, theme: str, language: str) -> None:
        """Ticks what is in use."""
        for group, chosen in ((self._themes, theme), (self._languages, language)):
            for action in group.actions():
                action.setChecked(action.data() == chosen)

    def _help_menu(self) -> None:
        about = self._action(self.tr("&About LoRA Studio"), self._commands.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        keys = self._action(self.tr("&Keyboard shortcuts"), self._commands.show_shortcuts, "F1")
        self._fill(self.tr("&Help"), (keys, None, about))

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


def _collect(action: QAction, found: list[QAction]) -> None:
    menu = action.menu()
    if isinstance(menu, QMenu):
        for inner in menu.actions():
            _collect(inner, found)
    elif not action.isSeparator():
        found.append(action)
