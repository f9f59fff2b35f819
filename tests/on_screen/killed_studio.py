"""Opens the program on a workspace and presses Train, until somebody kills it; a program of its own, for a test."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from lora_studio.core.recipe import TrainingSettings
from lora_studio.ui.app import Studio, make_application

LOOK_MS = 50


def main(workspace: Path) -> None:
    application = make_application()
    studio = Studio(application, workspace)
    ready = QTimer(interval=LOOK_MS)

    def look() -> None:
        if studio.session.plan is not None:
            ready.stop()
            studio.session.set_training(TrainingSettings(epochs=10_000))
            studio.session.train()

    ready.timeout.connect(look)
    ready.start()
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
