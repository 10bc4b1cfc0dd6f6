"""Figures counted anew from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from click.testing import CliRunner
from sqlalchemy import select

from shopify_app.cli import main
from shopify_app.commands import open_adapters
from shopify_app.insights.models import DayFigure
from shopify_app.orders.models import Order
from shopify_app.shops.models import Shop

SHOP = "mara-goods.myshopify.com"
PLACED = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


def test_a_day_is_counted_again_at_will(environ: dict[str, str], monkeypatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    adapters = open_adapters()
    with adapters.database.write() as session:
        mara = Shop(domain=SHOP, currency="EUR", timezone="Europe/Stockholm", installed_at=PLACED)
        session.add(mara)
        session.flush()
        known = {"currency": "EUR", "shop_currency": "EUR", "subtotal": 9000, "placed_at": PLACED, "fact_at": PLACED}
        session.add(Order(shop_id=mara.id, shopify_id=1042, name="#1042", number="1042", **known))

    days = ["--from", "2026-02-02", "--to", "2026-02-03"]
    answers = [CliRunner().invoke(main, ["figures", "recount", "--shop", SHOP, *days]) for _ in range(2)]
    wrong = CliRunner().invoke(
        main, ["figures", "recount", "--shop", SHOP, "--from", "2026-02-04", "--to", "2026-02-03"]
    )

    assert [answer.output for answer in answers] == ["Counted 2 days, 2026-02-02 to 2026-02-03.\n"] * 2
    assert wrong.exit_code == 2
    with adapters.database.read() as session:
        orders = session.scalars(select(DayFigure).where(DayFigure.measure == "orders")).all()
    assert [(str(row.day), row.number) for row in orders] == [("2026-02-03", 1)]
