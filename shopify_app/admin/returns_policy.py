"""The return policy: the version in force, a draft checked before it is published, presets to begin with."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.returns_rehearsal import rehearsed
from shopify_app.admin.returns_words import DONE
from shopify_app.pages.return_links import policy_path
from shopify_app.returns import published
from shopify_app.returns.destinations import doubts
from shopify_app.returns.document import WrongPolicy, to_document
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.shadowing import Shadow
from shopify_app.shops import profile

LONGEST_LIST = 30
"""How many things wrong with a document are shown at once."""


@dataclass(frozen=True)
class Checked:
    """What is to be said of a draft: `problems` keep it from being published, `shadows` and `doubts` do not."""

    problems: tuple[str, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    doubts: tuple[str, ...] = ()
    is_checked: bool = False


class PublishedMeanwhile(Exception):
    """Somebody else published `number` since the page was read."""

    def __init__(self, number: int) -> None:
        super().__init__(f"version {number} was published meanwhile")
        self.number = number


@blueprint.route("/returns/policy", methods=["GET", "POST"])
def policy() -> Response:
    """The page; a POST checks, rehearses or publishes the document that it carries."""
    if request.method == "POST":
        return _decide(request.form.get("document", ""), request.form.get("verb", "check"))
    preset = PRESETS.get(request.args.get("preset", ""))
    number = request.args.get("number", type=int)
    with adapters().database.read() as session:
        versions = published.versions(session, shop_row().id)
    shown = next((version for version in versions if version.number == number), versions[-1])
    draft = written(preset.policy if preset else shown.policy)
    return _page(versions, shown, draft, Checked(), did=DONE.get(request.args.get("did", "")))


def written(document: Policy) -> str:
    """A policy as a person edits it."""
    return json.dumps(to_document(document), indent=2, ensure_ascii=False)


def _decide(text: str, verb: str) -> Response:
    """Publishes what can be published; else the page again with the draft as it was typed and what is wrong."""
    if verb == "rehearse":
        return rehearsed(text)
    refusal = None
    try:
        draft, shadows = published.draft_check(text)
        checked = Checked(shadows=shadows, doubts=doubts(draft, profile.markets(shop_row())), is_checked=True)
        if verb == "publish":
            _publish(draft)
            return go("/app/returns/policy", did="publish")
    except WrongPolicy as failure:
        checked = Checked(problems=failure.sentences, is_checked=True)
    except published.PolicyUnchanged as failure:
        refusal = f"This is what version {failure.number} says already: there is nothing to publish."
    except PublishedMeanwhile as failure:
        refusal = (
            f"Version {failure.number} was published while you were writing. Look at it first; your draft is below."
        )
    with adapters().database.read() as session:
        versions = published.versions(session, shop_row().id)
    status = 422 if checked.problems or refusal else 200
    return _page(versions, versions[-1], text, checked, refusal=refusal, status=status)


def _publish(draft: Policy) -> None:
    """Raises PublishedMeanwhile when the writer has not seen the newest version."""
    with adapters().database.write() as session:
        newest = published.newest(session, shop_row().id).number
        if request.form.get("number", type=int) != newest:
            raise PublishedMeanwhile(newest)
        published.publish(session, shop_row().id, draft, staff(), adapters().clock.now())


def _page(
    versions: tuple[PolicyVersion, ...],
    shown: PolicyVersion,
    draft: str,
    checked: Checked,
    did: str | None = None,
    refusal: str | None = None,
    status: int = 200,
) -> Response:
    return show(
        "returns_policy.html",
        status,
        versions=versions[::-1],
        shown=shown,
        newest=versions[-1],
        draft=draft,
        checked=checked,
        problems=checked.problems[:LONGEST_LIST],
        presets=PRESETS,
        did=did,
        refusal=refusal,
        told_at=f"{shop_row().storefront_url}{shop_row().proxy_path}/{policy_path()}",
    )
