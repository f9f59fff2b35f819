"""What an experiment found, as JSON, as CSV and as text for a terminal."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys

import pytest

from lora_studio.core.experiments.result_text import (
    csv_of,
    csv_of_plot,
    files_of,
    json_of,
    text_of,
    text_table,
)
from lora_studio.core.experiments.results import (
    Column,
    Plot,
    Result,
    Series,
    Table,
    VariantFigures,
    decimals,
    variants_table,
)

BASE = VariantFigures("base", "Base", 0, 0.0, forgetting_kl=0.0, top1_kept=1.0)
LORA = VariantFigures("v_only", "LoRA V", 15_104, 1.234, 0.0412, 0.31, 0.8, extra={"corrected": 4, "kept": None})
TABLE = Table(
    "answers",
    "What each variant answers",
    (Column("Prompt"), Column("tisch", "share"), Column("Parameters", "count"), Column("Duration", "seconds")),
    (
        ("die katze, sitzt", 0.98131, 1_024, 1.5),
        ("läuft", 0.0002, 109_126, None),
        ("der hund", math.nan, None, 0.25),
    ),
)
CURVES = Plot(
    "loss",
    "Loss",
    "step",
    "loss",
    (Series("LoRA V", (1, 2, 3), (2.5, None, 0.5), 1), Series("LoRA all", (2, 4), (2.0, 0.25), 2)),
    y_kind="nats",
)
POINTS = Plot(
    "methods",
    "Methods",
    "forgetting",
    "target probability",
    (
        Series("LoRA", (0.125,), (0.97,), 1, "points", sizes=(1024,)),
        Series("Steering", (0.5, 0.25), (None, 0.5), 2, "points", sizes=(64, 64), labels=("c = 1", "c = 2")),
    ),
    size_label="trainable parameters",
)


def result(**changes: object) -> Result:
    values = {
        "name": "fact-correction", "title": "Fact correction",
        "parameters": {"seed": 0, "targets": {"v_only": ("v_proj",)}, "learning_rate": 2e-3},
        "variants": (BASE, LORA), "rows": ({"prompt": "die katze", "kl": math.inf, "answers": (("sofa", 0.9),)},),
        "tables": (TABLE,), "plots": (CURVES, POINTS), "notes": ("Seven prompts.",),
    }  # fmt: skip
    return Result(**(values | changes))  # type: ignore[arg-type] # a test's shorthand


# JSON


def test_plain_has_the_keys_of_every_experiment() -> None:
    found = result().plain()
    assert found["variants"] == [
        {"name": "base", "trainable_parameters": 0, "seconds": 0.0, "final_loss": None, "forgetting_kl": 0.0,
         "top1_kept": 1.0},
        {"name": "v_only", "trainable_parameters": 15_104, "seconds": 1.234, "final_loss": 0.0412,
         "forgetting_kl": 0.31, "top1_kept": 0.8, "corrected": 4, "kept": None},
    ]  # fmt: skip
    assert found["parameters"] == {"seed": 0, "targets": {"v_only": ["v_proj"]}, "learning_rate": 2e-3}
    assert found["rows"] == [{"prompt": "die katze", "kl": None, "answers": [["sofa", 0.9]]}]


def test_json_can_be_read_back_whole() -> None:
    read = json.loads(json_of(result()), parse_constant=pytest.fail)
    assert read == result().plain()
    assert read["tables"][0]["rows"][2] == ["der hund", None, None, 0.25]
    assert read["plots"][0]["series"][0]["ys"] == [2.5, None, 0.5]


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="no plain form"):
        result(rows=({"found": object()},)).plain()


# What does not fit together is refused where it is made


def test_rows_fit_their_columns() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        Table("t", "T", (Column("a"), Column("b")), (("x",),))
    with pytest.raises(ValueError, match="1 variants for 0 rows"):
        Table("t", "T", (Column("a"),), (), variants=(1,))


def test_series_have_as_many_ys_as_xs() -> None:
    with pytest.raises(ValueError, match="2 xs"):
        Series("s", (1, 2), (1.0,))
    with pytest.raises(ValueError, match="1 xs"):
        Series("s", (1,), (1.0,), style="points", labels=("a", "b"))


@pytest.mark.parametrize("name", ["", "../x", "Über", "a b", "-x"])
def test_names_become_file_names(name: str) -> None:
    with pytest.raises(ValueError, match="not a plain name"):
        Table(name, "T", (), ())


def test_names_are_unique() -> None:
    with pytest.raises(ValueError, match="same name"):
        result(tables=(TABLE, TABLE))


def test_an_extra_figure_replaces_none_of_the_common_ones() -> None:
    with pytest.raises(ValueError, match="seconds"):
        VariantFigures("a", "A", 0, 0.0, extra={"seconds": 3})


# How numbers are written


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("count", (1024, 3), 0),
        ("share", (0.98131, 0.5), 1),
        ("share", (1.0, 0.5), 0),
        ("nats", (0.4123, 0.01), 4),
        ("nats", (2.30149, 0.5), 3),
        ("number", (5, 20), 0),
        ("number", (0.002, 0.0002), 4),
        ("number", (0.5, None, math.nan, math.inf), 1),
        ("seconds", (151.04, 3.25), 0),
        ("seconds", (1.234, 0.5), 2),
        ("text", ("a",), 0),
        ("nats", (0.0, None), 0),
        ("nats", (), 0),
    ],
)
def test_decimals_say_something_in_every_row(kind: str, cells: tuple[object, ...], expected: int) -> None:
    assert decimals(kind, cells) == expected  # type: ignore[arg-type] # parametrized


def test_a_table_in_the_terminal() -> None:
    assert text_table(TABLE).splitlines() == [
        "What each variant answers",
        "  Prompt               tisch (%)    Parameters  Duration (s)",
        "  die katze, sitzt          98.1         1,024          1.50",
        "  läuft                     <0.1       109,126  not measured",
        "  der hund          not measured  not measured          0.25",
    ]


def test_a_result_in_the_terminal_tells_the_notes() -> None:
    text = text_of(result(tables=(TABLE, variants_table((BASE, LORA)))))
    assert text.startswith("What each variant answers\n")
    assert text.endswith("\n\n· Seven prompts.")
    assert text.splitlines()[-3].split() == ["LoRA", "V", "15,104", "1.23", "0.0412", "0.31", "80"]


def test_the_table_of_variants_marks_them_with_their_colours() -> None:
    assert variants_table((BASE, LORA)).variants == (0, 1)
    assert variants_table((LORA, LORA)).variants == (1, 2)
    assert variants_table((BASE, LORA)).rows[0] == ("Base", 0, 0.0, None, 0.0, 1.0)


# CSV


def lines_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_table_as_csv_has_plain_numbers() -> None:
    assert lines_of(csv_of(TABLE)) == [
        ["Prompt", "tisch", "Parameters", "Duration (s)"],
        ["die katze, sitzt", "0.98131", "1024", "1.5"],
        ["läuft", "0.0002", "109126", ""],
        ["der hund", "", "", "0.25"],
    ]


def test_curves_as_csv_share_their_x() -> None:
    assert lines_of(csv_of_plot(CURVES)) == [
        ["step", "LoRA V", "LoRA all"],
        ["1", "2.5", ""],
        ["2", "", "2"],
        ["3", "0.5", ""],
        ["4", "", "0.25"],
    ]


def test_points_as_csv_have_a_row_each() -> None:
    assert lines_of(csv_of_plot(POINTS)) == [
        ["series", "point", "forgetting", "target probability", "trainable parameters"],
        ["LoRA", "", "0.125", "0.97", "1024"],
        ["Steering", "c = 1", "0.5", "", "64"],
        ["Steering", "c = 2", "0.25", "0.5", "64"],
    ]


def test_a_curve_that_turns_back_keeps_its_points() -> None:
    back = Plot("p", "P", "forgetting", "probability", (Series("a", (0.1, 0.2, 0.1), (0.5, 0.6, 0.7)),))
    assert [line[1:] for line in lines_of(csv_of_plot(back))[1:]] == [["0.1", "0.5"], ["0.2", "0.6"], ["0.1", "0.7"]]


def test_bars_as_csv_name_their_categories() -> None:
    bars = Plot("b", "B", "prompt", "kept", (Series("LoRA", (0, 1), (0.5, 1.0), 1, "bars"),), categories=("a b", "c"))
    assert lines_of(csv_of_plot(bars)) == [["prompt", "LoRA"], ["a b", "0.5"], ["c", "1"]]


def test_files_of_a_result() -> None:
    files = files_of(result())
    assert set(files) == {"result.json", "table-answers.csv", "plot-loss.csv", "plot-methods.csv"}
    assert "läuft" in files["table-answers.csv"].decode("utf-8")


def test_results_are_free_of_torch() -> None:
    program = "import sys, lora_studio.core.experiments.result_text; assert not {'torch', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
