"""`postlude return ask-inspection | decide-appeal | sent-back | evidence`: the dialogue after an inspection, and the
papers of a return for a bank, from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from shopify_app.commands import for_shop, open_adapters
from shopify_app.commands_returning import At, change, percent_of, return_of
from shopify_app.db import Session
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.states import Appealed, QuestionState
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import parcels
from shopify_app.returns.parcels.refused import NoParcel
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.units import WHOLE

BY = By(Actor.MERCHANT, "operator")
for_rma = click.option("--rma", required=True, help="The return's number: R-1042-1.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/return.schema.json).")


@click.command("ask-inspection")
@for_shop
@for_rma
@as_json_option
def ask_inspection(shop: str, rma: str, as_json: bool) -> None:
    """Asks the shopper about what was accepted at less or refused, also where the shop's setting asks nobody."""

    def ask(session: Session, ret: Return, now: datetime) -> str:
        return f"The shopper is asked about {inspection.ask(session, ret, BY, now)} part(s)."

    change(At(shop, rma, as_json), ask)


@click.command("decide-appeal")
@for_shop
@for_rma
@click.option("--accept-percent", metavar="P", help="Accept at P percent of the value; 100: in full.")
@click.option("--keep", is_flag=True, help="The verdict stays.")
@click.option("--reply", default="", help="What the shopper is told; needed unless everything is accepted in full.")
@as_json_option
def decide_appeal(shop: str, rma: str, accept_percent: str | None, keep: bool, reply: str, as_json: bool) -> None:
    """Decides, finally, on the second look that the shopper asked for."""
    percent = percent_of(accept_percent)
    if keep == (percent is not None):
        raise click.UsageError("Say either --accept-percent P or --keep.")
    changed = Appealed.FULL if percent == WHOLE else Appealed.CHANGED
    verdict = Appealed.KEPT if keep else changed

    def decide(session: Session, ret: Return, now: datetime) -> str:
        asked = [row for row in inspection_asking.of_return(session, ret) if row.state == QuestionState.APPEALED]
        if not asked:
            raise click.ClickException(f"Nobody asks for a second look at {ret.rma}.")
        for question in asked:
            try:
                inspection.decide(session, ret, question.id, verdict, percent, reply, BY, now)
            except inspection.LessThanBefore as failure:
                raise click.ClickException("A second look never makes it worse.") from failure
        return f"Decided: {verdict}."

    change(At(shop, rma, as_json), decide)


@click.command("sent-back")
@for_shop
@for_rma
@click.option("--tracking", required=True, help="The parcel's number.")
@click.option("--carrier", help="Who carries it.")
@click.option("--url", help="Its page at the carrier.")
@as_json_option
def sent_back(shop: str, rma: str, tracking: str, carrier: str | None, url: str | None, as_json: bool) -> None:
    """Notes that goods are on their way back to their shopper, who is told."""

    try:
        parcel = parcels.typed(tracking, carrier, url)
    except NoParcel as failure:
        raise click.ClickException(str(failure)) from failure

    def note_it(session: Session, ret: Return, now: datetime) -> str:
        sending_back.went_back(session, ret, parcel, BY, now)
        return "Noted; the shopper is told."

    change(At(shop, rma, as_json), note_it)


@click.command()
@for_shop
@for_rma
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it.")
def evidence(shop: str, rma: str, out: Path) -> None:
    """Everything that proves how a return went, as a PDF (as HTML on a machine that cannot set pages)."""
    from shopify_app.papers.evidence import read
    from shopify_app.papers.evidence_paper import evidence_paper

    adapters = open_adapters()
    with adapters.database.read() as session:
        found = read(session, return_of(session, shop, rma), adapters.database.keyring, adapters.config.data_dir,
                     adapters.clock.now())  # fmt: skip
    paper = evidence_paper(found)
    out.write_bytes(paper.body)
    click.echo(f"{out}: {paper.media_type}, {len(paper.body)} bytes.")
