"""What the window's tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale


@pytest.fixture
def english() -> Iterator[None]:
    """Numbers as an American writes them, whatever machine this is."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture(autouse=True)
def collects_in_this_thread() -> Iterator[None]:
    """As the application does: a collection that begins on a worker's thread would destroy Qt objects there."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()
