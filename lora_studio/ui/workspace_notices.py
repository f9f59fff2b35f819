"""What the window says about a workspace when it opens it, with a button for what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from lora_studio.core.workspace import BUNDLED, Board
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.notice_bar import Notice, NoticeBar

if TYPE_CHECKING:
    from lora_studio.core.history import StoredRun

MOST_NAMED = 3


class WorkspaceNotices(QObject):
    """Nothing begins by surprise: runs that wait or were interrupted are offered.

    What nobody has answered stays with the session, for the next window. A run that was to go on and did not is offered
    again.
    """

    def __init__(self, session: Session, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        self._settle: list[tuple[Notice, Callable[[], object]]] = []  # what to do when a notice was read
        self._interrupted: dict[Path, tuple[StoredRun, Notice]] = {}  # that are asked about
        self._resumed: dict[Path, StoredRun] = {}  # that went on instead, here or from the list of runs
        session.interrupted.connect(self._show_interrupted)
        session.adapters_missing.connect(self._show_missing)
        session.not_resumed.connect(self._ask_again)
        session.elsewhere.connect(self._show_elsewhere)
        session.undoable.connect(self._offer_undo)
        session.history.changed.connect(self._take_back_outdated)
        notices.dismissed.connect(self._dismissed)
        self._show_open()

    def _show_open(self) -> None:
        questions = self._session.questions
        may_begin = self._session.queue.held and not self._session.read_only
        if questions.waiting and may_begin and self._session.queue.waiting:
            self._show_waiting()
        if questions.missing:
            self._show_missing(questions.missing)
        self._show_interrupted(questions.interrupted)
        if questions.elsewhere:
            self._show_elsewhere(*questions.elsewhere)

    # Runs that can go on

    def _show_interrupted(self, runs: tuple[StoredRun, ...]) -> None:
        """One after the other; the newest is seen first."""
        for run in reversed(runs[:MOST_NAMED]):
            record = run.record
            message = self.tr("{name} was interrupted at step {step} of {steps}.").format(
                name=record.name, step=self._number(record.steps_done), steps=self._number(record.steps)
            )
            advice = self.tr("It can go on exactly where it was. The list of runs offers that later, too.")
            leave = (self.tr("&Leave it"), partial(self._session.history.leave, run.path))
            notice = self._ask(
                message, advice, (self.tr("&Resume"), partial(self._resume, run)), leave,
                settle=partial(self._answered, run.path),
            )  # fmt: skip
            self._interrupted[run.path] = (run, notice)

    def _answered(self, path: Path) -> None:
        self._interrupted.pop(path, None)
        self._session.questions.answer_run(path)

    def _resume(self, run: StoredRun) -> bool:
        self._resumed[run.path] = run
        return self._session.resume(run.path)

    def _ask_again(self, path: Path) -> None:
        run = self._resumed.pop(path, None)
        if run and not self._is_outdated(path):
            self._session.questions.ask_to_resume(run)
            self._show_interrupted((run,))

    def _take_back_outdated(self) -> None:
        """The list of runs has changed: what goes on from there, or is gone, is not asked about any more."""
        questions = self._session.questions
        for run in questions.interrupted:  # among them those that are not shown
            if self._is_outdated(run.path):
                questions.answer_run(run.path)
        for path, (run, notice) in tuple(self._interrupted.items()):
            if self._goes_on(path):
                self._resumed[path] = run
            if self._is_outdated(path):
                self._notices.take_back(notice)

    def _is_outdated(self, path: Path) -> bool:
        history = self._session.history
        run = history.run(path)
        return self._goes_on(path) or (history.loaded and (run is None or run.record.state != "running"))

    def _goes_on(self, path: Path) -> bool:
        """A run that has just ended is `live` until the list was read again."""
        return self._session.run.active and self._session.history.live == path

    def _show_elsewhere(self, path: Path, base: str) -> None:
        run = self._session.history.run(path)
        name = run.record.name if run else path.name
        title = "MiniGPT" if base == BUNDLED else Path(base).name
        message = self.tr("{name} was trained on {base}, which is not open.").format(name=name, base=title)
        advice = self.tr("What stands on the board goes, and comes back when its base is opened again.")
        offer = (self.tr("&Open and resume"), partial(self._session.resume_on, base, path))
        self._ask(message, advice, offer, settle=partial(setattr, self._session.questions, "elsewhere", None))

    # The queue and the board

    def _show_waiting(self) -> None:
        queue = self._session.queue
        names = [entry.name for entry in queue.waiting]
        message = self.tr("%n run(s) wait in the queue.", "", len(names))
        settle = partial(setattr, self._session.questions, "waiting", False)
        self._ask(message, _listed(names), (self.tr("&Start"), partial(queue.set_held, False)), settle=settle)

    def _show_missing(self, board: Board) -> None:
        message = self.tr("{count} adapters that stood on the board are not on the disk any more.")
        if len(board) == 1:
            message = self.tr("“{name}” stood on the board, and is not on the disk any more.")
        name = board[0].name or Path(board[0].folder).name
        message = message.format(count=self._number(len(board)), name=name)
        needed = dict.fromkeys(folder for entry in board for folder in entry.folders)
        folders = _listed([folder for folder in needed if not Path(folder).is_dir()])
        offer = (self.tr("&Take off the board"), partial(self._session.forget_adapters, board))
        self._ask(message, folders, offer, settle=partial(setattr, self._session.questions, "missing", ()))

    # What can be taken back

    def _offer_undo(self, message: str, stack: QUndoStack) -> None:
        """As long as it is the last thing that was done there."""
        offer = _Offer(self._notices, stack)
        offer.notice = self._notices.show_success(message, self.tr("&Undo"), offer.undo)

    # Asking

    def _ask(
        self, message: str, advice: str, *answers: tuple[str, Callable[[], object]], settle: Callable[[], object]
    ) -> Notice:
        notice = self._notices.show_question(message, advice, *answers)
        self._settle.append((notice, settle))
        return notice

    def _dismissed(self, notice: Notice) -> None:
        """However it was answered: the next window need not ask."""
        for place, (asked, settle) in enumerate(self._settle):
            if asked is notice:
                del self._settle[place]
                settle()
                return

    def _number(self, number: int) -> str:
        return self._notices.locale().toString(number)


class _Offer(QObject):
    """To take back what was just done on `stack`: until something else is done there. The bar keeps it until then."""

    def __init__(self, notices: NoticeBar, stack: QUndoStack) -> None:
        super().__init__(notices)
        self.notice: Notice | None = None
        self._notices = notices
        self._stack = stack
        stack.indexChanged.connect(self._end)

    def undo(self) -> bool:
        """False: the message goes by itself."""
        if self.notice and isValid(self._stack):
            self._stack.undo()
        return False

    def _end(self) -> None:
        notice, self.notice = self.notice, None
        if notice:
            self._notices.take_back(notice)
        self.deleteLater()


def _listed(names: list[str]) -> str:
    more = f" … (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
