"""A plot as the bytes of a picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from lora_studio.ui.widgets.plot_view import PlotView

SHARPNESS = 2  # pixels of the file for one of the screen
Paint = Callable[[QPainter], object]


def as_png(plot: PlotView) -> bytes:
    return png_of(plot.size(), plot.render)


def as_svg(plot: PlotView) -> bytes:
    """Through Qt's generator; pyqtgraph's own exporter fails on labels."""
    return svg_of(plot.size(), plot.render, plot.accessibleName(), plot.logicalDpiX())


def png_of(size: QSize, paint: Paint) -> bytes:
    """What `paint` paints on `size`, with `SHARPNESS` times as many pixels."""
    image = QImage(size * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def svg_of(size: QSize, paint: Paint, title: str, resolution: int) -> bytes:
    """The same as drawings and text. `resolution` is the screen's: pyqtgraph's axes are recordings, which Qt scales."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # this version clips
    generator.setOutputDevice(buffer)
    generator.setResolution(resolution)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setTitle(title)
    painter = QPainter(generator)
    paint(painter)
    painter.end()
    return bytes(buffer.data().data())
