"""The Admin API: Shopify's schema executed over the dev store's documents, one file per subject.

Importing a subject's module registers its fields in `devstore.admin.fields.TABLE`; a new subject is one more name here.
"""

from importlib import import_module

SUBJECTS = (
    "values",
    "shop",
    "markets",
    "orders",
    "lines",
    "fulfillments",
    "refunds",
    "catalogue",
    "customers",
    "returns",
    "reverse_orders",
    "nodes",
    "mutations_fulfillment",
    "mutations_metafields",
    "mutations_order",
    "mutations_refund",
    "mutations_return",
    "return_money",
    "gift_cards",
    "order_edits",
    "mutations_store_credit",
    "themes",
    "subscriptions",
)

for _subject in SUBJECTS:
    import_module(f"{__name__}.{_subject}")
