"""Labels and parcels that cannot be kept, told to the merchant in their language. Pure."""

from __future__ import annotations

from shopify_app.i18n import phrase
from shopify_app.settings.shape import Unfit

ONE_OF_TWO = phrase("Choose a file, or type the link to the label: one of the two.")
ENDED = phrase("The label has ended already.")
GONE = phrase("There is no such label any more.")
TOO_LARGE = phrase("The label is larger than 5 MB.")
NEITHER_KIND = phrase("A label is a PDF or a PNG file; this is neither.")
NO_NUMBER = phrase("Type the parcel's number.")
NO_PAGE = phrase("The parcel's page begins with https://.")


class NoLabel(Unfit):
    """A label that cannot be kept, or that is not there; `said` tells the merchant why."""


class NoParcel(Unfit):
    """What was typed of a parcel is none; `said` tells the merchant why."""


class FileRefused(Unfit):
    """A file that is not kept; `said` tells the merchant why."""
