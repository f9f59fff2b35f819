"""Why a hub cannot be used, in words that a person can act on."""

from __future__ import annotations

from lora_studio.core.errors import StudioError


class HubError(StudioError):
    """A hub that cannot be asked, or whose answer is not to be used."""


class InterruptedDownloadError(HubError):
    """The connection broke off. What has arrived is kept, and the download can go on from there."""
