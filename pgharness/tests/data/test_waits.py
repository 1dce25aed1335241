"""Who waits for whom: read from a server, as text, and as a picture."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree as ET

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session as OrmSession

from pgharness.interleaving.actors import Actor
from pgharness.observe import waits, waits_svg
from pgharness.observe.waits import Session
from test_row_factory import CustomerFactory

SECRET: Final = "violet teapots hum at dusk"
RENAME: Final = f"UPDATE customers SET country = 'BE' WHERE email <> '{SECRET}'"
RENAMED: Final = "UPDATE customers SET country = '…' WHERE email <> '…'"

ADA: Final = Session("Ada", "idle in transaction", "UPDATE a")
BRAM: Final = Session("Bram", "active", "UPDATE b", ("Ada",), "transactionid")
CLEO: Final = Session("Cleo", "active", "UPDATE c", ("Ada", "Bram"), "tuple")
DORA: Final = Session("Dora <&>", "idle in transaction (aborted)", "SELECT '…'")

SVG: Final = "{http://www.w3.org/2000/svg}"


def sending(statement: str) -> Callable[[Connection], object]:
    return lambda work: work.execute(text(statement))


@contextmanager
def actors(shop: Engine, *names: str) -> Iterator[list[Actor[Engine]]]:
    """Yield actors with an open transaction each, whose connections have these names."""
    with ExitStack() as cleanups:
        found = []
        for name in names:
            engine = create_engine(shop.url, connect_args={"application_name": name})
            found.append(Actor(name, engine, engine))
            cleanups.callback(found[-1].close)
            found[-1].begin(lambda engine: engine.begin())
        yield found


def queue(observer: psycopg.Connection, *given: Actor[Engine]) -> None:
    """Let each actor wait for the one before."""
    for one in given:
        one.do(sending(RENAME))
        if one is given[0]:
            one.outcome()
    for before, one in pairwise(given):
        one.wait_until_blocked(before.name, observer)


def test_nothing_is_read_where_no_transaction_is_open(
    shop: Engine, connection: psycopg.Connection
) -> None:
    with shop.connect() as idle:
        idle.execute(text("SELECT 1"))
        idle.rollback()
        assert waits.read(connection) == ()


def test_waits_are_read_from_the_server(
    shop: Engine, making: OrmSession, connection: psycopg.Connection
) -> None:
    CustomerFactory.create(session=making)
    making.commit()
    with actors(shop, "Ada", "Bram", "Bram") as (ada, bram, again):
        queue(connection, ada, bram)
        again.outcome()
        again.do(sending("SELECT 1"))
        again.outcome()
        assert waits.read(connection) == (
            Session("Ada", "idle in transaction", RENAMED),
            Session("Bram", "active", RENAMED, ("Ada",), "transactionid"),
            Session("Bram (2)", "idle in transaction", "SELECT 1"),
        )


def test_no_value_of_a_statement_that_the_server_has_cut_is_read(
    shop: Engine, connection: psycopg.Connection
) -> None:
    with shop.connect() as opened:
        opened.execute(text(f"SELECT '{SECRET * 100}'"))
        (found,) = waits.read(connection)
        opened.rollback()
    assert found == Session("shop", "idle in transaction", "SELECT '…'")


def test_the_observer_is_shown_only_if_it_is_waited_for(
    shop: Engine, making: OrmSession, connection: psycopg.Connection
) -> None:
    CustomerFactory.create(session=making)
    making.commit()
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        assert waits.read(connection) == ()
    connection.execute("SELECT pg_advisory_lock(1)")
    with actors(shop, "Ada") as (ada,):
        ada.do(sending("SELECT pg_advisory_xact_lock(1)"))
        ada.wait_until_blocked(None, connection)
        holder, found = waits.read(connection)
        connection.execute("SELECT pg_advisory_unlock(1)")
    assert (holder.name, holder.statement) == ("the observer", "")
    assert (found.waits_for, found.lock) == (("the observer",), "advisory")


def test_what_is_prepared_can_be_waited_for(
    shop: Engine, making: OrmSession, connection: psycopg.Connection
) -> None:
    CustomerFactory.create(session=making)
    making.commit()
    with shop.connect() as preparing:
        preparing.execute(text(RENAME))
        preparing.execute(text("PREPARE TRANSACTION 'left'"))
    with actors(shop, "Ada") as (ada,):
        ada.do(sending(RENAME))
        found: list[tuple[str, ...]] = []
        while not found and not ada.step.done():
            found = [one.waits_for for one in waits.read(connection) if one.waits_for]
        connection.execute("ROLLBACK PREPARED 'left'")
    assert found == [("a prepared transaction",)]


def test_the_text_has_holders_first() -> None:
    assert waits.text([CLEO, DORA, BRAM, ADA]).splitlines() == [
        "Cleo waits for Ada and Bram; Bram waits for Ada.",
        "",
        "Ada: idle in transaction, holds the lock",
        "  last statement: UPDATE a",
        "",
        "Bram: active, waits for Ada (lock: transactionid)",
        "  statement: UPDATE b",
        "",
        "Cleo: active, waits for Ada and Bram (lock: tuple)",
        "  statement: UPDATE c",
        "",
        "Dora <&>: idle in transaction (aborted)",
        "  last statement: SELECT '…'",
    ]


def test_many_sessions_are_not_all_shown_but_those_that_wait() -> None:
    idle = [Session(f"idle {n}", "idle in transaction") for n in range(20)]
    shown = waits.text([*idle, ADA, BRAM])
    assert shown.startswith("Bram waits for Ada.\n\nAda: ")
    assert shown.endswith("idle 9: idle in transaction\n\n10 more")
    assert "10 more" in waits_svg.svg([*idle, ADA, BRAM])


def test_sessions_that_wait_for_each_other_are_shown() -> None:
    ada = Session("Ada", "active", "UPDATE a", ("Bram",), "transactionid")
    assert waits.text([ada, BRAM]).startswith("Ada waits for Bram; Bram waits for Ada.")
    assert drawn([ada, BRAM]).findall(f"{SVG}polygon")


def drawn(sessions: list[Session]) -> ET.Element:
    return ET.fromstring(waits_svg.svg(sessions))  # noqa: S314 (our own)


def test_the_picture_has_a_box_for_each_session_and_an_arrowhead_for_each_holder() -> None:
    root = drawn([CLEO, DORA, BRAM, ADA])
    boxes = root.findall(f"{SVG}rect")
    assert [box.get("stroke-width") for box in boxes] == ["3", "1.5", "1.5", "1.5"]
    assert len(root.findall(f"{SVG}polygon")) == 2, "Ada and Bram are waited for"
    assert len(root.findall(f"{SVG}path")) == 3, "Bram waits for one, Cleo for two"
    words = [element.text for element in root.findall(f"{SVG}text")]
    assert [words.index(name) for name in ("Ada", "Bram", "Cleo", "Dora <&>")] == [0, 3, 6, 9]


def test_the_picture_can_be_read_aloud_and_put_in_any_page() -> None:
    root = drawn([BRAM, ADA])
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Bram waits for Ada."
    assert root.findtext(f"{SVG}desc") == waits.text([BRAM, ADA])
    for element in root.iter():
        assert not {"id", "style", "class", "href"} & set(element.keys())
    for element in root.findall(f"{SVG}path"):
        assert element.get("stroke") == waits_svg.ARROW
    assert not root.findall(f"{SVG}style")


@pytest.mark.parametrize("page", ["#ffffff", "#12161c"], ids=["light", "dark"])
def test_arrows_can_be_seen_on_a_page(page: str) -> None:
    assert contrast(waits_svg.ARROW, page) >= 3


@pytest.mark.parametrize("fill", waits_svg.FILLS.values(), ids=waits_svg.FILLS.keys())
@pytest.mark.parametrize("ink", [waits_svg.INK, waits_svg.QUIET], ids=["ink", "quiet"])
def test_a_box_can_be_read(fill: str, ink: str) -> None:
    assert contrast(ink, fill) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
