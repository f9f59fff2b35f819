"""What one variant says to a text, as it comes: its difference from the base marked, each token to be asked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from lora_studio.core.probing.continuation import Piece
from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import colors_of, variant_color
from lora_studio.ui.widgets.figures import percent

MARK_MS = 150  # between two looks at what differs
MOST_COMPARED = 1500  # tokens; of longer texts all from the first difference on is marked
TINT = 0.22  # of the variant's colour behind what differs


class ContinuedText(QTextEdit):
    """Read-only. Tells the token under the pointer in a tool tip, and the one at the cursor by `token_met`."""

    token_met = Signal(object)  # Piece | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(2)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self._pieces: list[Piece] = []
        self._starts: list[int] = []  # where each begins in the text
        self._base: ContinuedText | None = None
        self._place = 1
        self._late = QTimer(self, singleShot=True, interval=MARK_MS)
        self._late.timeout.connect(self._mark)
        self.cursorPositionChanged.connect(self._meet)

    @property
    def pieces(self) -> Sequence[Piece]:
        return self._pieces

    def compare_with(self, base: ContinuedText | None, place: int) -> None:
        """Marks what the base's text has not, in the colour of the variant at `place`."""
        self._base, self._place = base, place

    def add(self, pieces: Sequence[Piece]) -> None:
        """At the end; who reads further up is not moved."""
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        for piece in pieces:
            text = piece.text if self._pieces else piece.text.lstrip(" ")
            self._pieces.append(piece)
            self._starts.append(cursor.position())
            cursor.insertText(text)
        if follows:
            bar.setValue(bar.maximum())
        self.look_again()

    def look_again(self) -> None:
        """The base's text, or this one, has become longer."""
        if self._base is not None and not self._late.isActive():
            self._late.start()

    def finish(self) -> None:
        """Nothing more comes."""
        self._late.stop()
        self._mark()

    def text(self) -> str:
        return self.toPlainText()

    # What differs

    def differing(self) -> list[tuple[int, int]]:
        """From which to which token (that one excluded) the text is another than the base's."""
        if self._base is None:
            return []
        mine = [piece.token for piece in self._pieces]
        other = [piece.token for piece in self._base.pieces]
        both = min(len(mine), len(other))
        same = next((place for place in range(both) if mine[place] != other[place]), both)
        if max(len(mine), len(other)) > MOST_COMPARED:
            return [(same, len(mine))] if same < len(mine) else []
        from difflib import SequenceMatcher  # not needed for the first paint

        matcher = SequenceMatcher(None, other[same:], mine[same:], autojunk=False)
        return [(same + b, same + e) for tag, _, _, b, e in matcher.get_opcodes() if tag in ("replace", "insert")]

    def _mark(self) -> None:
        found = []
        for begin, end in self.differing():
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.document())
            selection.cursor.setPosition(self._starts[begin])
            selection.cursor.setPosition(self._end_of(end - 1), QTextCursor.MoveMode.KeepAnchor)
            selection.format = self._look()
            found.append(selection)
        self.setExtraSelections(found)

    def _look(self) -> QTextCharFormat:
        """Tinted and underlined, so that it does not hang on the colour alone."""
        colors = colors_of(self)
        mark, ground = variant_color(colors, self._place), QColor(colors.panel)
        look = QTextCharFormat()
        look.setBackground(_mixed(ground, mark, TINT))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(mark)
        return look

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_late"):
            self._mark()

    # What one token was

    def describe(self, piece: Piece) -> str:
        """The token with its probability, and what else was likely there."""
        said = f"{readable(piece.token)}: {percent(piece.probability, self.locale())} %"
        others = [f"{readable(token)} {percent(share, self.locale())} %" for token, share in piece.others]
        likely = self.tr("likeliest: {tokens}").format(tokens=", ".join(others))
        return f"{said}\n{likely}" if others else said

    def piece_at(self, point: QPoint) -> Piece | None:
        """The token under a point of the viewport."""
        cursor = self.cursorForPosition(point)
        rect = self.cursorRect(cursor)
        before = point.x() < rect.x()  # the cursor's place is the nearest one, on either side of the letter
        place = cursor.position() - before
        beyond = abs(point.y() - rect.center().y()) > rect.height()
        return None if beyond else self._piece(place)

    def _piece(self, place: int) -> Piece | None:
        index = bisect_right(self._starts, place) - 1
        return self._pieces[index] if 0 <= place < self._end_of(len(self._pieces) - 1) and index >= 0 else None

    def _end_of(self, index: int) -> int:
        return self._starts[index + 1] if index + 1 < len(self._starts) else self.document().characterCount() - 1

    def _meet(self) -> None:
        self.token_met.emit(self._piece(self.textCursor().position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            piece = self.piece_at(event.pos())
            QToolTip.showText(event.globalPos(), self.describe(piece) if piece else "", self)
            return True
        return super().viewportEvent(event)


def _mixed(ground: QColor, other: QColor, share: float) -> QColor:
    parts = ((ground.red(), other.red()), (ground.green(), other.green()), (ground.blue(), other.blue()))
    return QColor(*(round(begin + share * (end - begin)) for begin, end in parts))
