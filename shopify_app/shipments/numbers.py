"""What a tracking number says about itself: check digits, formats, and how far each may be believed.

Confidence: 0.95 with a check digit and a country that has that post, 0.9 with a check digit, 0.9 with a prefix only one
carrier uses, 0.5 with a pattern several share, 0.3 for plain digits. Below 0.6 nobody is chosen by the number alone.
"""

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SURE_ENOUGH = 0.6
_ALPHANUMERIC = string.digits + string.ascii_uppercase


@dataclass(frozen=True)
class Detected:
    """A carrier (directory id) a number may belong to, and how sure the number alone makes us (0 to 1)."""

    carrier: str
    confidence: float


def plain(number: str) -> str:
    """The number as carriers key it: no spaces, no hyphens, upper case."""
    return re.sub(r"[\s\-\u2010-\u2015.]", "", number).upper()


def detect(number: str) -> list[Detected]:
    """Every carrier whose format the number fits, the surest first; one entry a carrier."""
    key = plain(number)
    best: dict[str, float] = {}
    for format_ in _FORMATS:
        if (found := format_.fits(key)) and found.confidence > best.get(found.carrier, 0):
            best[found.carrier] = found.confidence
    return sorted((Detected(*item) for item in best.items()), key=lambda item: (-item.confidence, item.carrier))


# --- check digits: each is given the whole number and says whether its last character is right ------------------------


def mod7(digits: str) -> bool:
    """DHL Express: the number before the check digit, modulo 7."""
    return int(digits[:-1]) % 7 == int(digits[-1])


def mod10(text: str, weights: tuple[int, int]) -> bool:
    """Weights by turns from the left; a letter counts as its code minus 3, modulo 10 (UPS)."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in text[:-1]]
    total = sum(value * weights[place % 2] for place, value in enumerate(values))
    return -total % 10 == int(text[-1])


def sscc(digits: str) -> bool:
    """GS1 numbers: 3, 1, 3 ... from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return -total % 10 == int(digits[-1])


def luhn(digits: str) -> bool:
    """Every second digit from the right doubled, digits of the products summed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def s10(digits: str) -> bool:
    """Universal Postal Union S10: eight digits weighted, modulo 11; remainder 0 gives 5, 1 gives 0."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:8], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {0: 5, 1: 0}.get(total % 11, 11 - total % 11) == int(digits[8])


def mod11_10(digits: str, weights: Sequence[int]) -> bool:
    """FedEx Express: weighted sum modulo 11, then modulo 10."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:-1], weights, strict=True))
    return total % 11 % 10 == int(digits[-1])


def mod37_36(text: str) -> bool:
    """DPD (ISO 7064 mod 37,36): the check character is a digit or a letter."""
    rest = 36
    for character in text[:-1]:
        rest = (rest + _ALPHANUMERIC.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return _ALPHANUMERIC[(37 - rest) % 36] == text[-1]


# --- formats ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Format:
    carrier: str
    pattern: str
    confidence: float
    check: Callable[[str], bool] | None = None

    def fits(self, key: str) -> Detected | None:
        found = re.fullmatch(self.pattern, key)
        if not found or (self.check and not self.check(found[1] if found.groups() else key)):
            return None
        return Detected(self.carrier, self.confidence)


@dataclass(frozen=True)
class _PostalFormat:
    """Two letters, nine digits, the country of the post that gave the number out."""

    def fits(self, key: str) -> Detected | None:
        found = re.fullmatch(r"[A-Z]{2}(\d{9})([A-Z]{2})", key)
        post = _POSTS.get(found[2]) if found else None
        return Detected(post, 0.95) if found and post and s10(found[1]) else None


_POSTS = {
    "DE": "deutsche_post", "SE": "postnord", "DK": "postnord", "NO": "bring", "FI": "posti", "NL": "postnl",
    "BE": "bpost", "FR": "colissimo", "ES": "correos", "GB": "royal_mail", "IE": "an_post", "AT": "austrian_post",
    "CH": "swiss_post", "IT": "poste_italiane", "US": "usps", "CA": "canada_post", "AU": "australia_post",
}  # fmt: skip

_FORMATS: tuple[_Format | _PostalFormat, ...] = (
    _PostalFormat(),
    _Format("ups", r"1Z([0-9A-Z]{15}\d)", 0.9, lambda text: mod10(text, (1, 2))),
    _Format("usps", r"(?:420\d{5}(?:\d{4})?)?(9[1-5]\d{20})", 0.9, sscc),
    _Format("usps", r"(7\d{19}|[0-2]3\d{18})", 0.9, sscc),
    _Format("dhl", r"(00340434\d{12})", 0.95, sscc),
    _Format("dhl", r"JJD\d{10,20}", 0.9),
    _Format("dhl_express", r"(\d{10,11})", 0.9, mod7),
    _Format("dhl_express", r"JVGL\d{8,12}", 0.9),
    _Format("dpd", r"%?([0-9A-Z]{7}\d{20}[0-9A-Z])", 0.9, mod37_36),
    _Format("dpd", r"(\d{14}[0-9A-Z])", 0.9, mod37_36),
    _Format("fedex", r"(\d{12})", 0.9, lambda text: mod11_10(text, (3, 1, 7) * 3 + (3, 1))),
    _Format("fedex", r"(?:96\d{5})?(\d{15})", 0.9, sscc),
    _Format("canada_post", r"(\d{16})", 0.9, lambda text: mod10(text, (3, 1))),
    _Format("amazon", r"TB[ACM]\d{12}", 0.9),
    _Format("yunexpress", r"YT\d{16}", 0.9),
    _Format("landmark", r"LTN\d{6,12}N\d", 0.9),
    _Format("ontrac", r"([CD]\d{14})", 0.9, lambda text: mod10(text, (1, 2))),
    _Format("yodel", r"JD\d{16}", 0.9),
    _Format("colissimo", r"\d[A-Z]\d{11}", 0.5),
    _Format("postnl", r"3S[0-9A-Z]{11,13}", 0.5),
    _Format("evri", r"[HTP]\d{2}[0-9A-Z]{13}", 0.5),
    _Format("gls", r"\d{11,12}", 0.3),
    _Format("hermes", r"\d{14}", 0.3),
    _Format("dpd", r"\d{14}", 0.3),
    _Format("purolator", r"(\d{12})", 0.9, luhn),
    _Format("dhl", r"\d{12}", 0.3),
)
