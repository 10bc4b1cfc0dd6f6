"""Requests without an order number, by the clock: credits that wait for an account, and what nobody proved or kept."""

from __future__ import annotations

from random import Random
from typing import Any

import structlog
from sqlalchemy import select

from jobs.returns import orphans
from shopify_app.queue import celery
from shopify_app.returns import sealed
from shopify_app.returns.no_receipt import accounts as no_receipt_accounts
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt import privacy as no_receipt_privacy
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)
REMOVE = "jobs.remove_no_receipt_files"
AT_ONCE = 50
"""Requests a run for which Shopify is asked."""


@celery.task(name="jobs.find_accounts", bind=True)
def find_accounts(self: Any) -> None:
    """Gives the credits whose people have an account by now."""
    give_to_new_accounts(self.app.adapters)


def give_to_new_accounts(adapters: Adapters) -> None:
    """Looks for the account of accepted requests that wait for one; a shop that does not answer is asked again at
    another run. Some people never have one: of many that wait, each run takes some by lot, and so comes to all."""
    waiting = (
        select(NoReceiptRequest.id, NoReceiptRequest.shop_id)
        .join(Shop, Shop.id == NoReceiptRequest.shop_id)
        .where(NoReceiptRequest.state == RequestState.ACCOUNT_WANTED, NoReceiptRequest.email.is_not(None))
        .where(Shop.state == ShopState.INSTALLED)
    )
    with adapters.database.read() as session:
        rows = session.execute(waiting.order_by(NoReceiptRequest.id)).all()
    lot = Random(int(adapters.clock.now().timestamp()))
    for request_id, shop_id in lot.sample(rows, min(AT_ONCE, len(rows))):
        try:
            admin = adapters.admin(shop_id)
            no_receipt_accounts.give_if_there(adapters.database, admin, request_id, adapters.clock.now())
        except ShopifyError as failure:
            log.info("account_not_looked_for", shop_id=shop_id, request_id=request_id, error=type(failure).__name__)


@celery.task(name=REMOVE, bind=True)
def remove_no_receipt_files(self: Any, shop_id: int, *file_names: str) -> None:
    """Removes files whose rows are gone."""
    folder = no_receipt_files.folder_in(self.app.adapters.config.data_dir)
    for file_name in file_names:
        sealed.remove(folder, shop_id, file_name)


def clear(adapters: Adapters) -> None:
    """Requests whose code nobody typed go after a day, and files that no row speaks of a day after them."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        no_receipt_privacy.drop_unproven(session, now)
    with adapters.database.read() as session:
        known = no_receipt_privacy.files(session)
    folder = no_receipt_files.folder_in(adapters.config.data_dir)
    for shop_id, file_name in orphans(folder, known, now):
        sealed.remove(folder, shop_id, file_name)
