"""`-D order=random` executes the scenarios in an order that a number repeats."""

import re

from parallel_projects import PLAIN, Done, Project, feature, several

TOGETHER = """\
@fixture.cleanup.feature
Feature: Together
  Scenario: Together 1
    * it passes
  Scenario: Together 2
    * it passes
"""


def order_of(done: Done) -> list[str]:
    """Return the names of the scenarios in the order in which they were executed."""
    assert done.code == 0, done.output
    begun = (done.folder / "begun").read_text("utf-8").splitlines()
    names = [line.partition(" ")[2] for line in begun]
    return [name for name in names if name not in {"before_all", "after_all"}]


def test_a_number_repeats_an_order(parallel_project: Project) -> None:
    parallel_project.write(
        PLAIN, one=feature("One", *several("One", 6)), two=feature("Two", *several("Two", 6))
    )
    usual = order_of(parallel_project.run("-D", "workers=1"))
    first = order_of(parallel_project.run("-D", "workers=1", "-D", "order=1"))
    again = order_of(parallel_project.run("-D", "workers=1", "-D", "order=1"))
    other = order_of(parallel_project.run("-D", "workers=1", "-D", "order=2"))
    assert usual == [f"{name} {number}" for name in ("One", "Two") for number in range(1, 7)]
    assert first == again
    assert len({tuple(each) for each in (usual, first, other)}) == 3
    assert sorted(first) == sorted(other) == sorted(usual)


def test_a_run_says_which_number_repeats_its_order(parallel_project: Project) -> None:
    parallel_project.write(PLAIN, one=feature("One", *several("One", 12)))
    done = parallel_project.run("-D", "workers=1", "-D", "order=random")
    executed = order_of(done)
    [number] = re.findall(r"In a random order, which -D order=(\d+) repeats\.\n", done.output)
    again = parallel_project.run("-D", "workers=1", "-D", f"order={number}")
    assert order_of(again) == executed
    assert executed != [f"One {each}" for each in range(1, 13)]


def test_what_stays_together_keeps_its_order(parallel_project: Project) -> None:
    parallel_project.write(
        PLAIN, {"features/together.feature": TOGETHER}, one=feature("One", *several("One", 6))
    )
    for number in range(5):
        found = order_of(parallel_project.run("-D", "workers=1", "-D", f"order={number}"))
        place = found.index("Together 1")
        assert found[place + 1] == "Together 2"
