"""The line icons: one family, in the text colour of the widget they stand in."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from lora_studio import paths
from lora_studio.ui.theme import colors_of

# Pixels, not points: 16 and 24 px at once, one and a half times and twice the resolution.
SIZES = (16, 24, 32, 48)
DISABLED_OPACITY = 0.38


class _Kind(NamedTuple):
    name: str
    tint: str


# What each icon was made from, by QIcon.cacheKey, which survives copying; `refresh` needs it.
_kinds: dict[int, _Kind] = {}


def icon(name: str, widget: QWidget, tint: str = "") -> QIcon:
    """The icon `name` in the text colour of `widget`. After a change of theme, `refresh` exchanges it.

    Args:
        name: a file of resources/icons, without its suffix.
        widget: whose palette counts.
        tint: a field of `theme.Colors` (such as "error") that replaces the text colour.
    """
    result = _icon(_Kind(name, tint), _color(widget, tint).name(), _color(widget, "").name())
    _kinds[result.cacheKey()] = _Kind(name, tint)
    return result


def application_icon() -> QIcon:
    """The coloured icon of the program."""
    return QIcon(str(paths.resources() / "icons" / "app.svg"))


def pixmap(name: str, widget: QWidget, size: int = 16, tint: str = "") -> QPixmap:
    """The icon as a picture for a label, at the resolution of the widget's screen."""
    return icon(name, widget, tint).pixmap(QSize(size, size), widget.devicePixelRatioF())


def refresh(window: QWidget) -> None:
    """Gives every button and action below `window` its icon in the colours of now."""
    for button in window.findChildren(QAbstractButton):
        if kind := _kinds.get(button.icon().cacheKey()):
            button.setIcon(icon(kind.name, button, kind.tint))
    for action in window.findChildren(QAction):
        if kind := _kinds.get(action.icon().cacheKey()):
            action.setIcon(icon(kind.name, window, kind.tint))


def _color(widget: QWidget, tint: str) -> QColor:
    if tint:
        return QColor(getattr(colors_of(widget), tint))
    return widget.palette().color(QPalette.ColorGroup.Normal, QPalette.ColorRole.WindowText)


@cache
def _icon(kind: _Kind, color: str, text_color: str) -> QIcon:
    """One icon for each kind and colour. The tint alone tells apart two kinds that look alike in one theme."""
    drawing = (paths.resources() / "icons" / f"{kind.name}.svg").read_text(encoding="utf-8")
    enabled, disabled = (
        QSvgRenderer(QByteArray(drawing.replace("currentColor", which).encode())) for which in (color, text_color)
    )
    result = QIcon()
    for size in SIZES:
        result.addPixmap(_painted(enabled, size), QIcon.Mode.Normal)
        result.addPixmap(_painted(disabled, size, DISABLED_OPACITY), QIcon.Mode.Disabled)
    return result


def _painted(renderer: QSvgRenderer, size: int, opacity: float = 1.0) -> QPixmap:
    result = QPixmap(size, size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setOpacity(opacity)
    renderer.render(painter)
    painter.end()
    return result
