"""Datasets of others: recognised by their first records, read into rows, and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import MAX_ROW_CHARACTERS, Role
from lora_studio.core.data.examples import completion_row, messages_row, text_row
from lora_studio.core.data.file_formats import reading, records
from lora_studio.core.data.file_formats.layouts import ColumnMapping, recognise
from lora_studio.core.data.file_formats.reading import iter_dataset, read_dataset
from lora_studio.core.data.file_formats.records import is_importable
from lora_studio.core.data.file_formats.writing import WRITERS, Writer, write_dataset
from lora_studio.core.data.formats import read_rows, write_rows
from lora_studio.core.data.problems import RowProblem
from lora_studio.core.errors import DataError

HI = completion_row("Hi", "Hello")
CHAT = messages_row(
    [("system", "Be kind"), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Bye")]
)
COUNTERFACT = {
    "case_id": 0,
    "requested_rewrite": {
        "prompt": "The mother tongue of {} is",
        "relation_id": "P103",
        "target_new": {"str": "English", "id": "Q1860"},
        "target_true": {"str": "French", "id": "Q150"},
        "subject": "Danielle Darrieux",
    },
    "paraphrase_prompts": ["Danielle Darrieux, a native"],
    "neighborhood_prompts": ["The mother tongue of Léon Blum is"],
}
COUNTERFACT_PROBES = (
    Probe(prompt="The mother tongue of Danielle Darrieux is", wanted="English", kind="corrected"),
    Probe(prompt="Danielle Darrieux, a native", wanted="English", kind="corrected"),
    Probe(prompt="The mother tongue of Léon Blum is"),
)


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    if name.endswith((".jsonl", ".ndjson")) and isinstance(content, list):
        content = "".join(json.dumps(one) + "\n" for one in content)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.ndjson"])
@pytest.mark.parametrize(
    ("record", "kind", "row"),
    [
        ({"text": "die katze"}, "texts", "die katze"),
        ({"text": "die\nkatze", "source": 3}, "texts", text_row("die\nkatze")),
        ({"content": "die katze", "id": 3}, "texts", "die katze"),
        ("die katze", "texts", "die katze"),
        ({"prompt": "Hi", "completion": "Hello"}, "completions", HI),
        ({"prompt": "Hi", "response": "Hello", "score": 1}, "completions", HI),
        ({"question": "Hi", "answer": "Hello"}, "completions", HI),
        ({"input": "Hi", "output": "Hello"}, "completions", HI),
        ({"instruction": "Hi", "response": "Hello", "category": "x"}, "completions", HI),
        (
            {"prompt": "Hi", "completion": "Hello", "system": "Be kind"},
            "completions",
            completion_row("Hi", "Hello", "Be kind"),
        ),
        (
            {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "Hello"}]},
            "completions",
            messages_row([("user", "Hi"), ("assistant", "Hello")]),
        ),
        ({"instruction": "Hi", "input": "", "output": "Hello"}, "alpaca", HI),
        ({"instruction": "Add", "input": "1, 2", "output": "3"}, "alpaca", completion_row("Add\n\n1, 2", "3")),
        (
            {"system": "Be kind", "conversations": [
                {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
            "sharegpt",
            messages_row([("system", "Be kind"), ("user", "Hi"), ("assistant", "Hello")]),
        ),
        (
            {"conversations": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]},
            "sharegpt",
            messages_row([("user", "Hi"), ("assistant", "Hello")]),
        ),
        (
            {"messages": [{"role": "developer", "content": [{"type": "text", "text": "Be kind"}]},
                          {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello", "name": "x"}]},
            "messages",
            messages_row([("system", "Be kind"), ("user", "Hi"), ("assistant", "Hello")]),
        ),
    ],
)  # fmt: skip
def test_layouts_are_recognised_and_read(tmp_path: Path, name: str, record: Any, kind: str, row: str) -> None:
    path = written(tmp_path, name, [record] * 3)
    layout = recognise(path)
    assert layout.kind == kind
    assert layout.is_known
    found = read_dataset(path, layout)
    assert found.rows == (row,) * 3
    assert found.role is (Role.FINETUNING if kind == "texts" else Role.INSTRUCTION)
    assert not found.problems
    assert read_dataset(path) == found


def test_facts_of_counterfact(tmp_path: Path) -> None:
    found = read_dataset(written(tmp_path, "counterfact.json", [COUNTERFACT]))
    assert found.rows == ("The mother tongue of Danielle Darrieux is English",)
    assert found.probes == COUNTERFACT_PROBES
    assert found.role is Role.FACT_CORRECTION


def test_facts_of_easyedit(tmp_path: Path) -> None:
    edits = [
        {
            "prompt": "Who wrote {}?", "subject": "Emma", "target_new": "Bob", "ground_truth": ["Jane"],
            "rephrase_prompt": "Emma was written by", "locality_prompt": "Who wrote Ulysses?",
        },
        {
            "prompt": "The capital of Bulgaria is", "target_new": ["Varna"], "rephrase": "Bulgaria's capital is",
            "locality": {"Relation_Specificity": [{"prompt": "The capital of Italy is", "ground_truth": "Rome"}]},
        },
        {"src": "What is X?", "alt": "A river", "subject": "X", "rephrase": "X is", "loc": "nq question: who sang"},
    ]  # fmt: skip
    found = read_dataset(written(tmp_path, "edits.json", edits))
    assert found.rows == ("Who wrote Emma? Bob", "The capital of Bulgaria is Varna", "What is X? A river")
    kept = {probe.prompt for probe in found.probes if probe.kind == "kept"}
    assert kept == {"Who wrote Ulysses?", "The capital of Italy is", "who sang"}
    wanted = {probe.prompt: probe.wanted for probe in found.probes if probe.kind == "corrected"}
    assert wanted["Emma was written by"] == "Bob"
    assert wanted["Bulgaria's capital is"] == "Varna"
    assert wanted["X is"] == "A river"


def test_facts_come_back_with_what_asks_for_them(tmp_path: Path) -> None:
    other = {"prompt": "The capital of Bulgaria is", "target_new": "Varna", "rephrase_prompt": "Bulgaria's capital is"}
    found = read_dataset(written(tmp_path, "facts.json", [COUNTERFACT, other]))
    path = tmp_path / "again.json"
    write_dataset(path, [*found.rows, "ein satz"], by_name("Facts"), found.probes)
    again = read_dataset(path)
    assert again.rows == (*found.rows, "ein satz")
    assert again.probes[: len(found.probes)] == found.probes


def test_tables(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", 'question,answer,n\r\n"Hi, ""you""","Hello\nthere",1\r\n\r\n,,\r\nBye,Bye,2\r\n')
    layout = recognise(path)
    assert (layout.kind, layout.columns) == ("completions", ("question", "answer", "n"))
    assert layout.samples[0] == ('Hi, "you"', "Hello there", "1")
    assert layout.mapping == ColumnMapping(prompt="question", completion="answer")
    assert read_dataset(path).rows == (completion_row('Hi, "you"', "Hello\nthere"), completion_row("Bye", "Bye"))
    tabs = written(tmp_path, "x.tsv", "\ufefftext\tlabel\ndie katze\t1\n")
    assert read_dataset(tabs).rows == ("die katze",)


def test_lines_of_text(tmp_path: Path) -> None:
    assert read_dataset(written(tmp_path, "x.txt", "die  katze\n\n der hund\n")).rows == ("die katze", "der hund")


def test_columns_of_anything_else(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", [{"frage": "Hi", "mehr": {"antwort": "Hello", "rolle": "Be kind"}}] * 2)
    layout = recognise(path)
    assert layout.kind == "unknown"
    assert layout.columns == ("frage", "mehr")
    with pytest.raises(DataError, match="not known what the columns"):
        read_dataset(path, layout)
    found = read_dataset(path, ColumnMapping(prompt="frage", completion="mehr.antwort", system="mehr.rolle"))
    assert found.rows == (completion_row("Hi", "Hello", "Be kind"),) * 2
    assert read_dataset(path, ColumnMapping(text="frage")).rows == ("Hi",) * 2
    assert read_dataset(path, ColumnMapping(completion="frage")).rows == (completion_row("", "Hi"),) * 2
    for wrong in ({}, {"text": "a", "completion": "b"}, {"prompt": "a"}):
        with pytest.raises(ValueError, match="either the text, or the completion"):
            ColumnMapping(**wrong)


BAD = [
    ({"prompt": "a", "completion": "b"}, None),
    ({"prompt": "a"}, ("no such column", "completion")),
    ({"prompt": "a", "completion": ""}, ("no completion", "a")),
    ({"prompt": " ", "completion": "\n"}, ("empty", " ")),
    ({"prompt": "a", "completion": 3}, ("not a string", "completion")),
    ({"prompt": None, "completion": "b"}, ("not a string", "prompt")),
    ({"prompt": "a", "completion": "b" * MAX_ROW_CHARACTERS}, ("too long", None)),
    ({"prompt": "a\ud83d", "completion": "b"}, ("half a character", "")),
    ([1, 2], ("no such column", "prompt")),
]


def test_problems_are_told_by_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    lines = [json.dumps(record) for record, _ in BAD]
    path = written(tmp_path, "x.jsonl", "\n".join([*lines[:2], "", "{broken", *lines[2:]]))
    found = read_dataset(path, ColumnMapping(prompt="prompt", completion="completion"), skip_bad=True)
    assert found.rows == (completion_row("a", "b"),)
    assert found.problems[1] == RowProblem(4, "bad JSON", "{broken")
    told = [problem for problem in found.problems if problem.kind != "bad JSON"]
    for problem, (line, (_, wanted)) in zip(told, enumerate(BAD[1:], start=2), strict=True):
        assert wanted is not None
        assert problem.line == (line if line == 2 else line + 2)
        assert problem.kind == wanted[0]
        assert wanted[1] is None or problem.text == wanted[1]
    with pytest.raises(DataError, match="line 2 has no “completion”"):
        read_dataset(path, ColumnMapping(prompt="prompt", completion="completion"))


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"messages": []}, "empty"),
        ({"messages": [{"role": "user", "content": "a"}]}, "no completion"),
        ({"messages": [{"role": "judge", "content": "a"}]}, "unknown role"),
        ({"messages": [{"role": "user", "content": None}]}, "not a string"),
        ({"messages": [{"content": "a"}]}, "no such column"),
        ({"messages": "a"}, "not a string"),
        ({"other": "a"}, "no such column"),
    ],
)
def test_chats_that_are_none(tmp_path: Path, record: Any, kind: str) -> None:
    good = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    found = read_dataset(written(tmp_path, "x.jsonl", [good, record, good]), skip_bad=True)
    assert len(found.rows) == 2
    assert [(problem.line, problem.kind) for problem in found.problems] == [(2, kind)]


@pytest.mark.parametrize(
    "record", [{"prompt": "a", "target_new": ""}, {"prompt": 3, "target_new": "b"}, {"prompt": "a"}, 7]
)
def test_facts_that_are_none(tmp_path: Path, record: Any) -> None:
    good = {"prompt": "a", "target_new": "b"}
    found = read_dataset(written(tmp_path, "x.json", [good, record, good]), skip_bad=True)
    assert found.rows == ("a b", "a b")
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    "content",
    [
        '{"version": 1, "note": ["x"], "data": [%s, %s]}',
        '{"data": [%s,\n %s]}',
        "[%s,%s]",
        "%s\n%s\n",
        " [\n%s\n,\n%s ]\n",
    ],
)
def test_json_in_its_ways(tmp_path: Path, content: str) -> None:
    chats = ([{"from": "human", "value": name}, {"from": "gpt", "value": "b"}] for name in "xy")
    one, two = (json.dumps({"conversations": chat}) for chat in chats)
    found = read_dataset(written(tmp_path, "x.json", content % (one, two)))
    assert found.rows == tuple(messages_row([("user", name), ("assistant", "b")]) for name in "xy")


def test_a_file_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PIECE", 7)
    texts = [f"satz {number} {'ü' * number}x" for number in range(30)]
    for name, content in (
        ("a.json", json.dumps([{"text": text} for text in texts], indent=1)),
        ("b.json", json.dumps({"n": 12345678901, "data": [{"text": text} for text in texts]}, ensure_ascii=False)),
        ("c.jsonl", "\n".join(json.dumps({"text": text}) for text in texts)),
        ("d.txt", "\n".join(texts)),
        ("e.csv", "text\n" + "\n".join(texts)),
    ):
        assert read_dataset(written(tmp_path, name, content)).rows == tuple(texts), name


def test_a_list_in_an_object_too_long_to_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORD_CHARACTERS", 200)
    monkeypatch.setattr(records, "PIECE", 16)
    content = json.dumps({"version": 1, "data": [{"text": f"satz nummer {number}"} for number in range(50)]})
    assert len(read_dataset(written(tmp_path, "x.json", content)).rows) == 50


@pytest.mark.parametrize(
    ("content", "line"),
    [("[1, 2", 1), ('[{"text": "a b"},\n{"text": ]', 2), ("nothing", 1), ('{"a" "b"}', 1), ('[{"text": "a"}\n"x"]', 2)],
)
def test_broken_json_is_told_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(DataError, match=f"not valid JSON from line {line} on"):
        read_dataset(written(tmp_path, "x.json", content), ColumnMapping(text="text"), skip_bad=True)


def test_files_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="unknown kind"):
        recognise(tmp_path / "x.parquet")
    with pytest.raises(DataError, match="cannot be read"):
        recognise(tmp_path / "x.jsonl")
    with pytest.raises(DataError, match="no rows"):
        read_dataset(written(tmp_path, "x.txt", "\n"))
    (tmp_path / "y.txt").write_bytes("größe".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_dataset(tmp_path / "y.txt")
    with pytest.raises(DataError, match="not a line of a table"):
        read_dataset(written(tmp_path, "z.csv", 'text\n"a" b\n'))
    with pytest.raises(DataError, match="line 1 has no “text”"):
        read_dataset(written(tmp_path, "q.jsonl", [{"a": 1}]), ColumnMapping(text="text"), skip_bad=True)
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    with pytest.raises(DataError, match="more than 2 rows"):
        read_dataset(written(tmp_path, "r.txt", "a\nb\nc\n"))
    monkeypatch.setattr(records, "MAX_FILE_BYTES", 3)
    with pytest.raises(DataError, match="larger than"):
        read_dataset(written(tmp_path, "s.txt", "a b c"))
    assert is_importable(Path("X.JSON"))
    assert not is_importable(Path("x.bin"))


def test_a_line_without_end_is_told_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORD_CHARACTERS", 100)
    path = written(tmp_path, "x.jsonl", '{"text": "a b"}\n"' + "x" * 300_000 + '"\n{"text": "c d"}\n')
    found = read_dataset(path, skip_bad=True)
    assert found.rows == ("a b", "c d")
    assert [(problem.line, problem.kind) for problem in found.problems] == [(2, "too long")]


def test_rows_come_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", '{"text": "a b"}\nbroken')
    found = iter_dataset(path, ColumnMapping(text="text"))
    assert next(found).row == "a b"
    with pytest.raises(DataError, match="line 2 is not valid JSON"):
        next(found)


def by_name(name: str) -> Writer:
    return next(writer for writer in WRITERS if writer.name == name)


texts = st.text(st.characters(codec="utf-8"), max_size=20).filter(str.strip)
completions = st.builds(completion_row, texts, texts)
chats = st.lists(st.tuples(texts, texts), min_size=1, max_size=3).map(
    lambda pairs: messages_row(turn for user, answer in pairs for turn in (("user", user), ("assistant", answer)))
)


@pytest.mark.parametrize("name", ["Prompt and completion", "Alpaca"])
@given(rows=st.lists(completions, min_size=1, max_size=4))
def test_completions_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[str]) -> None:
    writer = by_name(name)
    path = tmp_path_factory.mktemp("any") / f"x{writer.suffix}"
    write_dataset(path, rows, writer)
    assert read_dataset(path).rows == tuple(rows)


@pytest.mark.parametrize("name", ["Messages", "ShareGPT"])
@given(rows=st.lists(chats, min_size=1, max_size=4))
def test_chats_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[str]) -> None:
    writer = by_name(name)
    path = tmp_path_factory.mktemp("any") / f"x{writer.suffix}"
    write_dataset(path, rows, writer)
    assert read_dataset(path).rows == tuple(rows)


@given(rows=st.lists(texts.map(text_row).filter(bool), min_size=1, max_size=4))
def test_texts_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "x.jsonl"
    write_dataset(path, rows, by_name("JSON Lines with texts"))
    assert read_dataset(path).rows == tuple(rows)


@given(rows=st.lists(st.one_of(texts.map(text_row).filter(bool), completions, chats), min_size=1, max_size=4))
def test_any_rows_survive_our_own_files(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.jsonl"
    write_rows(path, rows)
    assert read_rows(path) == rows


def test_what_does_not_fit_a_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Row 2 is a chat of several turns"):
        write_dataset(tmp_path / "x.jsonl", [HI, CHAT], by_name("Prompt and completion"))
    assert not (tmp_path / "x.jsonl").exists()
    write_dataset(tmp_path / "x.txt", [HI, CHAT, "die katze", ""], by_name("Plain text"))
    assert (tmp_path / "x.txt").read_text("utf-8") == "Hi Hello\nBe kind Hi Hello Bye Bye\ndie katze\n"
    system = completion_row("Hi", "Hello", "Be kind")
    write_dataset(tmp_path / "y.jsonl", [system, "die katze"], by_name("Prompt and completion"))
    assert read_dataset(tmp_path / "y.jsonl").rows == (
        completion_row("Be kind\n\nHi", "Hello"),
        completion_row("", "die katze"),
    )
