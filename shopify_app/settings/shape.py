"""How a group of settings is declared: a frozen pydantic dataclass that refuses unknown keys and
explains a wrong value in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, dataclass_transform
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass

from shopify_app.i18n import Phrase, phrase
from shopify_app.i18n.countries import COUNTRIES

T = TypeVar("T")
STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
def settings(cls: type[T]) -> type[T]:
    """Declares a group of settings, or a part of one (an offer, a question with its answer)."""
    made: Any = pydantic_dataclass(frozen=True, config=STRICT)(cls)
    return made


class Unfit(ValueError):
    """A value that does not fit, with the sentence for whoever typed it: `said`, in English as the error's text."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.text.format(**dict(said.facts)))
        self.said = said


def but(value: T, **fields: Any) -> T:
    """`value` with other `fields`, none of which is checked: what was kept may be longer than may be written today, and
    what others say need not be what a form would take."""
    made = copy(value)
    for name in list(vars(made)):
        if isinstance(getattr(type(made), name, None), cached_property):  # found of the other one
            del vars(made)[name]
    for name, each in fields.items():
        object.__setattr__(made, name, each)
    return made


def web_address(text: str | None) -> str | None:
    """`text` when a browser may follow it (http or https with a host), None when there is nothing; else ValueError."""
    if not text:
        return None
    try:
        parts = urlsplit(text.strip())
    except ValueError:  # a bracket that stays open
        raise _no_address(text) from None
    if parts.scheme not in ("http", "https") or not parts.netloc or any(ch in text for ch in "\"'<>\\ {}"):
        raise _no_address(text)
    return text.strip()


def _no_address(text: str) -> Unfit:
    return Unfit(phrase("“{text}” is no web address: it must begin with https://.", text=text))


def country_code(text: str) -> str:
    """``SE`` of what was typed. Raises Unfit."""
    known = text.strip().upper()
    if not known:
        raise Unfit(phrase("This cannot be empty."))
    if known not in COUNTRIES:
        raise Unfit(phrase("“{text}” is no country: write its two letters, as in SE.", text=text))
    return known


KEPT: Mapping[str, Any] = MappingProxyType({"kept": True})
"""The context in which pydantic reads what was kept. A bound is for what is written: what is older than it stays."""


def unless_kept(value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """A text as it was kept, else as the `check` that is wrapped wants it."""
    return value if info.context is KEPT and isinstance(value, str) else check(value)


WebAddress = Annotated[str | None, AfterValidator(web_address)]
CountryCode = Annotated[str, AfterValidator(country_code), WrapValidator(unless_kept)]
"""Two letters, such as SE."""
ShopifyId = Annotated[int, Field(gt=0, lt=2**63)]
"""Shopify's number of something; no column holds a larger one."""
PerLanguage = dict[str, str]
"""Language code -> text. A reader gets their language, else English, else whatever comes first."""
LanguageCode = Annotated[str, Field(max_length=12), WrapValidator(unless_kept)]
LinePerLanguage = dict[LanguageCode, Annotated[str, Field(max_length=300), WrapValidator(unless_kept)]]
"""What stands on a line or two of a page."""
SentencesPerLanguage = dict[LanguageCode, Annotated[str, Field(max_length=500), WrapValidator(unless_kept)]]
"""What explains or asks for something."""
PassagePerLanguage = dict[LanguageCode, Annotated[str, Field(max_length=2000), WrapValidator(unless_kept)]]
"""What fills part of a sheet."""


def in_language(texts: dict[str, T], language: str) -> T | None:
    """What `texts` holds for `language` (``de``), else English, else the first; None when empty."""
    for code in (language, "en"):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), None)
