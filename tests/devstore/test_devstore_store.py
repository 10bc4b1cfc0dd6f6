"""The dev store's documents: what is put stays, what is rolled back never was."""

from pathlib import Path

import pytest

from devstore.store import Store


def test_a_document_survives_the_process_that_stored_it(tmp_path: Path) -> None:
    Store(tmp_path / "shop.sqlite3").put("order", {"id": 7, "name": "#1007"})

    assert Store(tmp_path / "shop.sqlite3").get("order", 7) == {"id": 7, "name": "#1007"}


def test_a_copy_that_is_changed_leaves_the_stored_document_alone() -> None:
    store = Store(None)
    store.put("order", {"id": 1, "lines": [{"quantity": 1}]})

    copy = store.get("order", 1)
    assert copy is not None
    copy["lines"][0]["quantity"] = 9

    assert store.all("order") == [{"id": 1, "lines": [{"quantity": 1}]}]


def test_a_failed_transaction_leaves_neither_memory_nor_file_changed(tmp_path: Path) -> None:
    store = Store(tmp_path / "shop.sqlite3")
    store.put("order", {"id": 1, "state": "open"})
    store.find("order", state="open")

    with pytest.raises(RuntimeError), store.transaction():
        store.put("order", {"id": 1, "state": "closed"})
        store.put("order", {"id": 2, "state": "open"})
        raise RuntimeError

    assert store.find("order", state="open") == [{"id": 1, "state": "open"}]
    assert Store(tmp_path / "shop.sqlite3").all("order") == [{"id": 1, "state": "open"}]


def test_an_inner_transaction_that_fails_takes_only_its_own_changes_back() -> None:
    store = Store(None)

    with store.transaction():
        store.put("order", {"id": 1})
        with pytest.raises(RuntimeError), store.transaction():
            store.put("order", {"id": 2})
            raise RuntimeError

    assert [each["id"] for each in store.all("order")] == [1]


def test_finding_follows_every_change() -> None:
    store = Store(None)
    store.put("order", {"id": 1, "customer": 5})
    assert len(store.find("order", customer=5)) == 1

    store.put("order", {"id": 1, "customer": 6})
    store.put("order", {"id": 2, "customer": 6})
    store.delete("order", 1)

    assert store.find("order", customer=5) == []
    assert [each["id"] for each in store.find("order", customer=6)] == [2]


def test_a_number_is_never_given_out_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "shop.sqlite3")
    store.put("order", {"id": store.next_id("order")})
    first = store.all("order")[0]["id"]
    store.delete("order", first)

    assert store.next_id("order") > first
    assert Store(tmp_path / "shop.sqlite3").next_id("order") > first + 1


def test_a_twin_holds_the_same_and_goes_its_own_way() -> None:
    store = Store(None)
    store.put("order", {"id": 1, "state": "open"})
    made = store.next_id("return")

    twin = store.twin()
    store.all("order")[0]["state"] = "changed where nothing may be"
    assert twin.all("order") == [{"id": 1, "state": "open"}]
    store.put("order", {"id": 1, "state": "open"})
    twin.put("order", {"id": 1, "state": "closed"})
    store.put("order", {"id": 2, "state": "open"})

    assert twin.all("order") == [{"id": 1, "state": "closed"}]
    assert [each["state"] for each in store.all("order")] == ["open", "open"]
    assert twin.find("order", state="open") == []
    assert twin.next_id("return") == made + 1
