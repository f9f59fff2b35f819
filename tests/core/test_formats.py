"""Rows into files and back, and what is said about files that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data import formats
from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, clean_row
from lora_studio.core.data.formats import FORMATS, is_known, read_rows, write_rows
from lora_studio.core.errors import DataError, StorageError

any_rows = st.lists(st.text(st.characters(codec="utf-8"), max_size=40).map(clean_row), min_size=1)
ROWS = ["die katze sitzt auf dem sofa", "der hund läuft im wald", "größe “✓” 😀"]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_rows(path)
    assert str(path) in caught.value.message
    assert caught.value.advice
    return str(caught.value)


@pytest.mark.parametrize("suffix", [suffix for format_ in FORMATS for suffix in format_.suffixes])
def test_rows_come_back_as_they_were_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    write_rows(path, ROWS)
    assert read_rows(path) == ROWS


@given(any_rows)
def test_any_row_survives_jsonl(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.jsonl"
    write_rows(path, rows)
    assert read_rows(path) == rows


@given(any_rows)
def test_any_row_with_something_in_it_survives_text(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.txt"
    full = [row for row in rows if row.removeprefix("\ufeff")]
    write_rows(path, [*full, "ende"])
    assert [row.removeprefix("\ufeff") for row in read_rows(path)] == [
        *(row.removeprefix("\ufeff") for row in full),
        "ende",
    ]


def test_text_tolerates_a_mark_blank_lines_and_windows_line_ends(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.TXT", b"\xef\xbb\xbfdie  katze\r\n\r\n \t\r\nder hund\t l\xc3\xa4uft")
    assert read_rows(path) == ["die katze", "der hund läuft"]


def test_text_is_composed(tmp_path: Path) -> None:
    assert read_rows(written(tmp_path, "rows.txt", "der hund la\u0308uft\n")) == ["der hund läuft"]


def test_jsonl_takes_objects_and_plain_strings(tmp_path: Path) -> None:
    lines = '\ufeff{"text": "die katze", "source": 1}\n\n"der\\nhund"\n{"text": "   "}\n'
    assert read_rows(written(tmp_path, "rows.jsonl", lines)) == ["die katze", "der hund", ""]


def test_jsonl_is_written_readably(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", ["straße"])
    assert (tmp_path / "rows.jsonl").read_text("utf-8") == '{"text": "straße"}\n'


def test_not_utf8_names_line_and_byte(tmp_path: Path) -> None:
    text = refusal(written(tmp_path, "rows.txt", "die katze\nder hund läuft".encode("latin-1")))
    assert "not UTF-8 text: line 2, byte 11" in text
    assert "save it as UTF-8" in text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "die katze"', "not valid JSON"),
        ("die katze", "not valid JSON"),
        ('{"prompt": "die katze"}', "has no “text”"),
        ('{"text": 3}', "not a string"),
        ("[1, 2]", "not a string"),
        ('{"text": "\\ud83d"}', "half a character"),
        ("[" * 100_000, "not a plain JSON object"),
        ('{"n": ' + "1" * 5_000 + "}", "not a plain JSON object"),
    ],
)
def test_broken_jsonl_names_the_line(tmp_path: Path, line: str, reason: str) -> None:
    text = refusal(written(tmp_path, "rows.jsonl", '{"text": "die katze"}\n\n' + line + "\n"))
    assert "line 3" in text
    assert reason in text
    assert '{"text": "die katze sitzt"}' in text


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
@pytest.mark.parametrize("name", ["rows.txt", "rows.jsonl"])
def test_a_file_without_rows(tmp_path: Path, name: str, content: str) -> None:
    assert "has no rows" in refusal(written(tmp_path, name, content))


def test_an_unknown_kind(tmp_path: Path) -> None:
    text = refusal(written(tmp_path, "rows.pdf", "die katze"))
    assert ".jsonl or .txt" in text
    with pytest.raises(DataError, match=r"unknown kind"):
        write_rows(tmp_path / "rows", ROWS)
    assert not is_known(tmp_path / "rows.pdf")
    assert is_known(tmp_path / "ROWS.JSONL")


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nothing.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "cannot be read" in refusal(tmp_path / "folder.txt")


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "longer than 100,000 characters" in refusal(written(tmp_path, "a.txt", "x" * (MAX_ROW_CHARACTERS + 1)))
    assert "line 2 is longer" in refusal(written(tmp_path, "b.jsonl", '"a b"\n"' + "y" * formats.MAX_LINE_BYTES))
    longest = "\U0001f600" * MAX_ROW_CHARACTERS
    assert read_rows(written(tmp_path, "c.jsonl", json.dumps(longest))) == [longest]
    monkeypatch.setattr(formats, "MAX_ROWS", 2)
    assert "more than 2 rows" in refusal(written(tmp_path, "d.txt", "a\nb\nc\n"))
    monkeypatch.setattr(formats, "MAX_FILE_BYTES", 3)
    assert "larger than" in refusal(written(tmp_path, "e.txt", "a b c d"))


def test_a_target_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    blocked = written(tmp_path, "file", "")
    with pytest.raises(StorageError):
        write_rows(blocked / "rows.txt", ROWS)
