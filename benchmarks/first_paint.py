"""From process start to the first painted window, against `python -c "import torch"` in the same run.

Each is a fresh process, taken in turns; prints the ratio of the medians; the goal is at most 0.5. Needs no display:
the offscreen platform paints too.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

GOAL = 0.5
ROUNDS = 7

# The child opens the real window the way `lora-studio` does, and leaves at the end of the first paint.
WINDOW = """
import os, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from lora_studio.ui import app

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            if 'torch' in sys.modules:
                os._exit(1)
            QTimer.singleShot(0, leave)
        return False

def leave():
    sys.stdout.flush()
    os._exit(0)

application = app.make_application()
watcher = FirstPaint()
application.installEventFilter(watcher)
app.run(None)
"""


def seconds(code: str, environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    window, torch = [], []
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LORA_STUDIO_HOME": home}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        for _ in range(ROUNDS + 1):
            window.append(seconds(WINDOW, environment))
            torch.append(seconds("import torch", environment))
    shown, imported = statistics.median(window[1:]), statistics.median(torch[1:])
    ratio = shown / imported
    print(f"first paint {shown:.2f} s, import torch {imported:.2f} s")
    print(f"ratio {ratio:.2f} (goal ≤ {GOAL:.2f}) {'✓' if ratio <= GOAL else '✗'}")


if __name__ == "__main__":
    main()
