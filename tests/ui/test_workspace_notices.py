"""What a workspace asks: what was interrupted, what waits, what is gone; and what another window asks again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StorageError
from lora_studio.core.events import Receipt
from lora_studio.core.history import StoredRun
from lora_studio.core.run_record import RunRecord
from lora_studio.core.workspace import BoardEntry, MixPart
from lora_studio.ui.open_questions import OpenQuestions
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.notice_bar import NoticeBar
from lora_studio.ui.workspace_notices import WorkspaceNotices
from tests.ui.fakes import FakeSession

pytestmark = pytest.mark.usefixtures("english")

RUN = StoredRun(Path("/runs/one"), RunRecord(name="LoRA V", state="running", steps=320, steps_done=120), resumable=True)


class Asking(FakeSession):
    """`begins` tells whether a run can go on."""

    not_resumed = Signal(object)
    elsewhere = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.questions = OpenQuestions()
        self.begins = True
        self.left: list[Path] = []
        self.history.leave = self.left.append  # type: ignore[assignment, method-assign]

    def resume(self, path: Path) -> bool:
        self.calls.append(("resume", path))
        return self.begins

    def resume_on(self, base: str, path: Path) -> bool:
        self.calls.append(("resume_on", base, path))
        return True

    def interrupt(self) -> None:
        self.questions.interrupted = (RUN,)
        self.interrupted.emit((RUN,))


@pytest.fixture
def session() -> Asking:
    return Asking()


def window(qtbot: QtBot, session: Asking) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.resize(900, 60)
    bar.show()
    WorkspaceNotices(session.as_session(), bar, bar)
    return bar


def said(bar: NoticeBar) -> list[str]:
    return [notice.message for notice in bar._notices]


def press(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def test_another_window_asks_again_what_nobody_answered(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    session.questions.missing = (BoardEntry(folder="/gone"),)
    session.adapters_missing.emit(session.questions.missing)
    again = window(qtbot, session)
    assert sorted(said(again)) == sorted(said(bar))
    assert len(said(again)) == 2
    while again.current():
        again.dismiss()
    assert said(window(qtbot, session)) == []


def test_the_queue_is_asked_about_until_it_is_answered(qtbot: QtBot, session: Asking) -> None:
    session.queue.add(session.recipe())
    session.queue.held = True
    assert len(said(window(qtbot, session))) == 1
    bar = window(qtbot, session)
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    press(bar.close_button)
    assert said(window(qtbot, session)) == []


def test_a_run_that_cannot_begin_is_still_offered(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    session.begins = False
    press(bar.offer_button)
    assert session.calls == [("resume", RUN.path)]
    assert len(said(bar)) == 1
    session.begins = True
    press(bar.offer_button)
    assert said(bar) == []
    assert session.questions.interrupted == ()


def test_a_run_that_did_not_begin_after_all_is_offered_again(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    press(bar.offer_button)
    session.not_resumed.emit(Path("/runs/another"))
    assert said(bar) == []
    session.not_resumed.emit(RUN.path)
    assert len(said(bar)) == 1
    assert session.questions.interrupted == (RUN,)


def test_leaving_it_is_an_answer_for_good(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    assert bar.refuse_button.text() == "&Leave it"
    press(bar.refuse_button)
    assert session.left == [RUN.path]
    assert said(bar) == []
    assert session.questions.interrupted == ()


def test_a_run_of_another_base_is_offered_with_it(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.elsewhere.emit(RUN.path, "/models/qwen")
    assert "qwen" in said(bar)[0]
    press(bar.offer_button)
    assert session.calls == [("resume_on", "/models/qwen", RUN.path)]
    assert said(bar) == []


def test_problems_and_warnings_that_nobody_read_come_along(qtbot: QtBot, session: Asking) -> None:
    old, new = NoticeBar(), NoticeBar()
    for bar in (old, new):
        qtbot.addWidget(bar)
    old.show_problem(StorageError("The first."))
    old.show_receipt(Receipt("adapter", "/x", 3, 0.5, ("die katze",), 1))
    old.show_problem(StorageError("The last."))
    new.show_again(old)
    assert said(new) == said(old)
    assert len(said(new)) == 3


def test_answers_that_come_when_the_window_has_gone_are_dropped(qtbot: QtBot) -> None:
    from lora_studio.ui.inspector import Inspector
    from lora_studio.ui.stored_run import ShownRun
    from lora_studio.ui.time_machine import TimeMachine

    later: list[object] = []

    class Slow(QObject):
        def ask(self, job: object, then: object, **options: object) -> None:
            later.extend((then, options["otherwise"]))

    asker, gone = Slow(), QObject()
    inspector = Inspector(asker, gone)  # type: ignore[arg-type]
    inspector.ask_influence("LoRA V", "die katze", "sofa")
    inspector.ask_batch(ShownRun("LoRA V", None), 1)
    TimeMachine(asker, lambda _: None, gone).go_to("LoRA V", 3)  # type: ignore[arg-type]
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    for answer in (*later[2:4], later[5]):
        answer(StorageError("It is too late."))  # type: ignore[operator]


# What is asked about no longer


def listed(session: Asking, *runs: StoredRun) -> None:
    session.history.runs, session.history.loaded = runs, True
    session.history.changed.emit()


def test_a_question_stays_while_its_run_is_interrupted_still(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    session.history.changed.emit()  # before the list was read
    listed(session, RUN)
    assert len(said(bar)) == 1


@pytest.mark.parametrize("left", [(), (replace(RUN, record=RUN.record.model_copy(update={"state": "cancelled"})),)])
def test_a_run_that_is_gone_or_settled_is_not_asked_about(
    qtbot: QtBot, session: Asking, left: tuple[StoredRun, ...]
) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    listed(session, *left)
    assert said(bar) == []
    assert session.questions.interrupted == ()


def test_a_run_that_goes_on_from_the_list_is_asked_about_again_if_it_does_not(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    session.interrupt()
    listed(session, RUN)
    session.run = RunState("starting")
    session.history.set_live(RUN.path)
    assert said(bar) == []
    assert not session.questions.interrupted
    session.run = RunState()
    session.not_resumed.emit(RUN.path)
    session.history.changed.emit()  # it is live until the list was read again
    assert len(said(bar)) == 1
    assert session.questions.interrupted == (RUN,)


def test_a_missing_mix_says_which_part_is_gone(qtbot: QtBot, session: Asking, tmp_path: Path) -> None:
    bar = window(qtbot, session)
    (tmp_path / "there").mkdir()
    parts = tuple(MixPart(folder=str(tmp_path / name), name=name, strength=0.5) for name in ("there", "gone"))
    session.adapters_missing.emit((BoardEntry(name="Mix", parts=parts),))
    notice = bar.current()
    assert notice is not None
    assert "Mix" in notice.message
    assert notice.advice == str(tmp_path / "gone")


def test_offers_that_are_over_leave_nothing_behind(qtbot: QtBot, session: Asking) -> None:
    bar = window(qtbot, session)
    stack = QUndoStack(session)
    before = len(bar.children())
    for name in "abc":
        stack.push(QUndoCommand(name))
        session.undoable.emit(name, stack)
    stack.push(QUndoCommand("something else"))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert said(bar) == []
    assert len(bar.children()) == before
    stack.undo()
