"""Faults of the drawings: something is missing, wrong, or cannot be read."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from checks import operations_table
from checks.drawings import anomalies, entities, layers, lifecycle, svg
from domain.work.tasks import TaskStatus
from tests.checks import test_drawings as tests


@fault(
    "text of the code is written into a drawing as markup",
    noticed_by=tests.test_names_are_text_and_the_same_tables_make_the_same_drawing,
)
def text_is_not_escaped(patch: MonkeyPatch) -> None:
    patch.setattr(
        svg, "text", lambda x, y, content, _="": f'<text x="{x}" y="{y}">{content!r}</text>'
    )


@fault(
    "a drawing's styles apply to the whole page",
    noticed_by=tests.test_several_drawings_in_one_page_share_no_id_and_no_style,
)
def styles_are_everywhere(patch: MonkeyPatch) -> None:
    real = svg._style
    patch.setattr(svg, "_style", lambda scope: real(scope).replace(f"{scope} text", "text"))


@fault(
    "grey text is hard to read on a dark ground",
    noticed_by=tests.test_every_colour_of_text_is_legible_in_light_and_dark,
)
def grey_on_black(patch: MonkeyPatch) -> None:
    patch.setitem(svg.COLOURS, "soft", ("#52606f", "#52606f"))


@fault(
    "headings of narrow columns overlap",
    noticed_by=tests.test_no_text_covers_another_or_leaves_the_drawing,
)
def headings_overlap(patch: MonkeyPatch) -> None:
    patch.setitem(anomalies.EXPLAINED, "lock", "of the row, before it is read")


@fault(
    "a drawing has the colours of a light page on a dark one",
    noticed_by=tests.test_no_text_covers_another_or_leaves_the_drawing,
)
def always_light(patch: MonkeyPatch) -> None:
    light = {name: (colours[0], colours[0]) for name, colours in svg.COLOURS.items()}
    patch.setattr(svg, "COLOURS", light)


@fault(
    "what happens to rows that refer to a deleted one is not drawn",
    noticed_by=tests.test_every_table_is_drawn_with_its_columns_keys_and_references,
)
def actions_are_left_out(patch: MonkeyPatch) -> None:
    real = entities._references
    patch.setattr(entities, "_references", lambda table: [next(real(table), ("", "ink"))])


@fault(
    "lines run through the tables",
    noticed_by=tests.test_boxes_lie_apart_and_no_line_crosses_one,
)
def lines_have_no_room(patch: MonkeyPatch) -> None:
    patch.setattr(layers, "MARGIN", -16.0)


@fault(
    "tables overlap",
    noticed_by=tests.test_boxes_lie_apart_and_no_line_crosses_one,
)
def boxes_overlap(patch: MonkeyPatch) -> None:
    patch.setattr(layers, "_apart", lambda _row, _sizes, wishes: list(wishes))


@fault(
    "the drawing has a transition that the service refuses",
    noticed_by=tests.test_each_transition_of_a_task_is_drawn_with_its_operation,
)
def every_transition_is_drawn(patch: MonkeyPatch) -> None:
    more = (TaskStatus.PENDING, TaskStatus.FAILED)
    real = lifecycle._transitions
    patch.setattr(lifecycle, "_transitions", lambda: [*real(), more])


@fault(
    "an operation whose protection is unknown appears as one without",
    noticed_by=tests.test_an_operation_that_the_map_cannot_show_is_an_error,
    row="| `a.b` | read committed | P4 | a prayer |",
    expected="is no protection from",
)
def anything_is_a_protection(patch: MonkeyPatch) -> None:
    patch.setitem(operations_table.PROTECTIONS, "lock", "")


@fault(
    "what is the same as above is taken for nothing",
    noticed_by=tests.test_each_operation_that_writes_is_drawn_with_threats_and_protections,
)
def the_same_is_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(operations_table, "_resolved", lambda cell, _: cell.replace("the same", "lock"))
