"""What `make postgres` says of the tests that `make test` leaves out there."""

from __future__ import annotations

from statements import Statements, shape_of


def test_a_list_of_any_length_reads_the_same() -> None:
    one = shape_of("SELECT a FROM b WHERE c IN (%(c_1_1)s::BIGINT) AND d = %(d_1)s")

    assert one == shape_of("SELECT a FROM b WHERE c IN (%(c_1_1)s::BIGINT, %(c_1_2)s::BIGINT) AND d = %(d_1)s")
    assert one != shape_of("SELECT a FROM b WHERE c IN (SELECT d FROM e) AND d = %(d_1)s")


def test_many_rows_read_the_same_however_many_they_are() -> None:
    def insert(rows: int) -> str:
        values = ", ".join(f"(%(a__{row})s::VARCHAR(3), %(b__{row})s, {row})" for row in range(rows))
        return shape_of(f"INSERT INTO t (a, b) SELECT p0, p1 FROM (VALUES {values}) AS s(p0, p1, n) RETURNING t.id")

    assert insert(2) == insert(7)
    assert "RETURNING t.id" in insert(2)


def test_whichever_columns_of_a_row_are_written_over_they_count_one_by_one() -> None:
    one, two = "UPDATE t SET a=%(a)s::BIGINT", "UPDATE t SET a=%(a)s::BIGINT, b=%(b)s"

    assert shape_of(f"{one} WHERE t.id = %(t_id)s::BIGINT") == shape_of(f"{two} WHERE t.id = %(t_id)s::BIGINT")
    assert shape_of(f"{one} WHERE t.a = %(a_1)s") != shape_of(f"{two} WHERE t.a = %(a_1)s")


def told(**sent: set[int]) -> Statements:
    """Tests by name, each of which took as many seconds as its name has letters."""
    told = Statements()
    told.sent = sent
    told.seconds.update({test: len(test) for test in sent})
    return told


def test_what_only_tests_that_are_left_out_send_is_missing() -> None:
    found = told(kept={1, 2}, left={2, 3}, longer={3}, same={1})
    found.left_out = {"left", "longer", "same"}

    assert found.missing() == ["left"]


def test_what_others_send_as_well_could_be_left_out_but_not_all_of_them() -> None:
    found = told(longest={1, 2}, longer={1, 2}, own={3}, meeting={1}, asked={1}, out={1})
    found.left_out, found.meeting, found.asked = {"out"}, {"meeting"}, {"asked"}

    assert found.spare() == ["longest"]


def test_what_is_sent_before_the_first_test_is_nobodys() -> None:
    found = Statements()

    found.write_down("SELECT 1", [("rows", 1)])

    assert found.sent == {}
