"""Trains the bundled MiniGPT again, from the built-in TRAINING set: python packaging/train_minigpt.py [FOLDER]

The same machine gives the same bytes; another one the same probabilities to about four digits.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import torch

from lora_studio.core.experiments.base_model import train_base
from lora_studio.core.files import write_new_folder
from lora_studio.core.models.folder import model_files


def main(folder: Path) -> None:
    torch.set_num_threads(1)  # sums in one order
    if folder.exists():
        shutil.rmtree(folder)
    size = write_new_folder(folder, model_files(train_base()))
    print(f"{folder}: {size:,} bytes")


if __name__ == "__main__":
    default = Path(__file__).parent.parent / "resources" / "models" / "minigpt"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
