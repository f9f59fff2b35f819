"""Colours, spacing and the style of the whole window, in a light and a dark version."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

GRID = 4  # px; spacings are multiples of it
PANEL_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours by meaning. Text colours have a contrast of at least 4.5:1 on every ground, marks of 3:1."""

    dark: bool
    window: str
    panel: str
    field: str
    text: str
    muted: str  # secondary text
    line: str  # hairlines
    edge: str  # the outline of fields and switches, 3:1
    hover: str  # behind what the pointer is on
    accent: str
    on_accent: str
    selection: str
    warning: str
    error: str
    success: str
    variants: tuple[str, ...]  # marks: the base first (neutral grey), then Okabe–Ito's hues, apart for the colour-blind


LIGHT = Colors(
    dark=False,
    window="#f3f4f5",
    panel="#ffffff",
    field="#ffffff",
    text="#1d2125",
    muted="#5b636b",
    line="#d5d9dd",
    edge="#848c95",
    hover="#e6e9ec",
    accent="#0a64ad",
    on_accent="#ffffff",
    selection="#d6e7f6",
    warning="#8a5a00",
    error="#b3261e",
    success="#00694f",
    variants=("#666d75", "#0072b2", "#b34e00", "#00986e", "#be719b", "#b87f00", "#3a94c9", "#6b5b00"),
)

DARK = Colors(
    dark=True,
    window="#1b1e21",
    panel="#23272b",
    field="#2b3035",
    text="#e8eaec",
    muted="#a3abb3",
    line="#3b4147",
    edge="#747d86",
    hover="#343a40",
    accent="#5fb0ee",
    on_accent="#0e1a24",
    selection="#263f56",
    warning="#f0b84a",
    error="#ff8a80",
    success="#4fd1a5",
    variants=("#8f979f", "#4aa8e0", "#f08a3c", "#2fc79b", "#dd98c0", "#e6a817", "#8cd0f5", "#f0e442"),
)


def colors_of(widget: QWidget) -> Colors:
    """The colours that go with the palette this widget is painted in."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def variant_color(colors: Colors, index: int) -> QColor:
    """The colour of the variant that has this place (`Session.color_place`; 0 is the base). The same everywhere."""
    if index == 0:
        return QColor(colors.variants[0])
    return QColor(colors.variants[1 + (index - 1) % (len(colors.variants) - 1)])


def palette(colors: Colors) -> QPalette:
    """Every role is set, so that nothing of the platform's own colours shines through."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, colors.window), (role.WindowText, colors.text), (role.Base, colors.field),
        (role.AlternateBase, colors.window), (role.Text, colors.text), (role.Button, colors.panel),
        (role.ButtonText, colors.text), (role.ToolTipBase, colors.panel), (role.ToolTipText, colors.text),
        (role.Highlight, colors.accent), (role.HighlightedText, colors.on_accent), (role.Link, colors.accent),
        (role.PlaceholderText, colors.muted), (role.Mid, colors.line), (role.Midlight, colors.line),
        (role.Dark, colors.line), (role.Light, colors.panel), (role.Shadow, colors.line),
        (role.BrightText, colors.error), (role.Accent, colors.accent),
    ):  # fmt: skip
        result.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(colors.muted))
    return result


def heading_font(font: QFont) -> QFont:
    """For the titles of panels: small, spaced capitals, so that they name without shouting."""
    result = QFont(font)
    result.setPointSizeF(max(7.0, font.pointSizeF() - 1.5))
    result.setCapitalization(QFont.Capitalization.AllUppercase)
    result.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
    result.setWeight(QFont.Weight.DemiBold)
    return result


def small_font(font: QFont) -> QFont:
    """For secondary lines: help, units, notes."""
    result = QFont(font)
    result.setPointSizeF(max(7.0, font.pointSizeF() - 1))
    return result


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet selects by, and restyles the widget."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def apply_theme(application: QApplication, colors: Colors) -> None:
    """Gives the application this palette and style; panels repaint by themselves (`changeEvent`, PaletteChange)."""
    from lora_studio.ui.style_sheet import style_sheet

    application.setStyle("Fusion")
    application.setPalette(palette(colors))
    application.setFont(_with_tabular_figures(application.font()))
    application.setStyleSheet(style_sheet(colors))


def _with_tabular_figures(font: QFont) -> QFont:
    """Digits of one width, so that columns and counters stand still."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result
