"""Global ids: ``gid://shopify/Order/1``."""

from __future__ import annotations

from devstore.refusals import Unknown


def gid(type_name: str, id: object) -> str:
    """The global id of a document."""
    return f"gid://shopify/{type_name}/{id}"


def number(global_id: str, *type_names: str) -> int:
    """The number inside a global id of one of the types; raises Unknown for anything else."""
    type_name, id = split(global_id)
    if type_names and type_name not in type_names:
        raise Unknown(f"{global_id} is not the id of a {' or '.join(type_names)}.")
    return id


def split(global_id: str) -> tuple[str, int]:
    """Type and number; a query string behind the number is dropped (``InventoryLevel/1?inventory_item_id=2``)."""
    start, _, rest = str(global_id).partition("gid://shopify/")
    type_name, _, tail = rest.partition("/")
    digits = tail.partition("?")[0]
    if start or not type_name or not digits.isdecimal():
        raise Unknown(f"Invalid global id '{global_id}'.")
    return type_name, int(digits)
