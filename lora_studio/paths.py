"""Where things lie: the program's resources and the user's folders. Only this file knows of an installed bundle."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

HOME_VARIABLE = "LORA_STUDIO_HOME"  # puts everything that is the user's below one folder (tests, portable use)


def resources() -> Path:
    """The folder that holds icons/, translations/ and models/: of a bundle, a wheel, or the source tree."""
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [package / "_resources", package.parent / "resources"]
    if bundle is not None:
        candidates.insert(0, Path(bundle) / "resources")
    return next(folder for folder in candidates if folder.is_dir())


def bundled_model() -> Path:
    return resources() / "models" / "minigpt"


def default_workspace() -> Path:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "workspace" if home else platformdirs.user_documents_path() / "LoRA Studio"


def preferences_file() -> Path:
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) if home else platformdirs.user_config_path("lora-studio", appauthor=False)
    return folder / "preferences.json"


def cache_folder() -> Path:
    """What can be deleted at any time and is made again."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "cache" if home else platformdirs.user_cache_path("lora-studio", appauthor=False)
