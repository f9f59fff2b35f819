"""Both themes can be read, and the variants' colours be told apart: measured, not judged by eye."""

from __future__ import annotations

import colorsys
import itertools
import math

import pytest

from lora_studio.ui.theme import DARK, LIGHT, Colors

BOTH = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
TEXTS = ("text", "muted", "accent", "warning", "error", "success")
GROUNDS = ("window", "panel", "field", "hover", "selection")

# Okabe and Ito (2008), in the order in which variants get them:
# blue, vermilion, green, purple, orange, sky blue, yellow.
OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442")

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
Matrix = tuple[tuple[float, float, float], ...]
PROTANOPIA: Matrix = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
DEUTERANOPIA: Matrix = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
NORMAL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)

Triple = tuple[float, float, float]


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_every_ground(colors: Colors, text: str, ground: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@BOTH
def test_what_stands_on_the_accent_can_be_read(colors: Colors) -> None:
    assert contrast(colors.on_accent, colors.accent) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["window", "panel", "field"])
def test_marks_and_outlines_stand_out(colors: Colors, ground: str) -> None:
    for mark in (colors.edge, colors.accent, *colors.variants):
        assert contrast(mark, getattr(colors, ground)) >= 3.0, mark


@BOTH
def test_the_variants_have_okabe_and_itos_colours_in_their_order(colors: Colors) -> None:
    """Lightness may differ, for contrast; the hue is theirs. The base is a neutral grey."""
    assert saturation(colors.variants[0]) < 0.1
    for own, theirs in zip(colors.variants[1:], OKABE_ITO, strict=True):
        apart = abs(hue(own) - hue(theirs))
        assert min(apart, 360 - apart) <= 15, (own, theirs)


@BOTH
@pytest.mark.parametrize("matrix", [NORMAL, DEUTERANOPIA, PROTANOPIA], ids=["normal", "deuteranopia", "protanopia"])
def test_the_first_six_variants_can_be_told_apart(colors: Colors, matrix: Matrix) -> None:
    """ΔE (CIE76) of 2.3 is just noticeable side by side; marks stand apart, so several times that is asked for."""
    seen = {color: lab(seen_by(matrix, color)) for color in colors.variants[:6]}
    for one, other in itertools.combinations(seen, 2):
        assert math.dist(seen[one], seen[other]) >= 10, (one, other)


# Measuring


def contrast(one: str, other: str) -> float:
    """WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(color: str) -> Triple:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(color))
    return red, green, blue


def rgb(color: str) -> Triple:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def hue(color: str) -> float:
    return 360 * colorsys.rgb_to_hls(*rgb(color))[0]


def saturation(color: str) -> float:
    return colorsys.rgb_to_hls(*rgb(color))[2]


def seen_by(matrix: Matrix, color: str) -> Triple:
    return times(matrix, linear(color))


def times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (min(max(sum(a * b for a, b in zip(row, vector, strict=True)), 0), 1) for row in matrix)
    return first, second, third


def lab(color: Triple) -> Triple:
    """CIE L*a*b* (D65) of a linear RGB colour."""

    def f(value: float) -> float:
        return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116

    raw = (sum(a * b for a, b in zip(row, color, strict=True)) for row in XYZ)
    x, y, z = (f(value / white) for value, white in zip(raw, WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
