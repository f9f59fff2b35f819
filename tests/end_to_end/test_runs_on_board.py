"""A run and its variant are one thing: one name, one way to the bin, one step of undo."""

from __future__ import annotations

from pathlib import Path

from lora_studio.core.run_record import read_record
from tests.end_to_end.opened import OpenAt, Opened


def names(opened: Opened) -> list[str]:
    return [variant.name for variant in opened.session.variants]


def runs(opened: Opened) -> list[str]:
    return [run.record.name for run in opened.session.history.runs]


def trained(opened: Opened, times: int = 1) -> Path:
    """The folder of the last run."""
    for _ in range(times):
        opened.train(epochs=1)
    opened.wait(lambda: len(runs(opened)) == times and not opened.session.history._reading)
    return Path(opened.session.variants[-1].folder).parent


def test_runs_are_called_as_their_variants_are(reopen: OpenAt) -> None:
    opened = reopen()
    trained(opened, 2)
    assert runs(opened) == ["LoRA V 2", "LoRA V"]
    assert names(opened) == ["Base", "LoRA V", "LoRA V 2"]


def test_either_renames_both_and_undo_takes_both_back(reopen: OpenAt) -> None:
    opened = reopen()
    folder, session = trained(opened), opened.session
    session.rename("LoRA V", "the good one")
    opened.wait(lambda: runs(opened) == ["the good one"] and names(opened) == ["Base", "the good one"])
    session.undo_stack.undo()
    opened.wait(lambda: runs(opened) == ["LoRA V"] and names(opened) == ["Base", "LoRA V"])
    session.rename_run(folder, "another")
    opened.wait(lambda: runs(opened) == ["another"] and names(opened) == ["Base", "another"])
    opened.wait(lambda: read_record(folder).name == "another")
    session.undo_stack.undo()
    opened.wait(lambda: runs(opened) == ["LoRA V"] and names(opened) == ["Base", "LoRA V"])
    assert session.undo_stack.index() == 0


def test_a_deleted_run_takes_its_variant_along_and_both_come_back(reopen: OpenAt) -> None:
    opened = reopen()
    folder, session = trained(opened, 2), opened.session
    first = Path(session.variants[1].folder).parent
    told: list[str] = []
    session.undoable.connect(lambda text, *_: told.append(text))
    color = session.color_place("LoRA V")
    session.remove_runs([first])
    opened.wait(lambda: names(opened) == ["Base", "LoRA V 2"] and not first.exists())
    assert told == ["“LoRA V” is in the bin."]
    assert (runs(opened), folder.exists()) == (["LoRA V 2"], True)
    session.undo_stack.undo()
    opened.wait(lambda: sorted(names(opened)) == ["Base", "LoRA V", "LoRA V 2"] and first.exists())
    assert session.color_place("LoRA V") == color
    session.undo_stack.redo()
    opened.wait(lambda: names(opened) == ["Base", "LoRA V 2"] and not first.exists())
    again = reopen()
    again.wait(lambda: names(again) == ["Base", "LoRA V 2"])
    again.compare()
    assert (again.missing, again.problems) == ([], [])


def test_what_was_deleted_is_not_missed_at_the_next_start(reopen: OpenAt) -> None:
    """Even if the board was kept before the variant had left it."""
    opened = reopen()
    folder = trained(opened)
    reopened = reopen()
    reopened.wait(lambda: names(reopened) == ["Base", "LoRA V"])
    reopened.close()
    folder.parent.parent.joinpath("bin").mkdir()
    folder.rename(folder.parent.parent / "bin" / folder.name)
    last = reopen()
    last.compare()
    last.compare()
    assert (names(last), last.missing) == (["Base"], [])
    assert last.session._board.kept() == ()


def test_a_run_comes_to_the_board_under_its_own_name(reopen: OpenAt) -> None:
    opened = reopen()
    folder, session = trained(opened), opened.session
    session.detach("LoRA V")
    opened.wait(lambda: names(opened) == ["Base"])
    session.rename_run(folder, "mine")
    session.load_adapter(folder / "adapter")
    opened.wait(lambda: names(opened) == ["Base", "mine"])


def test_the_colour_outlives_a_restart(reopen: OpenAt) -> None:
    opened = reopen()
    trained(opened, 2)
    opened.session.detach("LoRA V")
    opened.wait(lambda: names(opened) == ["Base", "LoRA V 2"])
    assert opened.session.color_place("LoRA V 2") == 2
    again = reopen()
    again.wait(lambda: names(again) == ["Base", "LoRA V 2"])
    assert again.session.color_place("LoRA V 2") == 2
