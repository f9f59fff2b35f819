"""Takes the README's picture from the real program: python packaging/take_screenshot.py [FILE]

Opens the window offscreen on a workspace of its own, runs the fact correction on v_proj and on all four projections,
and saves what the window shows.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZE = (1440, 900)
LONGEST_WAIT = 120.0


def main(target: Path) -> None:
    from lora_studio import paths
    from lora_studio.core.methods import Lora
    from lora_studio.ui import app
    from lora_studio.ui.preferences import Preferences, write_preferences

    write_preferences(paths.preferences_file(), Preferences(theme="light", language="en"))
    studio = app.Studio(app.make_application(), paths.default_workspace())
    session = studio.session
    studio.window.resize(*SIZE)
    wait_for(lambda: session.plan is not None)
    for method in (session.method, Lora()):
        session.set_method(method)
        known = len(session.variants)
        session.train()
        wait_for(lambda known=known: len(session.variants) > known and not session.run.active)
    end = time.monotonic() + 1.0
    wait_for(lambda: time.monotonic() > end)
    studio.window.notices.dismiss()
    end = time.monotonic() + 0.5
    wait_for(lambda: time.monotonic() > end)
    studio.window.grab().save(str(target))
    studio.window.close()


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


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["LORA_STUDIO_HOME"] = home
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshot.png"))
