"""Facts to be corrected, as CounterFact and EasyEdit write them: a sentence each, and prompts that ask for it.

CounterFact (Meng et al. 2022, arXiv:2202.05262): "requested_rewrite" with a prompt around "{}", the subject and the new
target, beside "paraphrase_prompts" and "neighborhood_prompts". EasyEdit (Wang et al. 2023, arXiv:2308.07269): "prompt",
"target_new", "rephrase_prompt", "locality_prompt"; its ZsRE files: "src", "alt", "rephrase", "loc".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.examples import clean_row, text_of

TARGETS = ("target_new", "alt")
PROMPTS = ("prompt", "src")
PARAPHRASES = ("paraphrase_prompts", "rephrase_prompt", "rephrase", "rephrases")
NEIGHBOURS = ("neighborhood_prompts", "locality_prompt", "loc", "locality")


def is_fact(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    fact = value.get("requested_rewrite", value)
    return isinstance(fact, dict) and any(name in fact for name in TARGETS) and any(name in fact for name in PROMPTS)


def fact_of(value: Mapping[str, Any]) -> tuple[object, object]:
    """The prompt with its subject, and the new target; whatever they are. None where one is missing."""
    fact = value.get("requested_rewrite", value)
    prompt, subject = _first(fact, PROMPTS), fact.get("subject")
    if isinstance(prompt, str) and isinstance(subject, str):
        prompt = prompt.replace("{}", subject, 1)
    target = _first(fact, TARGETS)
    if isinstance(target, dict):
        target = target.get("str")
    if isinstance(target, list) and target:
        target = target[0]
    return prompt, target


def fact_row(prompt: str, target: str) -> str:
    """The sentence that says it."""
    return clean_row(f"{prompt.strip()} {target.strip()}")


def probes_of(value: Mapping[str, Any], prompt: str, target: str) -> tuple[Probe, ...]:
    """What asks for the fact: its own prompt, other phrasings, and prompts whose answers should stay."""
    found = [_probe(prompt, target)]
    found += [_probe(text, target) for text in _prompts(value, PARAPHRASES)]
    found += [_probe(text, "") for text in _prompts(value, NEIGHBOURS)]
    return tuple(dict.fromkeys(probe for probe in found if probe))


def fact_records(rows: Iterable[str], probes: Sequence[Probe]) -> Iterator[dict[str, Any]]:
    """The records that say these rows, with the prompts that ask for them.

    A probe that a row completes begins a fact, and those behind it belong to it. A row that none asks for is taken
    apart before its last word.
    """
    asked = _asked(probes)
    for row in rows:
        sentence = clean_row(text_of(row))
        if sentence in asked:
            yield asked[sentence]
            continue
        prompt, _, target = sentence.rpartition(" ")
        yield {"prompt": prompt, "target_new": target}


def _asked(probes: Sequence[Probe]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    record: dict[str, Any] = {}
    for probe in probes:
        if probe.wanted and probe.kind == "corrected" and probe.wanted != record.get("target_new"):
            record = {"prompt": probe.prompt, "target_new": probe.wanted}
            record |= {"paraphrase_prompts": [], "neighborhood_prompts": []}
            found[fact_row(probe.prompt, probe.wanted)] = record
        elif probe.kind == "corrected" and record:
            record["paraphrase_prompts"].append(probe.prompt)
        elif record:
            record["neighborhood_prompts"].append(probe.prompt)
    return found


def _first(value: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((value[name] for name in names if name in value), None)


def _prompts(value: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from _texts(value.get(name))


def _texts(value: Any) -> Iterator[str]:
    """The prompts in a text, a list of them, or objects with a "prompt", however deep EasyEdit has put them."""
    if isinstance(value, str):
        yield value.removeprefix("nq question: ")  # ZsRE's
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        if "prompt" in value:
            yield from _texts(value["prompt"])
        else:
            for one in value.values():
                yield from _texts(one) if isinstance(one, list | dict) else ()


def _probe(prompt: str, wanted: str) -> Probe | None:
    cleaned = clean_row(prompt)
    try:
        return Probe(prompt=cleaned, wanted=wanted.strip(), kind="corrected" if wanted else "kept")
    except ValidationError:  # empty, or absurdly long
        return None
