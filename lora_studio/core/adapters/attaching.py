"""Adapters and models: compared as a whole first, then applied as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from lora_studio.core.adapters.config import CONFIG, AdapterConfig
from lora_studio.core.adapters.reading import StoredAdapter, disagreement
from lora_studio.core.adapters.sidecar import SIDECAR
from lora_studio.core.errors import AdapterError, ModelError, RecipeError
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors, take_over
from lora_studio.core.methods.layer_numbers import is_meant
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.fitting import differences
from lora_studio.core.models.foreign_files import FlawError, shown, some
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.language_model import LanguageModel, fingerprint
from lora_studio.core.models.mini_gpt import MiniGPTModel
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.shapes import without_numbers
from lora_studio.core.models.words import is_word

EMBEDDING, HEAD = "embedding", "head"


def attach_stored(model: LanguageModel, stored: StoredAdapter) -> tuple[Growth | None, Attachment]:
    """Changes `model` in place; undo with the attachment's `detach`, then the growth's `undo`.

    Args:
        model: the bare base: nothing attached, its vocabulary not grown.
        stored: from `read_adapter`.

    Returns:
        The growth of the vocabulary, if the adapter adds words, and the attachment; both applied.

    Raises:
        AdapterError: the adapter is for another model, which differs in what the message says; `model` is as before.
    """
    method, tensors = check_fits(model, stored)
    growth: Growth | None = None
    attachment: Attachment | None = None
    try:
        if stored.new_words:
            growth = Growth(model, stored.new_words, seed=0)  # the rows are overwritten below
        attachment = method.attach(model, seed=0)
        if model.is_tied and ends_differ(model, tensors):
            attachment.untie()  # PEFT trains two tensors where the base has one
        take_over(attachment, growth, tensors)
    except BaseException:
        if attachment:
            attachment.detach()
        if growth:
            growth.undo()
        raise
    return growth, attachment


def check_fits(model: LanguageModel, stored: StoredAdapter) -> tuple[Method, dict[str, Tensor]]:
    """What `attach_stored` would attach: the method, and its tensors by name.

    Raises:
        AdapterError: it would refuse, and why.
    """
    if not all(isinstance(layer, nn.Linear | Nf4Linear) for layer in model.linears().values()):
        raise AdapterError("{model} has an adapter attached already.", advice="Detach it first.", model=model.name)
    _check_vocabulary(model, stored)
    method = _method_for(model, stored)
    tensors = tensors_by_place(stored, method)
    attachment = _check_shapes(model, stored, method, tensors)
    trains_both = len(attachment.companions()) == 2
    if attachment.model.is_tied and ends_differ(model, tensors) and not trains_both:
        raise _unfit(model, stored, "its embedding and its head differ, which are one and the same in the model")
    _check_range(model, stored)
    if flaw := attachment.flaw_of(tensors):
        raise disagreement(stored.folder, flaw)
    known = stored.base.fingerprint
    if known and known != fingerprint_of(model):
        raise _unfit(model, stored, "the shapes agree, but the base's weights are others")
    return method, tensors


def tensors_by_place(stored: StoredAdapter, method: Method) -> dict[str, Tensor]:
    """The tensors by their name in the network. Raises AdapterError: a name is not as the method's files have it."""
    prefix = method.tensor_prefix
    foreign = [name for name in stored.tensors if not name.startswith(prefix)]
    if foreign:
        raise AdapterError(
            "{path} holds no adapter as PEFT writes it: {names} does not begin with {prefix}.",
            advice="Save the adapter with PEFT's save_pretrained.",
            path=stored.file, names=some(foreign), prefix=prefix,
        )  # fmt: skip
    return {name.removeprefix(prefix): tensor for name, tensor in stored.tensors.items()}


def _method_for(model: LanguageModel, stored: StoredAdapter) -> Method:
    if stored.config is None:
        assert stored.method is not None
        return stored.method
    if stored.method is None:
        return _described(model, stored, stored.config)
    _check_agreement(model, stored, stored.config, stored.method)
    return stored.method


def _described(model: LanguageModel, stored: StoredAdapter, config: AdapterConfig) -> Method:
    """The method that PEFT's own file describes."""
    saved = _saved_whole(model, stored, config)
    if stored.new_words and stored.trains_embeddings is False:
        saved = set()  # grown rows that were not trained
    for kind in METHODS:
        if kind.peft_type == config.peft_type:
            try:
                method = kind.from_peft(config.fields_on(model), saved)
            except RecipeError as error:
                raise _unattachable(model, stored, error) from error
            except FlawError as flaw:
                raise disagreement(stored.folder / CONFIG, str(flaw)) from flaw
            except ValidationError as error:
                reasons = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()]
                raise disagreement(stored.folder / CONFIG, some(reasons)) from error
            if method is not None:
                return method
    raise disagreement(stored.folder / CONFIG, "no method here does what it says")


def _check_agreement(model: LanguageModel, stored: StoredAdapter, config: AdapterConfig, method: Method) -> None:
    """Both files say the same of what was learned, and mean the same layers, which each may name in its own way."""
    try:
        own = method.to_peft(model)
    except RecipeError as error:
        raise _unattachable(model, stored, error) from error
    fields = config.model_dump()
    shape = {"target_modules", "token_dim", "num_layers", "num_attention_heads"}  # judged by the tensors
    compared = own.keys() & fields.keys() - shape - config.only_for_training
    different = sorted(name for name in compared if (fields[name] or 0) != (own[name] or 0))
    if different:
        raise disagreement(stored.folder, f"{CONFIG} and {SIDECAR} differ in {some(different)}")
    described = _described(model, stored, config)
    _check_shapes(model, stored, described, tensors_by_place(stored, described))


def _saved_whole(model: LanguageModel, stored: StoredAdapter, config: AdapterConfig) -> set[str]:
    ends = {model.embedding_name: EMBEDDING, model.head_name: HEAD}
    unknown = [wanted for wanted in config.saved_whole if not any(is_meant(place, wanted) for place in ends)]
    if unknown:
        raise _unfit(model, stored, f"it replaces {some(unknown)}; only embedding and head can be replaced")
    saved = {place for place in ends if any(is_meant(place, wanted) for wanted in config.saved_whole)}
    if saved and config.keeps_tied and model.is_tied:  # then the file has both and names one
        saved |= {place for place in ends if f"{Lora.tensor_prefix}{place}.weight" in stored.tensors}
    if stored.new_words and config.names_saved_whole and saved != ends.keys():
        raise _unfit(model, stored, f"it adds words, but not their rows in {' and '.join(sorted(ends.keys() - saved))}")
    return {ends[place] for place in saved}


def _check_vocabulary(model: LanguageModel, stored: StoredAdapter) -> None:
    base, vocabulary = stored.base, model.tokenizer.get_vocab()
    if base.vocabulary_size and base.vocabulary_size != len(vocabulary):
        raise _unfit(model, stored, f"its vocabulary has {base.vocabulary_size} tokens, the model's {len(vocabulary)}")
    if base.vocabulary_fingerprint and base.vocabulary_fingerprint != fingerprint({}, vocabulary):
        raise _unfit(model, stored, f"its vocabulary of {len(vocabulary)} tokens holds other words")
    if model.family == MiniGPTModel.family and (texts := [word for word in stored.new_words if not is_word(word)]):
        raise _unfit(model, stored, f"“{shown(texts[0])}” is no single word")
    known = [word for word in stored.new_words if word in vocabulary]
    if known:
        raise _unfit(model, stored, f"it adds words that the model knows already ({some(known)})")


def _check_shapes(
    model: LanguageModel, stored: StoredAdapter, method: Method, tensors: Mapping[str, Tensor]
) -> Attachment:
    """What would be attached, on a copy of the model without numbers.

    Raises:
        AdapterError: a tensor has no place in it, or a place no tensor.
    """
    if stored.new_words:
        _check_rows(model, stored, tensors)
    shape = without_numbers(model)
    try:
        growth = Growth(shape, stored.new_words, seed=0) if stored.new_words else None
        attachment = method.attach(shape, seed=0)
    except (RecipeError, ModelError) as error:
        raise _unattachable(model, stored, error) from error
    if reason := differences(_shapes(kept_tensors(attachment, growth)), _shapes(tensors)):
        raise _unfit(model, stored, reason)
    return attachment


def _check_rows(model: LanguageModel, stored: StoredAdapter, tensors: Mapping[str, Tensor]) -> None:
    """Raises AdapterError: the file lacks rows for its new words. Compared before anything is made of so many words."""
    names = [f"{model.embedding_name}.weight", f"{model.head_name}.weight"]
    if model.is_tied and names[1] not in tensors:
        del names[1]  # one of the two says it all
    ends = {name: model.network.get_parameter(name) for name in names}
    rows = max(model.tokenizer.get_vocab().values()) + 1 + len(stored.new_words)  # the embedding may have more to spare
    grown = {name: (max(len(end), rows), *end.shape[1:]) for name, end in ends.items()}
    if reason := differences(grown, _shapes({name: tensors[name] for name in names if name in tensors})):
        raise _unfit(model, stored, reason)


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def ends_differ(model: LanguageModel, tensors: Mapping[str, Tensor]) -> bool:
    """Whether a file has both embedding and head, and they are not the same."""
    embedding, head = (tensors.get(f"{place}.weight") for place in (model.embedding_name, model.head_name))
    return embedding is not None and head is not None and not torch.equal(embedding, head)


def _check_range(model: LanguageModel, stored: StoredAdapter) -> None:
    """A number may be finite as stored and infinite in the model's own type."""
    dtype = next(model.network.parameters()).dtype
    for name, tensor in stored.tensors.items():
        if tensor.dtype != dtype and not bool(torch.isfinite(tensor.to(dtype)).all()):
            raise _unfit(model, stored, f"{shown(name)} holds numbers that are too large for {dtype}")


def _unattachable(model: LanguageModel, stored: StoredAdapter, error: RecipeError | ModelError) -> AdapterError:
    """With the method's own advice, if it has one."""
    unfit = _unfit(model, stored, error.message.rstrip("."))
    unfit.advice_template = error.advice_template or unfit.advice_template
    unfit.values = {**error.values, **unfit.values}
    return unfit


def _unfit(model: LanguageModel, stored: StoredAdapter, reason: str) -> AdapterError:
    made_for = f", which was made for {shown(stored.base.name)}," if stored.base.name else ""
    return AdapterError(
        "The adapter in {path}{made_for} does not fit {model}: {reason}.",
        advice="Open the base that it was made for.",
        path=stored.folder, made_for=made_for, model=model.name, reason=reason,
    )  # fmt: skip
