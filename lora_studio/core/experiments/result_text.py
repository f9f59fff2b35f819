"""A result as text: tables for the terminal, CSV and JSON for files. Free of torch."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from lora_studio.core.experiments.results import (
    Cell,
    Column,
    Plot,
    Result,
    Series,
    Table,
    decimals,
    is_measured,
    scaled,
)

NOT_MEASURED = "not measured"


def text_of(result: Result) -> str:
    """The whole result for a terminal: its tables and notes."""
    parts = [text_table(table) for table in result.tables]
    if result.notes:
        parts.append("\n".join(f"· {note}" for note in result.notes))
    return "\n\n".join(parts)


def text_table(table: Table) -> str:
    """For a terminal: title, header and rows, numbers right-aligned with thousands separated, shares in percent."""
    columns = [_written_column(table, index) for index in range(len(table.columns))]
    widths = [max(map(len, column)) for column in columns]
    lines = (
        "  ".join(
            text.rjust(width) if column.is_number else text.ljust(width)
            for text, width, column in zip(line, widths, table.columns, strict=True)
        )
        for line in zip(*columns, strict=True)
    )
    return "\n".join([table.title, *(f"  {line}".rstrip() for line in lines)])


def csv_of(table: Table) -> str:
    """Plain numbers with a dot, shares as 0…1, empty where nothing was measured."""
    header = [_plain_title(column) for column in table.columns]
    return _csv([header, *([_plain_cell(cell) for cell in row] for row in table.rows)])


def csv_of_plot(plot: Plot) -> str:
    """Curves and bars as columns over one x; points, which need not share their x, as a row each."""
    as_rows = any(series.style == "points" or len(set(series.xs)) < len(series.xs) for series in plot.series)
    return _csv(_point_lines(plot) if as_rows else _curve_lines(plot))


def json_of(result: Result) -> str:
    return json.dumps(result.plain(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def files_of(result: Result) -> dict[str, bytes]:
    """`result.json` and every table and plot as CSV, by file name."""
    texts = {"result.json": json_of(result)}
    texts |= {f"{table_file(table)}.csv": csv_of(table) for table in result.tables}
    texts |= {f"{plot_file(plot)}.csv": csv_of_plot(plot) for plot in result.plots}
    return {name: text.encode() for name, text in texts.items()}


def table_file(table: Table) -> str:
    """The file's name without its suffix."""
    return f"table-{table.name}"


def plot_file(plot: Plot) -> str:
    """The file's name without its suffix."""
    return f"plot-{plot.name}"


# For the terminal


def _written_column(table: Table, index: int) -> list[str]:
    column, cells = table.columns[index], [row[index] for row in table.rows]
    unit = f" ({column.shown_unit})" if column.shown_unit else ""
    digits = decimals(column.kind, cells)
    return [column.title + unit, *(_written(cell, column, digits) for cell in cells)]


def _written(cell: Cell, column: Column, digits: int) -> str:
    if cell is None or not is_measured(cell):
        return NOT_MEASURED
    if isinstance(cell, str):
        return cell
    value = scaled(column.kind, cell)
    if value and abs(value) < 0.5 * 10**-digits:
        return f"<{10**-digits:.{digits}f}" if value > 0 else f">-{10**-digits:.{digits}f}"
    return f"{value:,.{digits}f}"


# For files


def _curve_lines(plot: Plot) -> Iterator[list[str]]:
    yield [_x_title(plot), *(series.name for series in plot.series)]
    columns = [dict(zip(series.xs, series.ys, strict=True)) for series in plot.series]
    for x in sorted({x for column in columns for x in column}):
        yield [_x_cell(plot, x), *(_plain_cell(column.get(x)) for column in columns)]


def _point_lines(plot: Plot) -> Iterator[list[str]]:
    sizes = any(series.sizes for series in plot.series)
    names = any(series.labels for series in plot.series)
    yield [
        "series", *(["point"] if names else []), _x_title(plot), plot.y_label,
        *([plot.size_label or "size"] if sizes else []),
    ]  # fmt: skip
    for series in plot.series:
        for index, (x, y, size) in enumerate(zip_longest(series.xs, series.ys, series.sizes)):
            named = [_point_name(series, index)] if names else []
            sized = [_plain_cell(size)] if sizes else []
            yield [series.name, *named, _x_cell(plot, x), _plain_cell(y), *sized]


def _point_name(series: Series, index: int) -> str:
    return series.label(index) if series.labels else ""


def _x_title(plot: Plot) -> str:
    return plot.x_label or "x"


def _x_cell(plot: Plot, x: float) -> str:
    return plot.categories[round(x)] if plot.categories else _plain_cell(x)


def _plain_title(column: Column) -> str:
    """The unit goes with the title, but for shares: those are written as 0…1."""
    return f"{column.title} ({column.shown_unit})" if column.shown_unit and column.kind != "share" else column.title


def _plain_cell(cell: Cell) -> str:
    if cell is None or not is_measured(cell):
        return ""
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


def _csv(lines: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
