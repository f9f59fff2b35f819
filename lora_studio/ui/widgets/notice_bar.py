"""Messages inside the window: problems stay until they are read; everything can be copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Receipt
from lora_studio.ui.icons import icon, pixmap
from lora_studio.ui.receipt_text import advice_on, is_alarming, message_of
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.translations import translated

NEWS = ("info", "success")
GOOD_NEWS_MS = 12_000  # then it goes by itself; the status bar keeps the receipt


@dataclass(frozen=True, slots=True)
class Notice:
    """`kind` is "error", "warning", "info" or "success". `offer` is the text of a button that does `accept`."""

    kind: str
    message: str
    advice: str = ""
    offer: str = ""
    accept: Callable[[], object] | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        return f"{self.message}\n{self.advice}".strip()


class NoticeBar(QWidget):
    """Shows one notice at a time, the oldest unread first. News gives way to whatever comes next."""

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
        self.copy_button = QPushButton(self.tr("&Copy"), self)
        self.copy_button.clicked.connect(self.copy)
        self.close_button = self._make_close_button()
        self._arrange()
        self.hide()

    def current(self) -> Notice | None:
        return self._notices[0] if self._notices else None

    def show_problem(self, error: StudioError) -> None:
        message, advice = translated(error)
        self._add(Notice("error", message, advice))

    def show_receipt(self, receipt: Receipt) -> None:
        kind = "warning" if is_alarming(receipt) else "success"
        self._add(Notice(kind, message_of(receipt, self.locale()), advice_on(receipt)))

    def show_news(self, message: str, advice: str, offer: str, accept: Callable[[], object]) -> None:
        """Something has changed, with a button that leads on, or back."""
        self._add(Notice("info", message, advice, offer, accept))

    def copy(self) -> None:
        if notice := self.current():
            QGuiApplication.clipboard().setText(notice.text)

    def dismiss(self) -> None:
        """The current notice is read; the next one follows."""
        del self._notices[:1]
        self._show()

    def _accept(self) -> None:
        if (notice := self.current()) and notice.accept:
            self.dismiss()
            notice.accept()

    # Building

    def _text_label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)  # a file's name may look like markup
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_close_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("close", self))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("Close (Esc)"))
        button.setAccessibleName(self.tr("Close this message"))
        button.clicked.connect(self.dismiss)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self.dismiss)
        return button

    def _arrange(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._message)
        texts.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 2 * GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self._picture)
        row.addLayout(texts, 1)
        for widget in (self._count, self.offer_button, self.copy_button, self.close_button):
            row.addWidget(widget)

    # Showing

    def _add(self, notice: Notice) -> None:
        """The newest problem first: it belongs to what was done just now. The same one again is no second message."""
        self._notices = [waiting for waiting in self._notices if waiting.kind not in NEWS and waiting != notice]
        self._notices.insert(len(self._notices) if notice.kind in NEWS else 0, notice)
        if notice.kind == "success":
            self._good_news.start()
        self._show()

    def _forget_good_news(self) -> None:
        self._notices = [waiting for waiting in self._notices if waiting.kind != "success"]
        self._show()

    def _show(self) -> None:
        notice = self.current()
        self.setVisible(notice is not None)
        if notice is None:
            return
        set_property(self, "kind", notice.kind)
        self._show_picture()
        self._message.setText(notice.message)
        font = self.font()
        font.setBold(notice.kind not in NEWS)
        self._message.setFont(font)
        self._advice.setText(notice.advice)
        self._advice.setVisible(bool(notice.advice))
        self.offer_button.setText(notice.offer)
        self.offer_button.setAccessibleName(notice.offer.replace("&", ""))
        self.offer_button.setVisible(bool(notice.offer))
        more = len(self._notices) - 1
        self._count.setText(self.tr("%n more", "", more) if more else "")
        self._count.setVisible(bool(more))
        self.setAccessibleName(notice.text)

    def _show_picture(self) -> None:
        if notice := self.current():
            name = {"success": "check"}.get(notice.kind, notice.kind)
            tint = "accent" if notice.kind == "info" else notice.kind
            self._picture.setPixmap(pixmap(name, self, 20, tint=tint))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._show_picture()
        super().changeEvent(event)
