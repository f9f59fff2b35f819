"""Whether a display that the environment names is there: Qt ends the whole process if it is not."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

SECONDS = 2.0  # that a display on another machine may take to answer
X_SOCKETS = "/tmp/.X11-unix/X"
FIRST_X_PORT = 6000

_DISPLAY = re.compile(r"(?P<host>.*):(?P<number>\d{1,5})(\.\d+)?")


def display_answers() -> bool:
    """Tries the displays that DISPLAY and WAYLAND_DISPLAY name."""
    return _x_answers(os.environ.get("DISPLAY", "")) or _wayland_answers(os.environ.get("WAYLAND_DISPLAY", ""))


def _x_answers(name: str) -> bool:
    if name.startswith("/"):  # a socket's path, as XQuartz has it
        return _socket_answers(name)
    found = _DISPLAY.fullmatch(name)
    if found is None:
        return False
    host, number = found["host"], int(found["number"])
    if host in ("", "unix"):
        path = f"{X_SOCKETS}{number}"
        return _socket_answers(f"\0{path}") or _socket_answers(path)  # the first is Linux's name without a file
    try:
        with socket.create_connection((host.strip("[]"), FIRST_X_PORT + number), timeout=SECONDS):
            return True
    except (OSError, OverflowError):
        return False


def _wayland_answers(name: str) -> bool:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or name.startswith("/")):
        return False
    return _socket_answers(str(Path(folder) / name))


def _socket_answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
