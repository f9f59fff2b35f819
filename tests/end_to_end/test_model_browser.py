"""Real models in the window, with the real engine: opened, opened in another way, given up, and closed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.workspace import Workspace
from lora_studio.ui import bases
from lora_studio.ui.opening import Opening, OpeningProgress
from tests.core.real_models import tiny_folder
from tests.core.small_hub import running_hub
from tests.end_to_end.opened import OpenAt, Opened

QWEN = "org/tiny-qwen"


def is_open(opened: Opened, source: object) -> bool:
    model = opened.session.model
    return model is not None and model.source == str(source)


def test_a_downloaded_model_is_opened_as_was_chosen(
    reopen: OpenAt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = reopen()
    with running_hub(monkeypatch) as hub:
        hub.add_folder(QWEN, tiny_folder("qwen3"))
        downloads = opened.session.downloads
        downloads.found.connect(downloads.start)
        downloads.look_up(QWEN)
        folder = tmp_path / "workspace" / "models" / "org--tiny-qwen"
        opened.wait(folder.exists)
        opened.wait(lambda: downloads.all() == ())
    opened.session.open_base(str(folder), OpenOptions("cpu", "bfloat16"))
    opened.wait(lambda: is_open(opened, folder))
    assert opened.session.model is not None
    assert (opened.session.model.dtype, opened.session.model.family) == ("bfloat16", "qwen3")
    assert opened.session.model.bytes > 0
    opened.close()
    assert Workspace(tmp_path / "workspace").state().open_options[str(folder)].dtype == "bfloat16"
    opened = reopen()
    opened.wait(lambda: is_open(opened, folder))
    assert opened.session.model is not None
    assert opened.session.model.dtype == "bfloat16"
    opened.session.open_base("minigpt")
    opened.wait(lambda: is_open(opened, "minigpt"))
    assert not opened.problems


def test_an_opening_that_is_given_up_leaves_what_was_open(reopen: OpenAt, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = reopen()
    told: list[Opening | None] = []
    opened.session.opening_changed.connect(told.append)

    class StoppedAtOnce(OpeningProgress):
        def __call__(self, what: str, done: int, total: int) -> None:
            self.stop()
            super().__call__(what, done, total)

    monkeypatch.setattr(bases, "OpeningProgress", StoppedAtOnce)
    opened.session.open_base(str(tiny_folder("qwen3")))
    assert opened.session.model is None
    opened.wait(lambda: is_open(opened, "minigpt"))
    monkeypatch.undo()
    assert told[-1] is None
    assert opened.session.recent_bases == ()
    assert opened.compare().answers[0].top.token == "tisch"
    opened.session.open_base(str(tiny_folder("qwen3")))
    opened.wait(lambda: is_open(opened, tiny_folder("qwen3")))
    assert not opened.problems
