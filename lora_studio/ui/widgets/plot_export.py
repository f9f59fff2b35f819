"""A plot as the bytes of a picture."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from lora_studio.ui.widgets.plot_view import PlotView

SHARPNESS = 2  # pixels of the file for one of the screen


def as_png(plot: PlotView) -> bytes:
    image = QImage(plot.size() * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def as_svg(plot: PlotView) -> bytes:
    """Through Qt's generator (version 1.1 clips); pyqtgraph's own exporter fails on labels."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(plot.size())
    generator.setViewBox(plot.rect())
    generator.setTitle(plot.accessibleName())
    painter = QPainter(generator)
    plot.render(painter)
    painter.end()
    return bytes(buffer.data().data())
