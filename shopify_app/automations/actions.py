"""What a rule can do, as a document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, WrapValidator, field_validator

from shopify_app.automations.addresses import is_called
from shopify_app.automations.vocabulary import Do
from shopify_app.i18n import phrase
from shopify_app.settings.shape import KEPT, LanguageCode, Unfit, unless_kept
from shopify_app.settings.shape import settings as document

LONGEST_SUBJECT = 120
LONGEST_WORDS = 2000
ADDRESS = r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS)]


Subject = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_SUBJECT), WrapValidator(unless_kept)
]


@document
class Tag:
    """A tag on the order at Shopify."""

    tag: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    do: Literal[Do.TAG] = Do.TAG

    @field_validator("tag")
    @classmethod
    def _is_one(cls, tag: str) -> str:
        if "," in tag:
            raise Unfit(phrase("Write one tag: Shopify takes a comma for the next one."))
        return tag


@document
class MailTeam:
    """A mail to the shop's own people; `to` None: the address in the settings of returns."""

    words: Words
    to: Annotated[str, Field(max_length=254, pattern=ADDRESS)] | None = None
    do: Literal[Do.MAIL_TEAM] = Do.MAIL_TEAM


@document
class MailShopper:
    """A mail to the address of the order, in the order's language or the nearest there is."""

    subject: dict[LanguageCode, Subject]
    words: dict[LanguageCode, Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WORDS)]]
    do: Literal[Do.MAIL_SHOPPER] = Do.MAIL_SHOPPER

    @field_validator("subject", "words")
    @classmethod
    def _says_something(cls, texts: dict[str, str]) -> dict[str, str]:
        kept = {code: text for code, text in texts.items() if text}
        if not kept:
            raise Unfit(phrase("Write it in at least one language."))
        return kept


@document
class Assign:
    """The return becomes somebody's; `to` is a key of `casework.assigning`."""

    to: Annotated[str, StringConstraints(pattern=r"^(staff:[0-9]{1,19}|team:.{1,40})$")]
    do: Literal[Do.ASSIGN] = Do.ASSIGN


@document
class Hold:
    """No yes without a person: neither the policy nor a later rule approves the request."""

    do: Literal[Do.HOLD] = Do.HOLD


@document
class Approve:
    """The request is approved, with everything that an approval asks for."""

    do: Literal[Do.APPROVE] = Do.APPROVE


@document
class Call:
    """A signed message to an address of the merchant's own."""

    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
    do: Literal[Do.CALL] = Do.CALL

    @field_validator("url")
    @classmethod
    def _may_be_called(cls, url: str) -> str:
        if not is_called(url):
            raise Unfit(phrase("Write a public address that begins with https://, without a name or password in it."))
        return url


Action = Annotated[Tag | MailTeam | MailShopper | Assign | Hold | Approve | Call, Field(discriminator="do")]


_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


def written_action(action: Action) -> dict[str, Any]:
    """An action as JSON values."""
    found: dict[str, Any] = _ACTION.dump_python(action, mode="json", exclude_none=True)
    return found


def action_of(written: Mapping[str, Any]) -> Action:
    """The action that `written_action` wrote down."""
    return _ACTION.validate_python(dict(written), context=KEPT)
