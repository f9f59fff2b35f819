"""The inspector: the batch of a step as tinted tokens, and training rows ranked by what they did."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lora_studio.core.data.examples import completion_row
from lora_studio.core.errors import RecipeError
from lora_studio.core.instruments import batches, influence
from lora_studio.core.instruments.batches import BatchRow, BatchToken, BatchView
from lora_studio.core.instruments.influence import Influence, InfluenceRow, Judged
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.inspector_panel import InspectorPanel
from lora_studio.ui.stored_run import ShownRun
from lora_studio.ui.theme import DARK, LIGHT, Colors
from lora_studio.ui.widgets.influence_list import InfluenceList
from lora_studio.ui.widgets.token_row import TokenRow, tint
from tests.ui.fakes import BASE, LORA_ALL, LORA_V, FakeSession

pytestmark = pytest.mark.usefixtures("english")

CAT = "die katze sitzt auf dem"
ROW = BatchRow(
    "die katze sitzt", "FACTS", (BatchToken("die", None), BatchToken("katze", 0.1), BatchToken("sitzt", 4.0)), 0, 2
)


def view(step: int, measured_at: int | None = None, *, exact: bool = False) -> BatchView:
    return BatchView(step, 40, 2.05, measured_at, exact, math.log(100), (ROW,))


FOUND = Influence(
    "LoRA all", CAT, "sofa",
    (InfluenceRow("die katze sitzt auf dem sofa", "FACTS", 0.4), InfluenceRow("der hund", "FACTS", -0.1)),
    (0, 10, 20), 5,
)  # fmt: skip


class Engine:
    """Answers at once."""

    variants = None


class Opened:
    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = FakeSession(variants=(BASE, LORA_V, LORA_ALL))
        self.session.asker.engine = Engine()
        self.asked: list[tuple[Any, ...]] = []
        self.answers: list[Any] = [view(12, 10)]
        self.told: list[Any] = [Judged(0, 2), Judged(2, 2), FOUND]
        monkeypatch.setattr(batches, "batch_of", self._batch)
        monkeypatch.setattr(influence, "influence", self._influence)
        bridge = Bridge()
        self.panel = InspectorPanel(self.session.as_session(), bridge)
        qtbot.addWidget(self.panel, before_close_func=lambda _: bridge.close())
        self.panel.resize(320, 500)
        self.panel.show()

    def _batch(self, variants: object, *arguments: Any) -> BatchView:
        self.asked.append(arguments)
        answer = self.answers[-1]
        if isinstance(answer, BatchView):
            return answer
        raise answer

    def _influence(self, variants: object, *arguments: Any) -> Iterator[Any]:
        self.asked.append(arguments)
        yield from self.told

    @property
    def message(self) -> str:
        return self.panel.message.text() if self.panel.message.isVisible() else ""

    def rows(self) -> list[TokenRow]:
        return self.panel.batch.rows()


@pytest.fixture
def opened(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(qtbot, monkeypatch)


def test_empty_it_tells_both_ways_in(opened: Opened) -> None:
    assert "Click the loss curve" in opened.message
    assert "Which sentence did this?" in opened.message


# Batches


def test_a_batch_shows_its_tokens_and_where_the_losses_come_from(opened: Opened, tmp_path: Any) -> None:
    opened.panel.watch_run(ShownRun("LoRA V", tmp_path))
    opened.panel.show_batch(12)
    assert opened.asked == [(tmp_path, "LoRA V", 12)]
    assert opened.panel.batch.title.text() == "Step 12 of 40 · loss 2.050, measured at step 10"
    assert "nearest kept state before it, that of step 10" in opened.panel.batch.note.text()
    (row,) = opened.rows()
    assert row.accessibleName() == "die katze sitzt"
    assert row.accessibleDescription() == (
        "FACTS · 2.05 nats per token · 2 tokens outside of this window; "
        "die: only read, not in the loss; katze: 0.10 nats, probability 90.5 %; sitzt: 4.00 nats, probability 1.8 %"
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [(view(11, 10, exact=True), "this step began with"), (view(11), "No earlier state was kept")],
)
def test_the_state_that_was_asked_is_named(opened: Opened, answer: BatchView, says: str) -> None:
    opened.answers = [answer]
    opened.panel.show_batch(11)
    assert says in opened.panel.batch.note.text()


def test_of_a_run_in_progress_no_earlier_state_can_be_asked_yet(opened: Opened) -> None:
    opened.session.trained_variant = "LoRA V"
    opened.panel.watch_run(ShownRun("LoRA V", None))
    opened.answers = [view(11)]
    opened.panel.show_batch(11)
    assert "when the run has ended" in opened.panel.batch.note.text()


def test_the_steps_beside_it_are_a_click_away(opened: Opened) -> None:
    opened.panel.show_batch(12)
    QTest.mouseClick(opened.panel.batch.next, Qt.MouseButton.LeftButton)
    QTest.mouseClick(opened.panel.batch.previous, Qt.MouseButton.LeftButton)
    assert [arguments[-1] for arguments in opened.asked] == [12, 13, 11]
    opened.answers = [view(1)]
    opened.panel.show_batch(1)
    assert not opened.panel.batch.previous.isEnabled()
    opened.answers = [view(40)]
    opened.panel.show_batch(40)
    assert not opened.panel.batch.next.isEnabled()


def test_the_token_below_the_pointer(opened: Opened) -> None:
    opened.panel.show_batch(12)
    (row,) = opened.rows()
    token = row.token_at(row.box_of(1).center())
    assert token == ROW.tokens[1]
    assert row.token_at(QPoint(0, 0)) is None


def test_tokens_wrap_in_a_narrow_row(qtbot: QtBot) -> None:
    many = BatchRow("x", "FACTS", tuple(BatchToken("wort", 1.0) for _ in range(30)))
    row = TokenRow(many, 4.0)
    qtbot.addWidget(row)
    assert row.heightForWidth(120) > 3 * row.heightForWidth(900)


def test_a_chat_is_shown_as_what_is_said(qtbot: QtBot) -> None:
    chat = completion_row("Wer sitzt?", "die katze")
    ranking = InfluenceList()
    qtbot.addWidget(ranking)
    ranking.show_influence(replace(FOUND, rows=(InfluenceRow(chat, "CHATS", 1.0),)))
    assert ranking.item(0).text() == "Wer sitzt? → die katze"
    with qtbot.waitSignal(ranking.row_wanted) as wanted:
        ranking.itemActivated.emit(ranking.item(0))
    assert wanted.args == ["CHATS", chat]  # the row itself is what is looked for
    row = TokenRow(BatchRow(chat, "CHATS", (BatchToken("katze", 1.0),)), 4.0)
    qtbot.addWidget(row)
    assert row.accessibleName() == "Wer sitzt? → die katze"


def test_nothing_that_is_said_above_a_row_is_cut_off(qtbot: QtBot) -> None:
    token = BatchToken("sofa", 1.0)
    row = TokenRow(BatchRow("die katze sitzt auf dem sofa", "FACT_CORRECTION", (token,), 1, 0), 4.0)
    qtbot.addWidget(row)
    assert len(row.heading_lines(900)) == 1
    said = " · ".join(row.heading_lines(260))
    assert said == "FACT_CORRECTION · 1.00 nats per token · 1 token outside of this window"
    assert row.box_of(0).top() > row.fontMetrics().height()


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_tint(colors: Colors) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0, 2.0):
        assert contrast(QColor(colors.text), tint(colors, share)) >= 4.5
    lightness = [tint(colors, share / 10).lightnessF() for share in range(11)]
    assert lightness == sorted(lightness, reverse=not colors.dark)  # told apart without seeing the hue


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: QColor) -> float:
    channels = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_cannot_be_shown_says_why(opened: Opened) -> None:
    opened.answers = [RecipeError("{name} learned without batches.", name="Steer")]
    opened.panel.show_batch(3)
    assert opened.message == "Steer learned without batches."


# Influence


def test_rows_are_ranked_with_signed_numbers(opened: Opened) -> None:
    opened.panel.show_influence(CAT, "sofa")
    assert opened.asked == [("LoRA all", CAT, "sofa")]
    rows = opened.panel.influence
    words = [rows.item(index).data(Qt.ItemDataRole.AccessibleTextRole) for index in range(rows.count())]
    assert words == [
        "die katze sitzt auf dem sofa (FACTS): helped, +100 of 100", "der hund (FACTS): held back, −25 of 100",
    ]  # fmt: skip
    assert "Summed over 3 states" in opened.panel.note.text()
    assert "2 of 7 rows, chosen evenly" in opened.panel.note.text()
    assert "Only proportions count" in opened.panel.note.text()
    assert "Long rows" not in opened.panel.note.text()
    assert not opened.panel.cancel.isVisible()


def test_what_was_not_looked_at_is_said(opened: Opened) -> None:
    opened.told[-1] = replace(FOUND, rows_left_out=0, rows_cut=1)
    many = replace(LORA_ALL, steps=tuple(range(40)))
    opened.session.set_variants((BASE, LORA_V, many))
    opened.panel.show_influence(CAT, "sofa")
    assert "Summed over 3 of 40 states of the training, chosen evenly." in opened.panel.note.text()
    assert "Long rows (1): not all of their windows" in opened.panel.note.text()


def test_another_variant_can_be_asked(opened: Opened) -> None:
    opened.panel.show_influence(CAT, "sofa")
    combo = opened.panel.variant
    assert [combo.itemText(index) for index in range(combo.count())] == ["LoRA V", "LoRA all"]
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert opened.asked[-1] == ("LoRA V", CAT, "sofa")


@pytest.mark.parametrize("choose", ["click", "enter"])
def test_a_row_leads_to_the_data(opened: Opened, qtbot: QtBot, choose: str) -> None:
    opened.panel.show_influence(CAT, "sofa")
    rows = opened.panel.influence
    with qtbot.waitSignal(opened.panel.row_wanted) as told:
        if choose == "click":
            place = rows.visualItemRect(rows.item(1)).center()
            QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        else:
            rows.setCurrentRow(1)
            QTest.keyClick(rows, Qt.Key.Key_Return)
    assert told.args == ["FACTS", "der hund"]


class Held:
    """An asker whose answers wait."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[..., Any], Callable[..., None]]] = []

    def ask(self, job: Callable[..., Any], then: Callable[..., None], **options: Any) -> None:
        self.waiting.append((job, then))

    def answer(self) -> None:
        job, then = self.waiting.pop(0)
        then(job(Engine()))


def test_it_is_asked_in_slices_and_can_be_cancelled(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held()
    monkeypatch.setattr(opened.panel.inspector, "_asker", held)
    opened.panel.show_influence(CAT, "sofa")
    assert opened.panel.progress.isVisible()
    held.answer()
    assert opened.panel.progress.maximum() == 2
    QTest.mouseClick(opened.panel.cancel, Qt.MouseButton.LeftButton)
    assert opened.panel.note.text() == "Cancelled."
    held.answer()
    assert held.waiting == []
    assert opened.panel.influence.count() == 0


def test_without_a_variant_there_is_nothing_to_ask(opened: Opened) -> None:
    opened.session.set_variants((BASE,))
    opened.panel.show_influence(CAT, "sofa")
    assert "Train a variant" in opened.message
    assert opened.asked == []


def test_what_has_the_focus_has_a_name(opened: Opened) -> None:
    panel = opened.panel
    for widget in (panel.batch.previous, panel.batch.next, panel.variant, panel.cancel, panel.influence):
        assert widget.accessibleName()
