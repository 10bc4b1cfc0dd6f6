"""Numbers for seeded documents: like Shopify's, large, rising and one series per kind."""

import random
from collections import defaultdict

STEP = 32_768  # Shopify's own ids rise in steps of this size
FIRST = {
    "shop": 61_204_332_701,
    "location": 66_110_095_517,
    "product": 8_214_017_245_341,
    "variant": 44_612_905_173_149,
    "inventory_item": 46_700_118_802_589,
    "option": 10_411_268_440_221,
    "image": 39_800_641_708_189,
    "media": 32_140_677_447_837,
    "collection": 412_600_434_845,
    "customer": 7_145_338_273_949,
    "address": 8_660_721_959_069,
    "order": 5_588_094_779_549,
    "line_item": 14_402_660_114_589,
    "shipping_line": 4_602_137_903_261,
    "transaction": 6_910_440_964_253,
    "fulfillment": 5_010_247_942_301,
    "fulfillment_event": 21_877_016_887_453,
    "refund": 942_210_220_189,
    "refund_line_item": 604_181_889_181,
    "order_adjustment": 288_711_442_589,
    "return": 9_702_244_509,
    "return_line_item": 16_340_386_973,
    "discount": 1_402_334_806_173,
    "policy": 28_441_411_741,
    "page": 118_400_647_325,
    "company": 2_210_758_813,
    "company_location": 2_511_700_125,
    "market": 41_802_334_301,
    "gift_card": 611_224_420_509,
}


class Numbering:
    """Hands out the next id of a kind; the same calls in the same order give the same ids."""

    def __init__(self) -> None:
        self._drawn: dict[str, int] = defaultdict(int)

    def next(self, kind: str) -> int:
        """The next id of `kind`, a key of FIRST."""
        self._drawn[kind] += 1
        return FIRST[kind] + STEP * self._drawn[kind]


def gid(kind: str, number: int) -> str:
    """Shopify's global id, as in `gid://shopify/Product/1`."""
    return f"gid://shopify/{kind}/{number}"


def token(draw: random.Random, length: int = 32) -> str:
    """A hexadecimal token, as in order and checkout addresses."""
    return f"{draw.getrandbits(4 * length):0{length}x}"
