"""A whole product and its dev store in one process, whose workers may die at any named place and be started again.

Nothing here is the product's: work is found in the rows (as the schedule's sweep finds it), the post is carried by
hand, and time passes when a story says so. A dead worker's lease is let run out, as a minute would.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from letterbox import Letterbox
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from devstore import faults as ordered
from devstore import fulfilling, installation, merchant, webhooks
from devstore.fulfilling import Tracking
from devstore.store import Document, Store
from devstore.tokens import TokenDesk
from jobs import balances, catch_up, inspection, mails, no_receipt, parcels, reactions, steps
from letters import Door, flask_stands_here
from shopify_app import fault_points
from shopify_app.crypto import Keyring
from shopify_app.events import Reaction
from shopify_app.leases import WorkState, due
from shopify_app.messages.models import Message
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.money_models import Step
from shopify_app.shops.installation import install
from webhooks import handle
from webhooks.group_commit import Arrival
from webhooks.inbox import Delivery
from webhooks.receive import Intake
from wire import Wire

KEYS = Keyring((b"test key, thirty-two bytes long!",))
WORK: tuple[Any, ...] = (Delivery, Reaction, Step, Message)
"""What workers do, as the sweep finds it: rows that are due."""
_again = count(1)
POSTAGE = [{"title": "Standard", "price": "4.90"}]
HOME = {"first_name": "Ada", "last_name": "Berg", "address1": "Storgatan 1", "city": "Göteborg", "zip": "411 24",
        "country_code": "SE", "country": "Sweden"}  # fmt: skip
SWEEP_SECONDS = 3700
"""How far time is moved on when nothing is due: beyond every pause before the first day's end."""


@dataclass
class Struck:
    """How often a named place was hit, and how often Shopify faltered."""

    places: int = 0
    falters: int = 0
    letters: int = 0
    removals: int = 0

    @property
    def total(self) -> int:
        return self.places + self.falters + self.letters + self.removals


@dataclass
class House:
    """Mara's shop with the app in it. `struck` counts what went wrong on purpose."""

    wire: Wire
    door: Door
    shop_id: int
    variants: dict[str, int]
    folder: Path
    letterbox: Letterbox
    buyer: str = "ada"
    struck: Struck = field(default_factory=Struck)
    neighbours: list[House] = field(default_factory=list)
    """Other shops with the same app, whose post comes to the same door and whose work is done by the same workers."""
    carried: list[Document] = field(default_factory=list)
    """Post that was brought since somebody emptied this list."""
    acknowledged: list[str] = field(default_factory=list)
    """Webhooks that were answered with 200, likewise."""

    @property
    def adapters(self) -> Any:
        return self.wire.adapters

    @property
    def store(self) -> Store:
        return self.wire.world.store

    def now(self) -> datetime:
        return self.wire.now()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.adapters.database.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self.adapters.database.write() as session:
            yield session

    # --- the post ---------------------------------------------------------------------------------------------------

    def waiting_post(self) -> list[Document]:
        """Webhooks that Shopify wrote and nobody has carried yet."""
        return self.store.find("delivery", status="pending")

    def carry(self, letter: Document, times: int = 1) -> None:
        """Brings one webhook to the intake, as often as told; done when it was acknowledged."""
        self._bring(letter, times)
        self.store.put("delivery", {**letter, "status": "delivered"})
        self.carried.append(letter)

    def restart_web(self) -> None:
        """The web server is killed, with all that it holds in memory, and another is started."""
        self._end_intake()
        self.door.app = Intake(flask_stands_here, self.adapters)
        self.struck.places += 1

    def _end_intake(self) -> None:
        writer = self.door.app._writer
        writer.killed = True  # for an intake that would still do something
        writer._queue.put(Arrival(_end_of_thread, lambda _: None))
        writer._engine.dispose()

    def carry_again(self, letter: Document) -> None:
        """The same fact once more under a name of its own, as a second subscription would tell it."""
        self._bring({**letter, "webhook_id": f"{letter['webhook_id']}-again-{next(_again)}"}, 1)

    def _bring(self, letter: Document, times: int) -> None:
        body = letter["body"].encode()
        headers = {
            name.lower().encode(): value.encode()
            for name, value in webhooks.headers(self.wire.config, letter, body).items()
        }
        headers[b"content-length"] = str(len(body)).encode()
        for _ in range(times):
            assert self.door.post(Posted(body, headers)).status == 200
            self.acknowledged.append(letter["webhook_id"])

    def carry_all(self, times: int = 1) -> None:
        for letter in list(self.waiting_post()):
            self.carry(letter, times)

    # --- the workers ------------------------------------------------------------------------------------------------

    def work_waiting(self) -> list[tuple[Any, int]]:
        """Everything that a worker would take now."""
        with self.read() as session:
            return [(model, row_id) for model in WORK for row_id in due(session, model, self.now())]

    def work_once(self, model: Any, row_id: int) -> bool:
        """One worker takes one row; False when it died over it. What it held comes free, as after a minute."""
        verbs: dict[Any, Callable[[Any, int], object]] = {
            Delivery: handle.handle_delivery,
            Reaction: reactions.do_duty,
            Step: steps.carry_out_step,
            Message: lambda adapters, row: mails.send_one(adapters, row, self.letterbox),
        }
        try:
            verbs[model](self.adapters, row_id)
        except fault_points.ProcessCrashed:
            self.restart()
            return False
        except fault_points.FaultInjected:
            return False  # the task failed before it held anything: the row is swept again
        return True

    def work(self, rounds: int = 200) -> None:
        """Workers at work until nothing is due."""
        for _ in range(rounds):
            waiting = self.work_waiting()
            if not waiting:
                return
            for model, row_id in waiting:
                self.work_once(model, row_id)
        raise AssertionError(f"work goes round in circles: {self.work_waiting()[:5]}")

    def settle_down(self) -> None:
        """No more faults: post is carried, work is done, pauses pass, until nothing is left that could go on."""
        self.calm()
        for _ in range(60):
            for each in (self, *self.neighbours):
                each.carry_all()
            self.work()
            self.catch_up()
            if not self.unfinished() and not self.waiting_post():
                return
            self.wire.advance(seconds=SWEEP_SECONDS)
        raise AssertionError(f"stuck: {self.unfinished()}")

    def by_the_clock(self) -> None:
        """What the schedule does: reminds, decides where nobody answered, takes off what nobody paid, fetches labels,
        gives back those that nobody needs, looks for accounts that credits wait for."""
        inspection.look_at_questions(self.adapters)
        parcels.follow(self.adapters)
        no_receipt.give_to_new_accounts(self.adapters)
        for shop in (self, *self.neighbours):
            balances.collect_shop(self.adapters, shop.shop_id)

    def unfinished(self) -> list[str]:
        """Rows that are work and not done, with what they last said."""
        found = []
        with self.read() as session:
            for model in WORK:
                for row in session.scalars(select(model).where(model.state == WorkState.PENDING)):
                    found.append(f"{model.__tablename__} {row.id} {row.attempts} {row.error}")
        return found

    def parked(self) -> list[str]:
        """Rows that were given up for a person."""
        with self.read() as session:
            return [
                f"{model.__tablename__} {row.id} {row.error}"
                for model in WORK
                for row in session.scalars(select(model).where(model.state == WorkState.PARKED))
            ]

    # --- faults -----------------------------------------------------------------------------------------------------

    def arm(self, point: str, kind: str, nth: int = 1) -> None:
        """The next worker that passes `point` for the nth time meets its fault."""
        self._count_place()
        fault_points.forget_visits()
        os.environ[fault_points.VARIABLE] = f"{point}:{kind}:{nth}"

    def restart(self) -> None:
        """A new process: it counts from one, and what the dead one held has run out. No fault waits for it."""
        self._count_place()
        os.environ.pop(fault_points.VARIABLE, None)
        fault_points.forget_visits()
        with self.write() as session:
            for model in WORK:
                session.execute(update(model).where(model.lease_until.is_not(None)).values(lease_until=0))

    def _count_place(self) -> None:
        wanted = os.environ.get(fault_points.VARIABLE)
        nth = int(wanted.rpartition(":")[2]) if wanted else 0
        self.struck.places += bool(wanted) and fault_points._visits[wanted] >= nth

    def calm(self) -> None:
        """Nothing goes wrong from here on."""
        self.restart()
        self.struck.falters += sum(each["hits"] for each in self.store.all("fault"))
        ordered.clear(self.store)
        self.letterbox.troubles.clear()
        self.struck.letters, self.letterbox.struck = self.struck.letters + self.letterbox.struck, 0

    def lose_answer(self, match: str, kind: str = "answer_lost", count: int = 1) -> None:
        """The dev store does as asked and its answer is lost (or whatever `kind` says)."""
        self.wire.fault(kind, match, count)

    def remove_app(self) -> None:
        """Mara removes the app: every token is dead at once, what it is told of that is on its way."""
        installation.uninstall(self.wire.world, TokenDesk(self.store, self.wire.config))
        self.struck.removals += 1

    def put_app_back(self) -> None:
        """Mara installs it again and opens it; what happened meanwhile is read from Shopify."""
        self.wire.grant()
        granted = self.adapters.admin_apis.tokens.exchange(self.wire.config.shop, self.wire.session_token())
        with self.write() as session:
            install(session, self.wire.config.shop, granted, self.now())

    def catch_up(self) -> None:
        """Pages of every shop's past, until there is nothing left to read."""
        for shop in (self, *self.neighbours):
            while catch_up.read_next_page(self.adapters, shop.shop_id):
                pass

    def reconcile(self) -> None:
        """What Shopify changed in the last week is read anew, as every night."""
        with self.write() as session:
            catch_up.start_reconcile(session, "reconcile_week", self.now())
        self.catch_up()
        self.work()

    # --- the shop ---------------------------------------------------------------------------------------------------

    def sell(self, customer_id: int, quantity: int = 1, size: str = "S", unsent: int = 0, **fields: Any) -> int:
        """An order that was sent and delivered, but for `unsent` more shirts, and that the app has heard of; our own id
        of it."""
        lines = [{"variant_id": self.variants[size], "quantity": quantity}]
        if unsent:
            lines.append({"variant_id": self.variants["L"], "quantity": unsent})
        email = f"{self.buyer}.{customer_id}@example.com"
        who = {"customer": {"id": customer_id}, "email": email, "shipping_address": HOME}
        body = {"line_items": lines, "shipping_lines": POSTAGE} | who
        made = merchant.place_order(self.wire.world, body | fields)
        sent = [{"id": made["line_items"][0]["id"], "quantity": quantity}]
        parcel = fulfilling.fulfil(self.wire.world, made["id"], sent, Tracking("DHL", (f"T{made['id']}",), ()))
        fulfilling.add_event(self.wire.world, parcel["id"], "delivered", {"happened_at": self.wire.world.now_text()})
        self.carry_all()
        self.work()
        with self.read() as session:
            mine = select(Order.id).where(Order.shop_id == self.shop_id, Order.shopify_id == made["id"])
            return session.scalars(mine).one()

    def pay(self, order_id: int, share: int = 1) -> None:
        """Ada pays what is open on the order, or the part of it, at Shopify."""
        with self.read() as session:
            number = session.get_one(Order, order_id).shopify_id
        due = Decimal(self.wire.world.need("order", number)["total_outstanding"]) / share
        if due > 0:
            merchant.pay(self.wire.world, number, str(due.quantize(Decimal("0.01"))))

    def customer(self) -> int:
        """Somebody new."""
        number = self.store.next_id("customer")
        made = {"id": number, "email": f"{self.buyer}.{number}@example.com", "first_name": "Ada", "last_name": "Berg"}
        empty = {"addresses": [], "default_address": None, "phone": None, "_tags": "", "state": "enabled"}
        times = {"created_at": self.wire.world.now_text(), "updated_at": self.wire.world.now_text()}
        rest = {"currency": "EUR", "note": "", "tax_exempt": False, "verified_email": True, "_locale": "en"}
        self.store.put("customer", made | empty | times | rest)
        return number

    def ledger(self, **equals: Any) -> list[Document]:
        """Shopify's own book, of one order or customer."""
        return [row for row in self.store.all("ledger") if all(row[key] == value for key, value in equals.items())]

    def moved(self, kind: str, **equals: Any) -> Money:
        """How much moved in euro, by Shopify's book."""
        amounts = [Decimal(row["amount"]) for row in self.ledger(kind=kind, **equals)]
        return Money.parse(str(sum(amounts, Decimal(0))), "EUR")

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.read() as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    def count(self, model: Any, *conditions: Any) -> int:
        with self.read() as session:
            return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    def close(self) -> None:
        """Forgets the house and its files."""
        self.calm()
        self.door.app._writer._engine.dispose()
        self.door._loop.call_soon_threadsafe(self.door._loop.stop)
        self.adapters.database.engine.dispose()
        with suppress(OSError):
            shutil.rmtree(self.folder)


def _end_of_thread() -> None:
    raise SystemExit


@dataclass(frozen=True)
class Posted:
    """A webhook as `letters.Door` takes it."""

    body: bytes
    written: dict[bytes, bytes]

    def headers(self, **_: str) -> dict[bytes, bytes]:
        return self.written
