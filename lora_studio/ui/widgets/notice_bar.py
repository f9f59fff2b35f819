"""Messages inside the window: problems stay until they are read; everything can be copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Receipt
from lora_studio.ui.error_details import details_of
from lora_studio.ui.icons import icon, pixmap
from lora_studio.ui.receipt_text import advice_on, brief_message_of, is_alarming, message_of
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.translations import translated, without_folders

NEWS = ("info", "success")
GOOD_NEWS_MS = 12_000  # then it goes by itself; the status bar keeps the receipt
MOST_ERRORS = 20  # of those that nobody has read, the oldest go; a question waits for its answer
DETAILS_LINES = 10

Answer = tuple[str, Callable[[], object] | None]  # the text of a button, and what it does


@dataclass(frozen=True, slots=True)
class Notice:
    """`kind` is "error", "warning", "question", "info" or "success". `offer` is the text of a button that does
    `accept` (where that returns False, the notice stays), `refusal` and `refuse` are those of another.

    `in_full` is the message with what a line has no room for, `short` the message for a place with less room still.
    `details` are for a report; two notices that differ in nothing else are the same. `again` says it in another window.
    """

    kind: str
    message: str
    advice: str = ""
    offer: str = ""
    accept: Callable[[], object] | None = field(default=None, compare=False)
    details: str = field(default="", compare=False)
    in_full: str = field(default="", compare=False)
    short: str = field(default="", compare=False)
    refusal: str = ""
    refuse: Callable[[], object] | None = field(default=None, compare=False)
    again: Callable[[NoticeBar], object] | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        return f"{self.in_full or self.message}\n{self.advice}".strip()


class NoticeBar(QWidget):
    """Shows one notice at a time, the newest problem first. News gives way to whatever comes next."""

    noted = Signal(object)  # Notice: something new is said
    dismissed = Signal(object)  # Notice: the person has read it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "notice")
        self._good_news = QTimer(self, singleShot=True, interval=GOOD_NEWS_MS)
        self._good_news.timeout.connect(self._forget_good_news)
        self._picture = QLabel(self)
        self._message = self._text_label()
        self._advice = self._text_label()
        self._count = QLabel(self)
        self._count.setProperty("role", "muted")
        self.offer_button = QPushButton(self)  # its text comes with the notice
        self.offer_button.setAccessibleName(self.tr("Do what the message offers"))
        self.offer_button.clicked.connect(self._accept)
        self.refuse_button = QPushButton(self)  # so does its
        self.refuse_button.setAccessibleName(self.tr("Do what the message offers instead"))
        self.refuse_button.clicked.connect(self._refuse)
        self.details_button = QPushButton(self.tr("&Details"), self)
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self._show_details)
        self.details = self._make_details()
        self.copy_button = QPushButton(self.tr("&Copy"), self)
        self.copy_button.clicked.connect(self.copy)
        self.close_button = self._make_close_button()
        self._arrange()
        self.hide()

    def current(self) -> Notice | None:
        return self._notices[0] if self._notices else None

    def show_problem(self, error: StudioError) -> None:
        message, advice = translated(error)
        self._add(
            Notice(
                "error", message, advice, details=details_of(error), short=without_folders(error),
                again=lambda bar: bar.show_problem(error),
            )
        )  # fmt: skip

    def take_back_problem(self, error: StudioError) -> None:
        """Its cause is gone."""
        self.take_back(Notice("error", *translated(error)))

    def take_back(self, notice: Notice) -> None:
        """As if the person had read it."""
        for same in [waiting for waiting in self._notices if waiting == notice]:
            self._let_go(same)

    def show_receipt(self, receipt: Receipt) -> None:
        """What alarms is told in full."""
        in_full = message_of(receipt, self.locale())
        if is_alarming(receipt):
            self._add(Notice("warning", in_full, advice_on(receipt), again=lambda bar: bar.show_receipt(receipt)))
        else:
            self._add(Notice("success", brief_message_of(receipt, self.locale()), in_full=in_full))

    def show_news(self, message: str, advice: str, offer: str, accept: Callable[[], object]) -> None:
        """Something has changed, with a button that leads on, or back."""
        self._add(Notice("info", message, advice, offer, accept))

    def show_question(self, message: str, advice: str, accept: Answer, refuse: Answer = ("", None)) -> Notice:
        """Something that can be gone on with. It stays until it is answered or closed."""
        notice = Notice("question", message, advice, *accept, refusal=refuse[0], refuse=refuse[1])
        self._add(notice)
        return notice

    def show_again(self, other: NoticeBar) -> None:
        """What nobody has read in a window whose place this one takes, in the language of today."""
        for notice in reversed(other._notices):
            if notice.again:
                notice.again(self)

    def show_success(self, message: str, offer: str, accept: Callable[[], object]) -> Notice:
        """Something has ended well, with a button that leads to it, or back."""
        notice = Notice("success", message, "", offer, accept)
        self._add(notice)
        return notice

    def copy(self) -> None:
        """The message; with the details if they are open."""
        if notice := self.current():
            parts = (notice.text, notice.details if self.details_button.isChecked() else "")
            QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))

    def dismiss(self) -> None:
        """The current notice is read; the next one follows."""
        if notice := self.current():
            self._let_go(notice)

    def _accept(self) -> None:
        if (notice := self.current()) and notice.accept and notice.accept() is not False:
            self._let_go(notice)

    def _refuse(self) -> None:
        if (notice := self.current()) and notice.refuse:
            notice.refuse()
            self._let_go(notice)

    def _let_go(self, notice: Notice) -> None:
        others = [other for other in self._notices if other is not notice]
        if len(others) < len(self._notices):  # what was answered may have been taken back by what that did
            self._notices = others
            self._show()
            self.dismissed.emit(notice)

    # Building

    def _text_label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)  # a file's name may look like markup
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_details(self) -> QPlainTextEdit:
        field = QPlainTextEdit(self)
        field.setReadOnly(True)
        field.setTabChangesFocus(True)
        field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        field.setAccessibleName(self.tr("Details of the message"))
        field.setFixedHeight(DETAILS_LINES * field.fontMetrics().lineSpacing())
        field.hide()
        return field

    def _make_close_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("close", self))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("Close (Esc)"))
        button.setAccessibleName(self.tr("Close this message"))
        button.clicked.connect(self.dismiss)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self.dismiss)
        self._escape.activatedAmbiguously.connect(self.dismiss)  # the tour listens for it, too: one after the other
        return button

    def _arrange(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._message)
        texts.addWidget(self._advice)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self._picture)
        row.addLayout(texts, 1)
        for widget in (
            self._count, self.offer_button, self.refuse_button, self.details_button, self.copy_button,
            self.close_button,
        ):  # fmt: skip
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(row)
        column.addWidget(self.details)

    # Showing

    def _add(self, notice: Notice) -> None:
        """The newest problem first: it belongs to what was done just now. The same one again is no second message."""
        self._notices = [waiting for waiting in self._notices if waiting.kind not in NEWS and waiting != notice]
        self._notices.insert(len(self._notices) if notice.kind in NEWS else 0, notice)
        too_many = [waiting for waiting in self._notices if waiting.kind == "error"][MOST_ERRORS:]
        self._notices = [waiting for waiting in self._notices if waiting not in too_many]
        if notice.kind == "success":
            self._good_news.start()
        self._show()
        self.noted.emit(notice)

    def _forget_good_news(self) -> None:
        if not self.isActiveWindow():  # nobody is there to read it
            self._good_news.start()
            return
        self._notices = [waiting for waiting in self._notices if waiting.kind != "success"]
        self._show()

    def _show(self) -> None:
        notice = self.current()
        self.setVisible(notice is not None)
        self.details_button.setChecked(False)
        if notice is None:
            return
        self.details_button.setVisible(bool(notice.details))
        self.details.setPlainText(notice.details)
        set_property(self, "kind", notice.kind)
        self._show_picture()
        self._message.setText(notice.message)
        self._message.setToolTip(notice.in_full)
        font = self.font()
        font.setBold(notice.kind not in NEWS)
        self._message.setFont(font)
        self._advice.setText(notice.advice)
        self._advice.setVisible(bool(notice.advice))
        self.offer_button.setText(notice.offer)
        self.offer_button.setAccessibleName(notice.offer.replace("&", ""))
        self.offer_button.setVisible(bool(notice.offer))
        self.refuse_button.setText(notice.refusal)
        self.refuse_button.setAccessibleName(notice.refusal.replace("&", ""))
        self.refuse_button.setVisible(bool(notice.refusal))
        more = len(self._notices) - 1
        self._count.setText(self.tr("%n more", "", more) if more else "")
        self._count.setVisible(bool(more))
        self.setAccessibleName(notice.text)

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)

    def _show_picture(self) -> None:
        if notice := self.current():
            name = {"success": "check", "question": "info"}.get(notice.kind, notice.kind)
            tint = "accent" if notice.kind in ("info", "question") else notice.kind
            self._picture.setPixmap(pixmap(name, self, 20, tint=tint))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._show_picture()
        super().changeEvent(event)
