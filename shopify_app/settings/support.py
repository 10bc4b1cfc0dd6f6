"""How a shopper reaches a person."""

from __future__ import annotations

import re
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from shopify_app.i18n import phrase
from shopify_app.settings.shape import LanguageCode, Unfit, WebAddress, settings


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@settings
class Question:
    """A question that shoppers ask, and the answer, as plain text."""

    question: Annotated[str, Field(min_length=1, max_length=300)]
    answer: Annotated[str, Field(min_length=1, max_length=3000)]


@settings
class Hours:
    """Open from `opens` to `closes`, in the shop's time zone, on one day."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.closes <= self.opens:
            raise Unfit(phrase("A day closes after it opens."))
        return self


@settings
class SocialLink:
    name: Annotated[str, Field(min_length=1, max_length=40)]
    url: WebAddress


@settings
class Support:
    """Mail, phone, chat, social links, frequent questions and opening hours. Empty fields are not shown."""

    email: str = Field(default="", max_length=254)
    phone: str = Field(default="", max_length=40)
    chat_url: WebAddress = None
    social: tuple[SocialLink, ...] = ()
    faq: dict[LanguageCode, tuple[Question, ...]] = Field(default_factory=dict)
    """Questions and answers per language code."""
    hours: dict[Weekday, Hours] = Field(default_factory=dict)
    """Opening hours by day of the week, in the shop's time zone; a day not named is closed."""
    closed_on: tuple[date, ...] = ()
    """Days on which nobody answers."""

    @field_validator("email")
    @classmethod
    def _mail(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s<>\"'{}]+@[^@\s<>\"'{}]+\.[^@\s<>\"'{}]+", value):
            raise Unfit(phrase("“{value}” is no e-mail address.", value=value))
        return value

    @field_validator("phone")
    @classmethod
    def _number(cls, value: str) -> str:
        if value and not re.fullmatch(r"[+0-9 ()/.-]{5,40}", value):
            raise Unfit(phrase("“{value}” is no phone number: write it as +46 8 123 45 67.", value=value))
        return value
