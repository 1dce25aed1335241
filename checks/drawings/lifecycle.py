"""The statuses of a task, from the service's code: transitions, operations, required columns."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Final

from sqlalchemy import CheckConstraint

from checks.drawings import svg
from domain.work.task_queue import TaskQueue
from domain.work.tasks import LIFECYCLE, Task, Tasks, TaskStatus

NAME: Final = "task-lifecycle"
TITLE: Final = "The lifecycle of a task"
WIDTH: Final = 168.0
HEIGHT: Final = 84.0
ACROSS: Final = 126.0
BETWEEN: Final = 56.0
LEFT: Final = 130.0
TOP: Final = 104.0
BORDER: Final = 24.0

SET: Final = (
    "A box lists the columns that are set in this status; a status in a double frame is final."
)
OTHERWISE: Final = "Every other change of the status is refused."

_REQUIRED: Final = re.compile(r"\(status (?:= '(\w+)'|IN \((.+)\))\) = \((\w+) IS (NOT )?NULL\)")

Methods = dict[str, ast.FunctionDef]
Places = dict[TaskStatus, tuple[float, float]]
"""The left upper corner of each status."""


def drawn() -> str:
    """Return the drawing."""
    places = _places()
    below = places[initial()][1] + HEIGHT + 30 + 14 * len(edits())
    bottom = max(below, *(y + HEIGHT for _, y in places.values()))
    width = max(x for x, _ in places.values()) + WIDTH + BORDER
    parts = [
        svg.element("defs", None, *map(_arrow, ("blue", "edge"))),
        svg.text(BORDER, 34, TITLE, "big bold"),
        svg.text(BORDER, 54, f"{OTHERWISE} {removed_by()} removes a task of any status.", "soft"),
        svg.text(BORDER, 72, SET, "soft"),
        *_beginning(places),
        *(_transition(places, before, after) for before, after in _transitions()),
        *(_status(status, *place) for status, place in places.items()),
        *_edited(places),
    ]
    return svg.document(NAME, TITLE, _said(), (width, bottom + BORDER), parts)


def _said() -> str:
    sentences = [f"A task begins as {initial()} by {created_by()}."]
    sentences += [
        f"{before.capitalize()} becomes {after} by {operation_to(after)}."
        for before, after in _transitions()
    ]
    final = ", ".join(status for status in TaskStatus if not LIFECYCLE[status])
    edited = f"A {initial()} task is edited by {', '.join(edits())}."
    return " ".join([*sentences, f"Final: {final}.", edited, OTHERWISE])


def _transitions() -> Iterator[tuple[TaskStatus, TaskStatus]]:
    for before in TaskStatus:
        yield from ((before, after) for after in TaskStatus if after in LIFECYCLE[before])


def _methods(owner: type) -> Methods:
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    return {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def _calls(method: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in ast.walk(method) if isinstance(node, ast.Call))


def initial() -> TaskStatus:
    """Return the status of a new task: the column's default."""
    default = Task.__table__.c.status.server_default
    return TaskStatus(str(default.arg).strip("'"))


def created_by() -> str:
    """Return the operation that inserts a task."""
    (name,) = _calling("insert")
    return name


def removed_by() -> str:
    """Return the operation that deletes a task."""
    (name,) = _calling("compare_and_delete")
    return name


def edits() -> list[str]:
    """Return the operations that change a task without changing its status."""
    return list(_calling("self._edit"))


def _calling(function: str) -> Iterator[str]:
    for name, method in _methods(Tasks).items():
        if any(ast.unparse(call.func) == function for call in _calls(method)):
            yield f"tasks.{name}"


def operation_to(status: TaskStatus) -> str:
    """Return the operation of workers that passes this status on as the new one."""
    (name,) = (
        name
        for name, method in _methods(TaskQueue).items()
        for call in _calls(method)
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        if ast.unparse(argument) == f"TaskStatus.{status.name}"
    )
    return f"worker.{name}"


def columns_of(status: TaskStatus) -> list[str]:
    """Return the columns that the table's constraints require for a status, and no others."""
    found = []
    for constraint in Task.__table__.constraints:  # type: ignore[attr-defined]
        if isinstance(constraint, CheckConstraint):
            match = _REQUIRED.fullmatch(str(constraint.sqltext))
            if match is not None:
                named = re.findall(r"\w+", match[1] or match[2])
                if (status in named) == bool(match[4]):
                    found.append(match[3])
    order = list(Task.__table__.c.keys())
    return sorted(found, key=order.index)


def _places() -> Places:
    """Return the left upper corner of each status: columns by the number of transitions."""
    distance = {initial(): 0}
    waiting = [initial()]
    while waiting:
        before = waiting.pop(0)
        for after in TaskStatus:
            if after in LIFECYCLE[before] and after not in distance:
                distance[after] = distance[before] + 1
                waiting.append(after)
    columns: dict[int, list[TaskStatus]] = {}
    for status in TaskStatus:
        columns.setdefault(distance[status], []).append(status)
    tallest = max(map(len, columns.values())) * (HEIGHT + BETWEEN) - BETWEEN
    places = {}
    for at, statuses in columns.items():
        top = TOP + (tallest - len(statuses) * (HEIGHT + BETWEEN) + BETWEEN) / 2
        for number, status in enumerate(statuses):
            places[status] = (LEFT + at * (WIDTH + ACROSS), top + number * (HEIGHT + BETWEEN))
    return places


def _status(status: TaskStatus, x: float, y: float) -> str:
    parts = [svg.box(x, y, WIDTH, HEIGHT, "box framed")]
    if not LIFECYCLE[status]:
        parts.append(svg.box(x + 4, y + 4, WIDTH - 8, HEIGHT - 8, "box framed"))
    middle = x + WIDTH / 2
    parts.append(svg.text(middle, y + 24, status, "bold middle"))
    columns = columns_of(status)
    lines = columns or ["(none)"]
    for number, name in enumerate(lines):
        parts.append(svg.text(middle, y + 42 + number * 14, name, "mono soft middle"))
    return svg.group(*parts)


def _arrow(colour: str) -> str:
    tip = svg.line([(1, 1), (8, 5), (1, 9)], f"line {colour}")
    attributes: svg.Attributes = {
        "id": f"{NAME}-{colour}",
        "viewBox": "0 0 10 10",
        "refX": "8",
        "refY": "5",
        "markerWidth": "9",
        "markerHeight": "9",
        "markerUnits": "userSpaceOnUse",
        "orient": "auto",
    }
    return svg.element("marker", attributes, tip)


def _arrowed(points: list[tuple[float, float]], colour: str) -> str:
    end = {"marker-end": f"url(#{NAME}-{colour})"}
    return svg.line(points, f"line {colour}", **end)


def _beginning(places: Places) -> Iterator[str]:
    x, y = places[initial()]
    middle = y + HEIGHT / 2
    yield svg.element("circle", {"cx": BORDER + 6, "cy": middle, "r": 6})
    yield _arrowed([(BORDER + 12, middle), (x - 2, middle)], "blue")
    yield svg.text((BORDER + 12 + x) / 2, middle - 8, created_by(), "mono blue middle")


def _transition(places: Places, before: TaskStatus, after: TaskStatus) -> str:
    (x, y), (end, there) = places[before], places[after]
    label = operation_to(after)
    if end > x:
        turn, line, middle = x + WIDTH + 16, y + HEIGHT / 2, there + HEIGHT / 2
        points = [(x + WIDTH, line), (turn, line), (turn, middle), (end - 2, middle)]
        at = (turn + end) / 2, middle - 8
    else:  # back, above all
        high, start, target = TOP - 8, x + WIDTH * 0.75, end + WIDTH * 0.75
        points = [(start, y), (start, high), (target, high), (target, there - 2)]
        at = (start + target) / 2, high - 6
    return svg.group(_arrowed(points, "blue"), svg.text(*at, label, "mono blue middle"))


def _edited(places: Places) -> Iterator[str]:
    x, y = places[initial()]
    bottom, left, right = y + HEIGHT, x + WIDTH * 0.3, x + WIDTH * 0.6
    low = bottom + 22
    yield _arrowed([(left, bottom), (left, low), (right, low), (right, bottom + 2)], "edge")
    for number, name in enumerate(edits()):
        yield svg.text((left + right) / 2, low + 16 + number * 14, name, "mono soft middle")
