"""All drawings of goods by name."""

from collections.abc import Callable

from devstore.seed.pictures.bags import BAGS
from devstore.seed.pictures.camp import CAMP
from devstore.seed.pictures.canvas import Sheet
from devstore.seed.pictures.care import CARE
from devstore.seed.pictures.footwear import FOOTWEAR
from devstore.seed.pictures.home import HOME
from devstore.seed.pictures.knits import KNITS
from devstore.seed.pictures.tops import TOPS
from devstore.seed.pictures.wearables import WEARABLES

DRAWINGS: dict[str, Callable[[Sheet], None]] = {
    **TOPS,
    **KNITS,
    **WEARABLES,
    **FOOTWEAR,
    **BAGS,
    **CAMP,
    **HOME,
    **CARE,
}
