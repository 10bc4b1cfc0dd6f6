"""Tracking numbers a carrier's own check would accept.

Formats and check digits after the public tables of jkeen/tracking_number_data: UPU S10 (mod 11), GS1 SSCC (mod 10),
UPS, USPS and DPD (mod 37/36) numbers, DHL Express (mod 7). Digits without a check are drawn freely.
"""

import random

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw_number(form: str, draw: random.Random) -> str:
    """A number of the form given in `carriers.toml`, such as `s10:UD:SE` or `ups:1ZA4F190`."""
    kind, *rest = form.split(":")
    if kind == "s10":
        return s10(rest[0], _digits(draw, 8), rest[1])
    if kind == "sscc":
        stem = rest[0] + _digits(draw, 19 - len(rest[0]))
        return stem + gs1(stem)
    if kind == "ups":
        stem = rest[0] + _digits(draw, 17 - len(rest[0]))
        return stem + ups(stem[2:])
    if kind == "usps":
        stem = rest[0] + _digits(draw, 21 - len(rest[0]))
        return stem + gs1(stem)
    if kind == "dpd":
        stem = rest[0] + _digits(draw, 14 - len(rest[0]))
        return stem + mod_37_36(stem)
    if kind == "mod7":
        stem = "73" + _digits(draw, 7)
        return stem + str(int(stem) % 7)
    if kind == "postnl":
        return "3SHEDV" + _digits(draw, 9)
    return _digits(draw, int(rest[0]))


def _digits(draw: random.Random, length: int) -> str:
    return "".join(str(draw.randrange(10)) for _ in range(length))


def s10(service: str, serial: str, country: str) -> str:
    """UPU S10: weighted sum mod 11, where 10 becomes 0 and 11 becomes 5."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return f"{service}{serial}{ {10: 0, 11: 5}.get(check, check) }{country}"


def gs1(stem: str) -> str:
    """GS1 mod 10: from the right, weights 3 and 1."""
    total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(stem)))
    return str(-total % 10)


def ups(serial: str) -> str:
    """UPS mod 10 over what follows `1Z`: letters count as (code - 3) mod 10, every second place doubles."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in serial]
    return str(-sum(value * (2 if i % 2 else 1) for i, value in enumerate(values)) % 10)


def mod_37_36(stem: str) -> str:
    """ISO 7064 mod 37,36, the letter at the end of a DPD number."""
    check = 36
    for character in stem:
        total = (check + LETTERS.index(character)) % 36 or 36
        check = total * 2 % 37
    return LETTERS[(37 - check) % 36]
