"""What an experiment found out: figures, tables and plots that any face can show. All frozen, free of torch.

Titles, labels and notes are English; the window translates them (context "Experiments").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

Cell = str | int | float | None  # None: not measured
Kind = Literal["text", "label", "count", "share", "number", "seconds", "nats"]
Style = Literal["line", "dashed", "points", "bars"]
Plain = str | int | float | bool | list[Any] | dict[str, Any] | None

UNITS: dict[Kind, str] = {"share": "%", "seconds": "s", "nats": "nats"}
WORDS: frozenset[Kind] = frozenset({"text", "label"})
NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")  # names become file names


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """What one variant cost and what it forgot. `name` is for programs, `title` for people.

    `forgetting_kl` is the mean KL(base ‖ variant) in nats over the prompts that should have stayed, `top1_kept` the
    share (0…1) of them whose most probable token stayed. None: not measured. `extra` holds an experiment's own figures.
    """

    name: str
    title: str
    trainable_parameters: int
    seconds: float
    final_loss: float | None = None
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    extra: Mapping[str, Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if taken := set(self.extra) & {item.name for item in fields(self)}:
            raise ValueError(f"variant {self.name}: extra figures with names that are taken: {sorted(taken)}")

    def plain(self) -> dict[str, Plain]:
        own = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in {"title", "extra"}}
        return {name: plain(value) for name, value in {**own, **self.extra}.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how cells are written: "text" is data, "label" is ours and is translated, a "share" lies in 0…1.

    `unit` replaces the kind's own. `variant` is the place whose colour marks the column (0: the base).
    """

    title: str
    kind: Kind = "text"
    unit: str = ""
    variant: int | None = None

    @property
    def is_number(self) -> bool:
        return self.kind not in WORDS

    @property
    def shown_unit(self) -> str:
        return self.unit or UNITS.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order in which they are shown first. `variants`: the place whose colour marks each row, if any."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    variants: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        _check_name(self.name)
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.name}: every row needs {len(self.columns)} cells")
        if self.variants and len(self.variants) != len(self.rows):
            raise ValueError(f"table {self.name}: {len(self.variants)} variants for {len(self.rows)} rows")


@dataclass(frozen=True, slots=True)
class Series:
    """One curve, group of points or group of bars. A `ys` of None was not measured: a line leads past it.

    `variant` is the place whose colour it has (0: the base); None gives it a colour that is no variant's. `sizes` are
    what the points' areas stand for; `labels` name the points (without them, a single point has the series' name).
    """

    name: str
    xs: tuple[float, ...]
    ys: tuple[float | None, ...]
    variant: int | None = None
    style: Style = "line"
    sizes: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lengths = [len(values) for values in (self.ys, self.sizes, self.labels) if values or values is self.ys]
        if any(length != len(self.xs) for length in lengths):
            raise ValueError(f"series {self.name}: {len(self.xs)} xs, but {lengths} of the others")

    def label(self, index: int) -> str:
        """What the point at `index` is called; may be empty."""
        if self.labels:
            return self.labels[index]
        return self.name if self.style == "points" and len(self.xs) == 1 else ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Series over one pair of axes. The kinds say how values are written; shares are drawn on a scale of 0 to 100 %.

    With `categories`, x counts them from 0; bars of one x stand side by side. `point_labels` writes the points' names
    beside them. `size_label` says what the sizes of points stand for. A logarithmic axis leaves out what is not
    above 0.
    """

    name: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    x_log: bool = False
    y_log: bool = False
    point_labels: bool = False
    x_kind: Kind = "number"
    y_kind: Kind = "number"
    categories: tuple[str, ...] = ()
    size_label: str = ""

    def __post_init__(self) -> None:
        _check_name(self.name)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that an experiment found. `rows` are its raw findings, whatever their keys; `parameters` made them."""

    name: str
    title: str
    parameters: Mapping[str, Any]
    variants: tuple[VariantFigures, ...]
    rows: tuple[Mapping[str, Any], ...]
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_name(self.name)
        for names in ([table.name for table in self.tables], [plot.name for plot in self.plots]):
            if len(set(names)) != len(names):
                raise ValueError(f"two of the same name: {names}")

    def plain(self) -> dict[str, Plain]:
        """For JSON: no tuple, no NaN, no infinity."""
        return {
            "name": self.name,
            "title": self.title,
            "rows": plain(self.rows),
            "variants": [variant.plain() for variant in self.variants],
            "parameters": plain(self.parameters),
            "tables": plain(self.tables),
            "plots": plain(self.plots),
            "notes": plain(self.notes),
        }


def plain(value: object) -> Plain:
    """`value` in JSON's own types. What is not a finite number becomes None.

    Raises:
        TypeError: JSON has nothing for it.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form: {value!r}")


def variants_table(variants: Sequence[VariantFigures], title: str = "What each variant cost and forgot") -> Table:
    """The figures that every experiment has. The first variant has the base's colour if it trained nothing."""
    columns = (
        Column("Variant"), Column("Trainable parameters", "count"), Column("Duration", "seconds"),
        Column("Final loss", "nats"), Column("Forgetting", "nats"), Column("Top-1 kept", "share"),
    )  # fmt: skip
    rows = tuple(
        (v.title, v.trainable_parameters, v.seconds, v.final_loss, v.forgetting_kl, v.top1_kept) for v in variants
    )
    first = 0 if variants and variants[0].trainable_parameters == 0 else 1
    return Table("variants", title, columns, rows, tuple(range(first, first + len(rows))))


def is_measured(cell: Cell) -> bool:
    """False for None and for what is no finite number."""
    return cell is not None and (isinstance(cell, str) or math.isfinite(cell))


def scaled(kind: Kind, value: float) -> float:
    """The number as it is shown: a share in percent."""
    return 100 * value if kind == "share" else value


def decimals(kind: Kind, cells: Iterable[Cell]) -> int:
    """With how many decimals a column is written, so that its points stand below each other.

    The largest value gets three or four significant figures; decimals that are zero in every row are left out.
    """
    if kind in WORDS or kind == "count":
        return 0
    numbers = [scaled(kind, cell) for cell in cells if not isinstance(cell, str) and cell is not None]
    numbers = [number for number in numbers if math.isfinite(number)]
    largest = max(map(abs, numbers), default=0.0)
    if largest == 0:
        return 0
    most = 1 if kind == "share" else (2 if kind == "seconds" else 3) - math.floor(math.log10(largest))
    return next(count for count in range(max(0, most) + 1) if count >= most or _same(numbers, count, most))


def _same(numbers: Sequence[float], fewer: int, most: int) -> bool:
    return all(round(number, fewer) == round(number, most) for number in numbers)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(f"not a plain name: {name!r}")
