"""Takes the pictures of the documentation from the real program, and renews the guide's tables:

    python packaging/take_screenshots.py [NAME …]

Opens the window offscreen on a workspace of its own, works in it as a person would, and saves what it shows: the
README's picture, and those of docs/guide.md in docs/images/. With names, only these pictures are written.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from lora_studio.ui.app import Studio

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = (1440, 900)
LONGEST_WAIT = 120.0  # s
SETTLE = 0.7  # s: what follows by timers (flips, notes, redraws) has happened by then
SIDE_EFFECT = "das kind spielt im"
MOST_COLORS = 256
SHADE = 0xFFC0C0C0  # what colours of one shade have in common
MARGIN = 12  # px, below what is to be seen
TABS = 30  # px, above a dock that shares its place
Part = tuple["QWidget", "QRect"]  # of a window
Picture = tuple[str, "QWidget | Part"]


def main(names: set[str]) -> None:
    from lora_studio import paths
    from lora_studio.ui import app
    from lora_studio.ui.preferences import Preferences, write_preferences

    write_preferences(paths.preferences_file(), Preferences(theme="light", language="en", tour="done"))
    studio = app.Studio(app.make_application(), paths.default_workspace())
    studio.window.resize(*SIZE)
    studio.window.reset_layout()
    wait_for(lambda: studio.session.plan is not None)
    write_tables(studio)
    for name, shown in pictures(studio):
        pause(SETTLE)
        if not names or name in names:
            save(shown, DOCS / "screenshot.png" if name == "screenshot" else DOCS / "images" / f"{name}.png")
    studio.window.close()


def pictures(studio: Studio) -> Iterator[Picture]:
    """The names of the pictures, each with what is to be seen when it comes."""
    yield from beginning(studio)
    yield from two_runs(studio)
    yield from instruments(studio)
    yield from in_the_dark(studio)
    yield from many_runs(studio)


def beginning(studio: Studio) -> Iterator[Picture]:
    window = studio.window
    yield "data", dock(studio, "data")
    window.start_tour()
    window.tour.go_on()
    yield "tour", (window, top_of(window, 560))
    window.tour.leave()
    window.menus.find_command.trigger()
    window.commands.field.setText("ru")
    yield "commands", (window, top_of(window, 400))
    window.commands.dismiss()


def two_runs(studio: Studio) -> Iterator[Picture]:
    """The correction on v_proj, and on all four projections."""
    from lora_studio.core.methods import Lora

    session, window = studio.session, studio.window
    train(studio)
    session.set_method(Lora())
    train(studio)
    window.notices.dismiss()
    yield "screenshot", window
    yield "method", dock(studio, "method")
    yield "probe", within(window, window.probe_panel)
    time_machine = window.training_panel.time
    time_machine.slider.setValue(time_machine.slider.maximum() // 4)
    yield "time-machine", window
    time_machine.back.click()
    window.training_panel.step_clicked.emit(11)
    yield "batch", dock(studio, "inspector")


def instruments(studio: Studio) -> Iterator[Picture]:
    window = studio.window
    window.probe_panel.influence_wanted.emit(SIDE_EFFECT, "wald")
    wait_for(lambda: window.inspector_panel.influence.count() > 0)
    yield "influence", dock(studio, "inspector")
    show(studio, "mixer")
    mixer = window.mixer_panel
    mixer.choice.button.click()
    wait_for(lambda: mixer.mixer.mix is not None)
    mixer.mixer.turn(0, 0.6)
    mixer.mixer.turn(1, 0.4)
    mixer.save.click()
    yield "mixer", dock(studio, "mixer")
    mixer.saving.back.click()
    mixer.remove.click()
    wait_for(lambda: mixer.mixer.mix is None)


def in_the_dark(studio: Studio) -> Iterator[Picture]:
    """A third run, which protects what the base knows."""
    from lora_studio.core.methods import Lora
    from lora_studio.core.recipe import Protection

    session, window = studio.session, studio.window
    session.set_method(Lora(targets=("v_proj",)))
    session.set_protection(Protection(enabled=True))
    train(studio)
    window.notices.dismiss()
    show(studio, "variants", "method")
    window.theme_chosen.emit("dark")
    yield "window-dark", window
    window.theme_chosen.emit("light")


def many_runs(studio: Studio) -> Iterator[Picture]:
    """One that fails, and two that wait."""
    from lora_studio.core.methods import Lora
    from lora_studio.core.recipe import Protection, TrainingSettings

    session, window = studio.session, studio.window
    session.set_protection(Protection())
    session.set_training(TrainingSettings(learning_rate=1e9))
    session.add_to_queue()
    session.set_training(TrainingSettings())
    for targets in (("q_proj",), ("linear1", "linear2")):
        session.set_method(Lora(targets=targets))
        session.add_to_queue()
    wait_for(lambda: session.run.active)
    session.queue.set_held(True)
    wait_for(lambda: not session.run.active)
    yield "message", within(window, window.notices)
    window.notices.dismiss()
    show(studio, "runs")
    finished = [run.path for run in session.history.runs if run.record.state == "finished"]
    window.runs_panel.table.choose(finished)
    yield "runs", dock(studio, "runs")
    window.compare_panel.bar.smoothing.setValue(window.compare_panel.bar.smoothing.maximum() // 2)
    window.runs_panel.actions_.compare.trigger()
    wait_for(lambda: window.compare_panel.plot is not None)
    yield "compare", dock(studio, "compare")


# What a person does


def train(studio: Studio) -> None:
    session = studio.session
    known = len(session.variants)
    session.train()
    wait_for(lambda: len(session.variants) > known and not session.run.active)


def show(studio: Studio, *names: str) -> None:
    """Brings docks to the front."""
    for each in studio.window.docks:
        if each.objectName() in names:
            each.show()
            each.raise_()


def dock(studio: Studio, name: str) -> Part:
    """A dock in the window, with its heading or its tabs."""
    show(studio, name)
    pause(SETTLE)
    found = next(each for each in studio.window.docks if each.objectName() == name)
    window, place = within(studio.window, found)
    return window, place.adjusted(0, 0 if name == "data" else -TABS, 0, 0)


def within(window: QWidget, widget: QWidget) -> Part:
    """A widget with what is behind it."""
    from PySide6.QtCore import QPoint, QRect

    return window, QRect(widget.mapTo(window, QPoint()), widget.size())


def top_of(window: QWidget, height: int) -> QRect:
    return window.rect().adjusted(0, 0, 0, height - window.height())


# Files


def save(shown: QWidget | Part, file: Path) -> None:
    """As a PNG that is as small as it can be."""
    from PySide6.QtGui import QImageWriter

    image = (shown[0].grab(shown[1]) if isinstance(shown, tuple) else shown.grab()).toImage()
    image = fewer_colors(without_empty_end(image))
    file.parent.mkdir(exist_ok=True)
    writer = QImageWriter(str(file))
    writer.setQuality(0)  # of a PNG: how large it may be
    if not writer.write(image):
        raise SystemExit(f"{file}: {writer.errorString()}")
    print(f"{file.relative_to(DOCS.parent)}  {image.width()}×{image.height()}  {file.stat().st_size // 1024} KiB")


def without_empty_end(image: QImage) -> QImage:
    """Cut off below the last line that is different from those at the bottom."""
    import numpy as np
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    last = int(np.flatnonzero((rows != rows[-1]).any(axis=1)).max(initial=0))
    return image.copy(0, 0, image.width(), min(image.height(), last + MARGIN))


def fewer_colors(image: QImage) -> QImage:
    """With the most frequent colours, of each shade one at least; the edges of letters have few of their own."""
    import numpy as np
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    pixels = np.frombuffer(image.constBits(), np.uint32)
    colors, counts = np.unique(pixels, return_counts=True)
    colors = colors[np.argsort(-counts, kind="stable")]
    _, first = np.unique(colors & SHADE, return_index=True)
    order = list(dict.fromkeys([*sorted(first)[: MOST_COLORS // 2], *range(len(colors))]))[:MOST_COLORS]
    table = [int(color) for color in colors[order]]
    return image.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.AvoidDither)


def write_tables(studio: Studio) -> None:
    from guide_tables import renewed

    guide = DOCS / "guide.md"
    guide.write_text(renewed(guide.read_text("utf-8"), studio.window.menus.entries()), "utf-8")


# Waiting


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() >= end)


def wait_for(condition: Callable[[], bool]) -> None:
    """Lets the event loop run until `condition` holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    end = time.monotonic() + LONGEST_WAIT

    def look() -> None:
        if condition() or time.monotonic() > end:
            loop.quit()

    timer = QTimer(interval=10)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if not condition():
        raise SystemExit("The program did not come to where a picture was to be taken.")


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["LORA_STUDIO_HOME"] = home
        main(set(sys.argv[1:]))
