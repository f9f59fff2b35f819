"""A display that is named, but not there, is noticed before Qt ends the process over it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lora_studio.display import FIRST_X_PORT, display_answers
from lora_studio.doctor import display_missing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one display, which nobody names")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("lora_studio.display.X_SOCKETS", str(tmp_path / "X"))


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[None]:
    """A server on display 7, and one for Wayland."""
    with socket.socket(socket.AF_UNIX) as x, socket.socket(socket.AF_UNIX) as wayland:
        for server, name in ((x, "X7"), (wayland, "wayland-7")):
            server.bind(str(tmp_path / name))
            server.listen()
        yield


@pytest.mark.parametrize(
    ("name", "value"), [("DISPLAY", ":7"), ("DISPLAY", "unix:7.0"), ("WAYLAND_DISPLAY", "wayland-7")]
)
@pytest.mark.usefixtures("listening")
def test_a_display_that_is_there_answers(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert display_answers()
    assert "does not answer" not in display_missing()


@pytest.mark.parametrize("value", [":98", "nonsense", "", "localhost:59999", "/nowhere/x:0"])
def test_a_display_that_is_gone_does_not(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DISPLAY", value)
    assert not display_answers()
    assert "display" in display_missing()


def test_a_display_over_the_network_is_tried_on_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{server.getsockname()[1] - FIRST_X_PORT}.0")
        assert display_answers()


def test_a_socket_left_behind_is_no_display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X7"))
    monkeypatch.setenv("DISPLAY", ":7")
    assert not display_answers()
