"""What a worker holds in its hands for one step, and how each kind of step is prepared, sent and looked back for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from shopify_app.clock import Clock
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels.labels import LabelProvider
from shopify_app.returns.steps import note_of
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.nodes import gid

Answer = dict[str, Any]
"""What came back that we keep: ids and sums as JSON, nothing personal."""


class NeedsLook(Exception):
    """Nothing was sent: a person has to decide. `facts` are for `looks.advice`."""

    def __init__(self, look: Look, **facts: Any) -> None:
        super().__init__(look)
        self.look, self.facts = look, facts


class NotWanted(Exception):
    """There is nothing (left) to do: the step is dropped. `books` writes down why, in the same transaction."""

    def __init__(self, books: Callable[[Session, Any], None] | None = None) -> None:
        super().__init__("not wanted")
        self.books = books


class NotYet(Exception):
    """Nothing was sent: something else has to be known first. Tried again shortly."""


@dataclass(frozen=True)
class Ground:
    """Where steps are carried out. `labels_of` gives who sells labels to a shop; None: nobody."""

    database: Database
    admin_of: Callable[[int], AdminAPI]
    clock: Clock
    labels_of: Callable[[int], LabelProvider | None] = lambda _: None


@dataclass(frozen=True)
class Bench:
    """One claimed step with its rows as they were read; `now` is when it was taken up. Rows here are not attached to a
    session: verbs read them again."""

    ground: Ground
    step: Step
    lease: str
    now: datetime

    @property
    def admin(self) -> AdminAPI:
        """The shop's Admin API. Never asked with a transaction open."""
        return self.ground.admin_of(self.step.shop_id)

    @property
    def note(self) -> str:
        """The step's name in Shopify's notes."""
        return note_of(self.step)


@dataclass(frozen=True)
class Workbench(Bench):
    """A step of a release group, with what it belongs to."""

    group: ReleaseGroup
    ret: Return
    order: Order

    @property
    def return_gid(self) -> str:
        """The group's living return at Shopify; NeedsLook where there is none."""
        if self.group.shopify_return_id is None:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        return gid("Return", self.group.shopify_return_id)


@dataclass(frozen=True)
class Ready:
    """What will be sent. `books` is written in the transaction that marks the step attempted."""

    input: Mapping[str, Any]
    books: Callable[[Session, Any], None] | None = field(default=None, compare=False)


class Effect(Protocol):
    """One kind of step. `prepare` and `look_back` may read Shopify and our rows; only `send` changes anything there."""

    def prepare(self, bench: Workbench) -> Ready:
        """What to send. Raises NeedsLook, NotWanted, NotYet or a `ShopifyError`: nothing has happened then."""
        ...

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        """Sends it, once. Raises `ShopifyError`s."""
        ...

    def look_back(self, bench: Workbench) -> Answer | None:
        """Whether Shopify has it: the answer as `send` would have given it, None when it did not happen (yet). Raises
        NeedsLook when it cannot be told."""
        ...

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        """Writes down what follows, in the transaction that marks the step done; `group` is of this session."""
        ...
