"""Long answers that come bit by bit: each bit is a job of its own, so that runs and other questions go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from lora_studio.core.errors import StudioError, unexpected

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.jobs import Service

T = TypeVar("T")

BIT_SECONDS = 0.03  # of work in one job, at least one item: what waits behind it is not felt to wait


class Stream(Generic[T]):
    """Pulls an iterator on the engine's thread, a bit at a time. `cancel` may be called from any thread."""

    def __init__(
        self,
        service: Service,
        begin: Callable[[Engine], Iterator[list[T]]],
        tell: Callable[[list[T]], object],
        end: Callable[[StudioError | None], object],
    ) -> None:
        """
        Args:
            service: whose jobs the bits are.
            begin: makes the iterator, on the engine's thread; each item is a list of what is to be told.
            tell: is given what has come, on the engine's thread.
            end: is called once, there, when nothing comes any more, with what went wrong if something did. Not called
                after `cancel`, nor when the service has closed.
        """
        self._service, self._begin, self._tell, self._end = service, begin, tell, end
        self._items: Iterator[list[T]] | None = None
        self._cancelled = False
        service.submit(self._work)

    def cancel(self) -> None:
        """Nothing is told any more, and no further item is made."""
        self._cancelled = True

    def _work(self, engine: Engine) -> None:
        if self._cancelled:
            self._items = None
            return
        told: list[T] = []
        problem: StudioError | None = None
        try:
            if self._items is None:
                self._items = self._begin(engine)
            goes_on = self._pull(self._items, told)
        except StudioError as error:
            goes_on, problem = False, error
        except Exception as error:  # noqa: BLE001 - whoever asked must hear of it
            goes_on, problem = False, unexpected(error)
        if self._cancelled:
            self._items = None
            return
        if told:
            self._tell(told)
        if goes_on:
            self._service.submit(self._work)
        else:
            self._items = None
            self._end(problem)

    def _pull(self, items: Iterator[list[T]], told: list[T]) -> bool:
        """Whether there may be more."""
        begin = time.monotonic()
        for item in items:
            told += item
            if self._cancelled or time.monotonic() - begin >= BIT_SECONDS:
                return True
        return False
