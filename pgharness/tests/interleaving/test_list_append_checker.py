"""The checker of histories knows each kind of cycle, and finds none where there is none."""

from pgharness.interleaving.list_append_checker import Anomaly, Append, Read, Transaction, anomalies


def test_one_after_the_other_is_clean() -> None:
    history = [
        Transaction("a", (Read("x", ()), Append("x", "1"), Append("y", "1"))),
        Transaction("b", (Read("x", ("1",)), Append("x", "2"), Read("x", ("1", "2")))),
        Transaction("c", (Read("x", ("1", "2")), Read("y", ("1",)))),
    ]
    assert anomalies(history) == set()


def test_one_anti_dependency_alone_is_clean() -> None:
    history = [
        Transaction("a", (Read("x", ()), Read("y", ()))),
        Transaction("b", (Append("x", "1"), Append("y", "1"))),
        Transaction("c", (Read("x", ("1",)), Read("y", ("1",)))),
    ]
    assert anomalies(history) == set()


def test_appends_that_overtake_each_other_are_a_write_cycle() -> None:
    history = [
        Transaction("a", (Append("x", "1"), Append("y", "1"))),
        Transaction("b", (Append("x", "2"), Append("y", "2"))),
        Transaction("c", (Read("x", ("1", "2")), Read("y", ("2", "1")))),
    ]
    assert Anomaly("G0", ("a", "b")) in anomalies(history)


def test_reading_what_is_given_up_is_an_aborted_read() -> None:
    history = [
        Transaction("a", (Append("x", "1"),), committed=False),
        Transaction("b", (Read("x", ("1",)),)),
    ]
    assert anomalies(history) == {Anomaly("G1a", ("a", "b"))}


def test_reading_half_of_a_transaction_is_an_intermediate_read() -> None:
    history = [
        Transaction("a", (Append("x", "1"), Append("x", "2"))),
        Transaction("b", (Read("x", ("1",)),)),
        Transaction("c", (Read("x", ("1", "2")),)),
    ]
    assert Anomaly("G1b", ("a", "b")) in anomalies(history)


def test_each_reading_the_others_change_is_a_circular_flow() -> None:
    history = [
        Transaction("a", (Append("x", "1"), Read("y", ("1",)))),
        Transaction("b", (Append("y", "1"), Read("x", ("1",)))),
    ]
    assert anomalies(history) == {Anomaly("G1c", ("a", "b"))}


def test_one_old_and_one_new_is_a_read_skew() -> None:
    history = [
        Transaction("a", (Read("x", ()), Read("y", ("1",)))),
        Transaction("b", (Append("x", "1"), Append("y", "1"))),
        Transaction("c", (Read("x", ("1",)),)),
    ]
    assert anomalies(history) == {Anomaly("G-single", ("a", "b"))}


def test_a_lost_update_is_seen() -> None:
    history = [
        Transaction("a", (Read("x", ()), Append("x", "1"))),
        Transaction("b", (Read("x", ()), Append("x", "2"))),
        Transaction("c", (Read("x", ("1", "2")),)),
    ]
    assert anomalies(history) == {Anomaly("G-single", ("a", "b"))}


def test_each_missing_the_others_change_is_a_write_skew() -> None:
    history = [
        Transaction("a", (Read("x", ()), Append("y", "1"))),
        Transaction("b", (Read("y", ()), Append("x", "1"))),
        Transaction("c", (Read("x", ("1",)), Read("y", ("1",)))),
    ]
    assert anomalies(history) == {Anomaly("G2", ("a", "b"))}


def test_a_write_skew_of_three_is_seen() -> None:
    history = [
        Transaction("a", (Read("x", ()), Append("y", "1"))),
        Transaction("b", (Read("y", ()), Append("z", "1"))),
        Transaction("c", (Read("z", ()), Append("x", "1"))),
        Transaction("d", (Read("x", ("1",)), Read("y", ("1",)), Read("z", ("1",)))),
    ]
    assert anomalies(history) == {Anomaly("G2", ("a", "c", "b"))}


def test_an_append_that_vanishes_is_seen() -> None:
    history = [
        Transaction("a", (Append("x", "1"),)),
        Transaction("b", (Append("x", "2"),)),
        Transaction("c", (Append("x", "3"),)),
        Transaction("d", (Read("x", ("1",)),)),
        Transaction("e", (Read("x", ("2", "3")),)),
    ]
    assert Anomaly("incompatible order", ("d",)) in anomalies(history)
