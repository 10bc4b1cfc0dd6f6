"""The pages of figures: the overview, the tables behind it, files for spreadsheets, and what each figure means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import address, language, show
from shopify_app.admin.insights.asked import Asked, asked
from shopify_app.admin.insights.drawn import TABLES
from shopify_app.admin.insights.files import as_csv
from shopify_app.admin.insights.questions import SERIES, Overview, Read
from shopify_app.admin.insights.tables import Asking
from shopify_app.admin.insights.words import PORTRAIT, Writer
from shopify_app.db import Session
from shopify_app.insights import report
from shopify_app.insights.breakdowns import returned_products
from shopify_app.insights.measures import MEASURES
from shopify_app.insights.periods import PRESETS, Comparison, buckets
from shopify_app.insights.portraits import nearest

READ_PRODUCTS = 12


@blueprint.get("/insights")
def insights() -> Response:
    """The questions and what the figures answer."""
    wanted, writer = _asked(), _writer()
    with adapters().database.read() as session:
        fresh = report.freshness(session, shop_row().id)
        read = _read(session, wanted)
    return show(
        "insights/overview.html",
        asked=wanted,
        sections=Overview(wanted, read, writer, _desk).sections() if fresh.counted_at else (),
        fresh=fresh,
        **_range_words(wanted, writer),
    )


@blueprint.get("/insights/table")
def insights_table() -> Response:
    """One table, whole."""
    wanted, writer = _asked(), _writer()
    make = _table()
    with adapters().database.read() as session:
        table = make(_asking(session, wanted, writer))
    return show("insights/table.html", table=table, asked=wanted, **_range_words(wanted, writer))


@blueprint.get("/insights/file")
def insights_file() -> Response:
    """The same for a spreadsheet, line by line."""
    wanted, writer, make = _asked(), _writer(), _table()
    with adapters().database.read() as session:
        table = make(_asking(session, wanted, writer))

    def lines() -> Iterator[bytes]:
        for line in as_csv(table, writer):
            yield line.encode()

    name = f"{table.name}-{wanted.span.first}-{wanted.span.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines(), mimetype="text/csv", headers=headers)


@blueprint.get("/insights/definitions")
def insights_definitions() -> Response:
    """What each figure is, and what it is not."""
    return show("insights/definitions.html", measures=MEASURES, portrait=PORTRAIT)


def _asking(session: Session, wanted: Asked, writer: Writer) -> Asking:
    before = wanted.before if wanted.is_compared("retained") else None
    return Asking(session, shop_row(), wanted.span, writer, _desk, before)


def _read(session: Session, wanted: Asked) -> Read:
    shop_id = shop_row().id
    now, before = report.two_sums(session, shop_id, wanted.span, wanted.before)
    return Read(
        now=now,
        before=before,
        parts=report.series(session, shop_id, buckets(wanted.span), SERIES),
        products=returned_products(session, shop_id, wanted.span, READ_PRODUCTS),
        drawn=nearest(session, shop_id, wanted.span.days),
    )


def _range_words(wanted: Asked, writer: Writer) -> dict[str, Any]:
    return {
        "presets": PRESETS,
        "comparisons": list(Comparison),
        "from_to": tuple(writer.full_day(day) for day in (wanted.span.first, wanted.span.last)),
        "before_from_to": tuple(writer.full_day(day) for day in (wanted.before.first, wanted.before.last))
        if wanted.before
        else None,
        "known_from": tuple(writer.full_day(day) for day in (wanted.known_from, wanted.installed))
        if wanted.known_from
        else None,
    }


def _asked() -> Asked:
    return asked(request.args, shop_row(), adapters().clock.now())


def _writer() -> Writer:
    return Writer(language(), shop_row().currency)


def _table() -> Callable:
    make = TABLES.get(request.args.get("of", ""))
    if make is None:
        abort(404)
    return make


def _desk(**filters: object) -> str:
    """The list of returns behind a figure."""
    return address("/app/returns", tab="all", **filters)
