"""The money ledger of a return as a file."""

from __future__ import annotations

import json

from flask import Response

from shopify_app.admin.door import adapters, blueprint
from shopify_app.admin.returns.door import mine
from shopify_app.returns import ledger


@blueprint.get("/returns/<rma>/ledger.csv")
def ledger_csv(rma: str) -> Response:
    """The return's money ledger for a spreadsheet."""
    with adapters().database.read() as session:
        ret = mine(session, rma)
        text = ledger.to_csv((ret.rma, row) for row in ledger.rows(session, ret))
    return _file(text, "text/csv; charset=utf-8", f"{ret.rma}.csv")


@blueprint.get("/returns/<rma>/ledger.json")
def ledger_json(rma: str) -> Response:
    """The same for a program."""
    with adapters().database.read() as session:
        ret = mine(session, rma)
        rows = ledger.to_json(ret.rma, ledger.rows(session, ret))
    return _file(json.dumps(rows, ensure_ascii=False, indent=2), "application/json", f"{ret.rma}.json")


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
