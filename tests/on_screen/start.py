"""Runs the tests of this folder on a screen of their own: an X server in memory, with a window manager.

Without Xvfb, openbox or xdotool it says so and leaves the tests out, except where CI is set: there they must run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = ("Xvfb", "openbox", "xdotool")
SIZE = "1600x1000x24"
SECONDS_TO_MANAGE = 20.0
MOST_SECONDS = 900.0  # then a dialog waits that nobody answers


def main() -> int:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        print(f"not run: {', '.join(missing)} not installed (Debian packages: xvfb openbox xdotool)")
        return 1 if os.environ.get("CI") else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended, too
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=(writing,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            display = f":{told.readline().strip()}"
        return _run_on(display)
    finally:
        server.terminate()
        server.wait()


def _run_on(display: str) -> int:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LORA_STUDIO_TEST_SCREEN": "1"}
    environment.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for_manager(environment)
        here = Path(__file__).parent
        command = [sys.executable, "-m", "pytest", str(here), *sys.argv[1:]]
        return subprocess.run(
            command, env=environment, check=False, cwd=here.parents[1], timeout=MOST_SECONDS
        ).returncode
    finally:
        manager.terminate()
        manager.wait()


def _wait_for_manager(environment: dict[str, str]) -> None:
    """A window that comes before its manager never gets the keyboard."""
    end = time.monotonic() + SECONDS_TO_MANAGE
    while time.monotonic() < end:
        asked = subprocess.run(["xdotool", "get_num_desktops"], env=environment, capture_output=True, check=False)
        if asked.returncode == 0 and asked.stdout.strip():
            return
        time.sleep(0.1)
    raise TimeoutError("openbox did not start")


if __name__ == "__main__":
    sys.exit(main())
