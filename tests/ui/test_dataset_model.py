"""A dataset as a table: every edit can be undone, and what is noticed about the rows is right at every moment."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import FACT_CORRECTION, TRAINING
from lora_studio.core.data.dataset import Dataset, Role, is_too_short
from lora_studio.core.errors import DataError
from lora_studio.core.models.words import split_words
from lora_studio.ui import editable_rows
from lora_studio.ui.dataset_model import TEXT, WORDS, DatasetModel, Keeping
from lora_studio.ui.row_statistics import RowStatistics

KNOWN = {word for row in TRAINING.rows for word in split_words(row)}.__contains__


@pytest.fixture
def model(qapp: QApplication) -> Iterator[DatasetModel]:
    yield from watched(DatasetModel(FACT_CORRECTION))


def watched(model: DatasetModel) -> Iterator[DatasetModel]:
    """Qt's own tester listens to every signal and warns (which fails the test) where the model breaks a rule."""
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield model
    tester.deleteLater()


def rows(model: DatasetModel) -> list[str]:
    return [model.index(row, TEXT).data() for row in range(model.rowCount())]


def test_it_shows_the_dataset(model: DatasetModel) -> None:
    assert (model.name, model.role) == ("FACT_CORRECTION", Role.FACT_CORRECTION)
    assert rows(model) == list(FACT_CORRECTION.rows)
    assert model.dataset() == FACT_CORRECTION
    assert model.index(0, WORDS).data() == "6"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Text"
    assert model.headerData(1, Qt.Orientation.Vertical) == "2"


def test_snapshots_do_not_change(model: DatasetModel) -> None:
    before = model.dataset()
    model.set_text(0, "anders als vorher")
    assert before == FACT_CORRECTION
    assert model.dataset().rows[0] == "anders als vorher"


Edit = Callable[[DatasetModel], object]
EDITS: dict[str, tuple[Edit, list[str]]] = {
    "Edit row": (lambda m: m.setData(m.index(1, TEXT), "  neu\tund  sauber "), ["a a", "neu und sauber", "c c", "d d"]),
    "Add row": (lambda m: m.insert(1, ["x x"]), ["a a", "x x", "b b", "c c", "d d"]),
    "Add rows": (lambda m: m.insert(4, ["x", " ", "y"]), ["a a", "b b", "c c", "d d", "x", "y"]),
    "Delete row": (lambda m: m.remove([2]), ["a a", "b b", "d d"]),
    "Delete rows": (lambda m: m.remove([0, 1, 3]), ["c c"]),
    "Move row": (lambda m: m.move([0], 3), ["b b", "c c", "a a", "d d"]),
    "Move rows": (lambda m: m.move([1, 3], 0), ["b b", "d d", "a a", "c c"]),
    "Hold out": (lambda m: m.hold_out([0, 2], held_out=True), ["a a", "b b", "c c", "d d"]),
    "Restore": (lambda m: m.replace_all(["z z"], "Restore"), ["z z"]),
}


@pytest.mark.parametrize("label", EDITS)
def test_every_edit_can_be_undone_and_redone(qtbot: QtBot, label: str) -> None:
    edit, expected = EDITS[label]
    before = ["a a", "b b", "c c", "d d"]
    for model in watched(DatasetModel(Dataset(name="d", rows=tuple(before)))):
        told = model.held_out_changed if label == "Hold out" else model.edited
        with qtbot.waitSignal(told):
            edit(model)
        assert rows(model) == expected
        assert model.undo_stack.undoText() == label
        with qtbot.waitSignal(told):
            model.undo_stack.undo()
        assert rows(model) == before
        assert not model.held_out
        model.undo_stack.redo()
        assert rows(model) == expected == list(model.dataset().rows)


def test_nothing_changed_is_nothing_to_undo(model: DatasetModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.edited):
        model.set_text(0, "die  katze sitzt auf dem sofa ")
        assert model.insert(0, ["", "  "]) == 0
        model.remove([])
        assert model.move([1, 2], 1) == 1
        assert model.move([1, 2], 3) == 1
        assert model.move([], 0) == 0
        model.replace_all(FACT_CORRECTION.rows, "Restore")
        model.drop_blank()
    assert model.undo_stack.count() == 0


def test_only_text_can_be_edited(model: DatasetModel) -> None:
    assert not model.setData(model.index(0, WORDS), "9")
    assert not model.setData(model.index(9, TEXT), "x")
    assert model.flags(model.index(0, TEXT)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, WORDS)) & Qt.ItemFlag.ItemIsEditable


def test_typing_a_new_row_is_one_step(model: DatasetModel) -> None:
    model.insert_blank(4)
    assert model.dataset().rows[4] == ""
    assert (model.too_short_rows(), model.problem_of(4)) == (0, "")  # it is still being typed
    model.set_text(4, "der opa schläft")
    assert model.undo_stack.count() == 1
    model.undo_stack.undo()
    assert rows(model) == list(FACT_CORRECTION.rows)
    model.undo_stack.redo()
    assert rows(model)[4] == "der opa schläft"
    model.set_text(4, "der opa singt")
    assert model.undo_stack.count() == 2


def test_a_new_row_that_is_not_typed_leaves_no_trace(model: DatasetModel) -> None:
    model.insert_blank(0)
    model.drop_blank()
    assert rows(model) == list(FACT_CORRECTION.rows)
    assert not model.undo_stack.canUndo()
    assert not model.undo_stack.canRedo()


def test_editing_another_row_is_a_step_of_its_own(model: DatasetModel) -> None:
    model.insert_blank(4)
    model.set_text(0, "ganz anders")
    model.drop_blank()
    assert len(rows(model)) == 5
    assert model.undo_stack.count() == 2


def test_selected_rows_keep_their_index_when_rows_move(model: DatasetModel) -> None:
    kept = QPersistentModelIndex(model.index(0, TEXT))
    assert model.move([0], 4) == 3
    assert kept.row() == 3
    assert kept.data() == FACT_CORRECTION.rows[0]
    model.undo_stack.undo()
    assert kept.row() == 0


def test_new_words_are_told_once_the_base_is_known(model: DatasetModel, qtbot: QtBot) -> None:
    assert model.new_words() == ()
    with qtbot.waitSignals([model.words_changed, model.dataChanged]), qtbot.assertNotEmitted(model.edited):
        model.set_known_words(KNOWN)
    assert model.new_words() == ("wald", "suppe")
    assert model.new_words_in(1) == [(18, "wald")]
    assert model.index(1, TEXT).data(Qt.ItemDataRole.ToolTipRole) == "new to the base: wald"
    assert model.index(0, TEXT).data(Qt.ItemDataRole.ToolTipRole) is None
    model.set_text(1, "Der Hund läuft im Wald am Wald")
    assert model.new_words() == ("suppe", "wald")
    assert model.new_words_in(1) == [(18, "Wald"), (26, "Wald")]
    model.set_text(1, "der hund läuft im garten")
    assert model.new_words() == ("suppe",)
    model.undo_stack.undo()
    assert set(model.new_words()) == {"wald", "suppe"}
    model.set_known_words(None)
    assert model.new_words() == ()


def test_short_rows_are_flagged_with_the_reason(model: DatasetModel) -> None:
    assert model.problem_of(0) == ""
    model.insert(0, ["katze"])
    assert model.problem_of(0) == "too short: needs at least two words"
    assert model.too_short_rows() == 1
    spoken = model.index(0, TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "katze; too short: needs at least two words"
    model.undo_stack.undo()
    assert model.too_short_rows() == 0


def test_find_goes_round(model: DatasetModel) -> None:
    assert model.find("HUND", 0) == 1
    assert model.find("die", 1) == 2
    assert model.find("katze", 1) == 0
    assert model.find("die", 1, -1) == 0
    assert model.find("vogel", 0) == -1


def test_limits(model: DatasetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="longer than 100,000"):
        model.set_text(0, "x" * 100_001)
    monkeypatch.setattr(editable_rows, "MAX_ROWS", 5)
    model.insert_blank(0)
    with pytest.raises(DataError, match="FACT_CORRECTION would have more than 5 rows"):
        model.insert(0, ["a b"])
    with pytest.raises(DataError, match="more than 5 rows"):
        model.insert_blank(0)
    assert model.rowCount() == 5


def random_edit(model: DatasetModel, chance: random.Random) -> None:
    count = model.rowCount()
    some = sorted(chance.sample(range(count), chance.randint(0, min(count, 5))))
    text = " ".join(chance.choices(["katze", "wald", "suppe", "auf", "neu"], k=chance.randint(1, 4)))
    match chance.randrange(8):
        case 0 if count:
            model.set_text(chance.randrange(count), text)
        case 1:
            model.insert(chance.randint(0, count), [text] * chance.randint(1, 4))
        case 2:
            model.remove(some)
        case 3:
            model.move(some, chance.randint(0, count))
        case 4:
            model.undo_stack.undo()
        case 5:
            model.undo_stack.redo()
        case 6:
            model.hold_out(some, held_out=chance.random() < 0.7)
        case 7:
            model.insert_blank(chance.randint(0, count))
            chance.choice([model.drop_blank, model._forget_blank])()  # typed nothing, or went elsewhere


def test_counts_stay_right_over_many_random_edits(model: DatasetModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editable_rows, "MANY_RUNS", 3)
    model.set_known_words(KNOWN)
    chance = random.Random(7)
    states = [list(FACT_CORRECTION.rows)]
    for _ in range(600):
        random_edit(model, chance)
        now = rows(model)
        assert set(model.new_words()) == {word for row in now for word in split_words(row) if not KNOWN(word)}
        assert model.too_short_rows() == sum(map(is_too_short, now))
        states.append(now)
    while model.undo_stack.canUndo():
        model.undo_stack.undo()
    assert rows(model) == states[0]
    assert not model.held_out


def test_a_row_stays_held_out_when_it_is_edited(model: DatasetModel) -> None:
    model.set_kept(True)
    model.hold_out([1], held_out=True)
    model.set_text(1, "der hund läuft am bach")
    assert model.held_out == {"der hund läuft am bach"}
    assert model.keeping_of(1) is Keeping.HELD_OUT
    model.undo_stack.undo()
    assert model.held_out == {"der hund läuft im wald"}
    model.insert(4, ["der hund läuft im wald"])
    model.set_text(1, "etwas ganz anderes")
    assert [model.keeping_of(row) for row in (1, 4)] == [Keeping.HELD_OUT] * 2


def test_only_kept_datasets_say_something_about_their_rows(model: DatasetModel, qtbot: QtBot) -> None:
    assert (model.kept, model.keeping_of(0)) == (False, None)
    assert DatasetModel(TRAINING).kept  # unless the person thinks otherwise
    with qtbot.waitSignal(model.dataChanged):
        model.set_kept(True)
    assert model.keeping_of(0) is Keeping.KEPT
    model.insert(0, ["katze"])
    assert model.keeping_of(0) is None  # a single word has no answer that could be kept
    with qtbot.waitSignal(model.dataChanged):
        model.show_contradicted({"die katze sitzt auf dem sofa": "die katze sitzt auf dem tisch"})
    assert model.keeping_of(1) is Keeping.CONTRADICTED
    model.set_use(learned=True, prompts=False)
    assert model.keeping_of(1) is None


def test_what_is_said_about_rows_leaves_their_texts_alone(model: DatasetModel) -> None:
    """A view that is told of a changed text takes back what is being typed there."""
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last, roles: changed.append(first.column()))
    model.set_known_words(KNOWN)
    model.set_kept(True)
    model.hold_out([0], held_out=True)
    model.set_use(learned=False, prompts=True)
    assert changed
    assert TEXT not in changed


def test_prompts_are_never_too_short(model: DatasetModel) -> None:
    model.insert(0, ["katze"])
    model.set_known_words(KNOWN)
    model.set_use(learned=True, prompts=True)
    assert (model.too_short_rows(), model.problem_of(0)) == (0, "")
    assert model.index(2, TEXT).data(Qt.ItemDataRole.ToolTipRole) == "unknown to the base: wald"


def test_an_edit_among_100_000_rows_looks_only_at_its_own(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    model = DatasetModel(FACT_CORRECTION)
    model.insert(4, [f"die katze {i}" for i in range(100_000)])
    model.set_known_words(KNOWN)
    looked_at = []
    count = RowStatistics._count

    def recorded(statistics: RowStatistics, rows: Iterable[str], sign: int) -> None:
        looked_at.extend(rows := list(rows))
        count(statistics, rows, sign)

    monkeypatch.setattr(RowStatistics, "_count", recorded)
    model.set_text(50_000, "der hund")
    model.insert(70_000, ["ein neuer", "und noch einer"])
    model.move([10], 12)
    model.remove([5, 99_000])
    model.undo_stack.undo()
    assert len(looked_at) == 2 + 2 + 0 + 2 + 2
    assert (model.rowCount(), len(model.new_words())) == (100_006, 100_005)


def test_half_of_100_000_rows_can_be_deleted_at_once(qtbot: QtBot) -> None:
    model = DatasetModel(FACT_CORRECTION)
    model.insert(4, [f"die katze {i}" for i in range(100_000)])
    with qtbot.waitSignal(model.modelReset):  # instead of fifty thousand signals
        model.remove(range(4, 100_004, 2))
    assert model.rowCount() == 50_004
    assert rows(model)[4:6] == ["die katze 1", "die katze 3"]
    model.undo_stack.undo()
    assert model.rowCount() == 100_004


def test_a_row_that_was_not_typed_is_not_counted_when_it_goes(model: DatasetModel) -> None:
    told: list[int] = []
    model.edited.connect(lambda: told.append(model.too_short_rows()))
    model.insert_blank(4)
    model.drop_blank()
    model.insert_blank(4)
    model.undo_stack.undo()
    assert told[-1] == model.too_short_rows() == 0
    assert min(told) == 0
