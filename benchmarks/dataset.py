"""A dataset of 100,000 rows in the data panel: how long the window is held while one scrolls, filters and edits.

Opens the real window (offscreen unless a display is set) on a workspace whose shown dataset has 100,000 rows and is
ticked for the next run, does what a person does there, and prints for each kind of act the longest time in which the
event loop did not turn, taken from a 2 ms heartbeat; goal: at most 100 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks._event_loop import delays_while, mark, own_home, settle, wait_for

if TYPE_CHECKING:
    from lora_studio.ui.app import Studio

ROWS = 100_000
NEW_WORDS = 3000
GOAL_MS = 100.0
SECONDS_OF_QUIET = 1.5  # after an act: what it set off (counting, planning, writing) holds the window too
WORDS = (
    "der",
    "die",
    "das",
    "hund",
    "katze",
    "kind",
    "sonne",
    "läuft",
    "spielt",
    "sitzt",
    "im",
    "auf",
    "garten",
    "wald",
)


def main() -> None:
    with own_home():
        for name, delay in measure().items():
            print(f"{name}: longest delay {delay:.0f} ms (goal ≤ {GOAL_MS:.0f}) {mark(delay <= GOAL_MS)}")


def measure() -> dict[str, float]:
    from lora_studio import paths
    from lora_studio.ui import app

    application = app.make_application()
    application.setQuitOnLastWindowClosed(False)
    app.collect_on_this_thread(application)
    studio = app.Studio(application, paths.default_workspace())
    wait_for(lambda: studio.session.model is not None and studio.session.plan is not None)
    _show_many_rows(studio)
    settle(6.0)  # it is planned, counted and written first
    delays = {name: _longest_delay(act) for name, act in Person(studio).acts().items()}
    studio.window.close()
    settle(0.5)
    return delays


def _show_many_rows(studio: Studio) -> None:
    studio.session.add_dataset("MANY", tuple(_row(number) for number in range(ROWS)))
    studio.session.select_datasets(("MANY",))
    studio.window.data_panel.choose("MANY")


def _row(i: int) -> str:
    known = (WORDS[i % 3], WORDS[3 + i % 4], WORDS[7 + i % 3], WORDS[10 + i % 2])
    return " ".join((*known, f"wort{i % NEW_WORDS}", WORDS[13 - i % 5]))


class Person:
    """What a person does in the data panel."""

    def __init__(self, studio: Studio) -> None:
        self._panel = studio.window.data_panel
        self._table, self._find = self._panel.table, self._panel.find_field

    def acts(self) -> dict[str, Callable[[], None]]:
        return {
            "scroll": self.scroll,
            "find": lambda: self.find("wort299"),
            "filter": lambda: self.find("wort99", only=True),
            "edit a row": self.edit,
            "add rows and undo": self.add_and_undo,
            "delete 1,000 rows and undo": self.delete_and_undo,
        }

    def scroll(self) -> None:
        bar = self._table.verticalScrollBar()
        for place in range(0, bar.maximum(), bar.maximum() // 40):
            bar.setValue(place)
            settle(0.01)

    def find(self, text: str, *, only: bool = False) -> None:
        from PySide6.QtTest import QTest

        self._find.open()
        if only:
            self._find.only_matches.trigger()
        for letter in text:
            QTest.keyClicks(self._find, letter)
            settle(0.05)
        self._find.close_field()

    def edit(self) -> None:
        dataset = self._panel.current()
        assert dataset is not None
        for row in (10, ROWS // 2, ROWS - 10):
            self._table.select_rows(row)
            dataset.set_text(row, "der hund läuft im wald und bellt")
            settle(0.2)

    def add_and_undo(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.keyClick(self._table, Qt.Key.Key_Insert)
        settle(0.1)
        QTest.keyClick(self._table.viewport(), Qt.Key.Key_Escape)
        self._table.insert_lines(["die katze spielt im garten"] * 3, 5)
        settle(0.2)
        self._panel.undo_group.undo()

    def delete_and_undo(self) -> None:
        self._table.select_rows(ROWS // 3, 1000)
        self._table.delete_rows()
        settle(0.2)
        self._panel.undo_group.undo()


def _longest_delay(act: Callable[[], None]) -> float:
    def act_and_rest() -> None:
        act()
        settle(SECONDS_OF_QUIET)

    return max(delays_while(act_and_rest))


if __name__ == "__main__":
    main()
