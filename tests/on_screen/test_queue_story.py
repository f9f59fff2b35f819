"""A queue with a run in the middle that fails."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QListWidget

from tests.on_screen.person import Person

GOOD, ENDLESS = "20", "10000"  # epochs


def texts(queue: QListWidget) -> list[str]:
    return [queue.item(row).text() for row in range(queue.count())]


def add(person: Person, learning_rate: str) -> None:
    waiting = len(person.studio.session.queue.waiting)
    person.set_number("learning_rate", learning_rate)
    person.press_train()
    person.wait(lambda: len(person.studio.session.queue.waiting) == waiting + 1)


def test_a_failing_run_in_the_middle_holds_nothing_up(open_studio: Callable[[], Person]) -> None:
    person = open_studio()
    queue, runs = person.studio.window.runs_panel.queue.list, person.studio.window.runs_panel
    person.set_number("epochs", ENDLESS)
    person.press_train()
    person.wait(lambda: person.studio.session.run.phase == "running")
    person.set_number("epochs", GOOD)
    for learning_rate in ("0.002", "0.001", "1e12"):
        add(person, learning_rate)

    person.open_tab(runs)
    wanted = [queue.item(row).data(0x0100) for row in (0, 2, 1)]
    person.hands.click(queue.viewport(), queue.visualItemRect(queue.item(2)).center())
    person.hands.press("alt+Up")  # before the one that will be well
    person.wait(lambda: [queue.item(row).data(0x0100) for row in range(3)] == wanted)

    person.hands.press("ctrl+period")
    person.wait(lambda: person.idle() and not person.studio.session.queue.waiting and len(person.variants()) == 5)
    (failed,) = texts(queue)
    assert "the loss was" in failed
    notice = person.notice()
    assert notice is not None
    assert notice.kind == "error"
    person.wait(lambda: [run.record.state for run in person.runs()] == ["finished", "failed", "finished", "cancelled"])
    assert "the loss was" in person.runs()[1].record.error
