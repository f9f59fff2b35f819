"""What is installed here, what is missing, and how to get it."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lora_studio import __version__
from lora_studio.display import display_answers
from lora_studio.paths import bundled_model, default_workspace

PARTS = (
    "torch", "PySide6-Essentials", "pyqtgraph", "numpy", "safetensors", "tokenizers", "pydantic", "PyYAML",
    "platformdirs", "click", "filelock",
)  # fmt: skip
QT_LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-cursor": "libxcb-cursor0",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """`missing` holds one sentence a problem, each with what to do about it."""

    program: str
    python: str
    system: str
    versions: dict[str, str]
    device: str
    qt_platform: str
    workspace: str
    missing: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> Findings:
    """Looks at the installation. Imports torch, opens no window and writes nothing."""
    versions = {part: _version(part) for part in PARTS}
    absent = [part for part, version in versions.items() if not version]
    missing = [f"{part} is not installed: run “pip install {part}”." for part in absent]
    missing += [sentence for sentence in (display_missing(), _workspace_missing(), _model_missing()) if sentence]
    return Findings(
        program=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} ({platform.machine()}, {os.cpu_count()} cores)",
        versions=versions,
        device=_device() if versions["torch"] else "unknown without torch",
        qt_platform=os.environ.get("QT_QPA_PLATFORM", "the system's own"),
        workspace=str(default_workspace()),
        missing=tuple(missing),
    )


def render(findings: Findings) -> str:
    """The findings for a person."""
    rows = {
        "LoRA Studio": findings.program,
        "Python": findings.python,
        "System": findings.system,
        "Device": findings.device,
        "Qt platform": findings.qt_platform,
        "Workspace": findings.workspace,
        **{part: version or "missing" for part, version in findings.versions.items()},
    }
    lines = [f"{name:<20} {value}" for name, value in rows.items()]
    problems = [f"✗ {sentence}" for sentence in findings.missing]
    return "\n".join([*lines, "", *(problems or ["✓ nothing missing"])])


def display_missing() -> str:
    """Why no window can be shown here, and what to do; empty if one can."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal", "vnc"):
        return ""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return "There is no display here, so no window can be opened (set DISPLAY, or log in at a desktop)."
    if not display_answers():
        return (
            "The display that is set here does not answer (DISPLAY names one that is gone): log in again, or unset it."
        )
    packages = [package for library, package in QT_LIBRARIES.items() if not ctypes.util.find_library(library)]
    if packages:
        return f"Qt lacks system libraries; on Debian or Ubuntu: sudo apt install {' '.join(packages)}."
    return ""


def _version(part: str) -> str:
    try:
        return importlib.metadata.version(part)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _device() -> str:
    try:
        import torch
    except Exception as error:  # noqa: BLE001 - whatever keeps it from loading is what one wants to know
        return f"unknown: torch does not load ({error})"
    if torch.cuda.is_available():
        return f"CUDA: {torch.cuda.get_device_name(0)}"
    return "CPU"


def _workspace_missing() -> str:
    folder = default_workspace()
    there = next((parent for parent in (folder, *folder.parents) if parent.exists()), Path("/"))
    if os.access(there, os.W_OK):
        return ""
    return f"The workspace {folder} cannot be written: start with a folder of your own, “lora-studio FOLDER”."


def _model_missing() -> str:
    folder = bundled_model()
    there = (folder / "model.safetensors").is_file()
    return "" if there else "The bundled MiniGPT is missing: install the program again."
