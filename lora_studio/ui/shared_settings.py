"""What stays as it is when another method is chosen."""

from __future__ import annotations

from contextlib import suppress

from pydantic import ValidationError

from lora_studio.core.methods import Method
from lora_studio.ui.widgets.setting_editors import extra_of


def with_shared(method: Method, other: Method) -> Method:
    """`method` with what `other` says of the settings that both have, each as far as it can be used here.

    An adapter to start from is left out: it is one of the other method's.
    """
    result = method
    for name, field in type(method).model_fields.items():
        same = type(other).model_fields.get(name)
        if same is None or same.annotation != field.annotation or extra_of(field).get("editor") == "adapter folder":
            continue
        with suppress(ValidationError):
            result = type(method)(**{**dict(result), name: getattr(other, name)})
    return result
