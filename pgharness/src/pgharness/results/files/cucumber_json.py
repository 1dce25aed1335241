"""`cucumber.json`: the older JSON format of Cucumber, which test management tools import.

There are several dialects; this is that of Cucumber-JVM, which most tools read.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, Final

from pgharness.results.model import (
    Attachment,
    Case,
    Executed,
    Feature,
    Hook,
    Rule,
    Run,
    Status,
    Step,
)
from pgharness.results.text import plain
from pgharness.results.wording import message, own_problem, reason

STATUSES: Final = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.ERROR: "failed",
    Status.AMBIGUOUS: "failed",
    Status.UNDEFINED: "undefined",
    Status.PENDING: "pending",
    Status.SKIPPED: "skipped",
    Status.NOT_RUN: "skipped",
}
NANOSECONDS: Final = 1_000_000_000
NOT_IN_ID: Final = re.compile(r"[^\w]+")


def text(run: Run) -> str:
    """Return the run in this format."""
    return json.dumps(features(run), ensure_ascii=False, indent=1) + "\n"


def features(run: Run) -> list[dict[str, Any]]:
    """Return all features, and one for the run if it failed by itself."""
    told = [*map(_feature, run.features), *_own(run)]
    return [_plain(one) for one in told if one["elements"]]


def _feature(feature: Feature) -> dict[str, Any]:
    """Return a feature. Its tags are those of each element: here their columns would be needed."""
    used: set[str] = set()
    elements = [
        element
        for rule in feature.rules
        for case in rule.cases
        for element in _elements(feature, rule, case, used)
    ]
    elements += [_of_hook(feature, hook, used) for hook in feature.hooks if hook.status.is_failure]
    return {
        "uri": feature.uri,
        "id": _id(feature.name),
        "keyword": feature.keyword,
        "name": feature.name,
        "description": feature.description,
        "line": feature.line,
        "elements": elements,
    }


def _elements(feature: Feature, rule: Rule, case: Case, used: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the scenario, and before it the steps of its background if there are any."""
    if background := [step for step in case.steps if step.in_background]:
        yield {
            "type": "background",
            "keyword": "Background",
            "name": "",
            "description": "",
            "line": background[0].line,  # of the background itself it is not known
            "steps": list(map(_step, background)),
        }
    named = _id(*filter(None, (feature.name, rule.name, case.name or case.keyword)))
    scenario: dict[str, Any] = {
        "type": "scenario",
        "id": _unique(named, case.number, used),
        "keyword": case.keyword,
        "name": case.name,
        "description": case.description,
        "line": case.line,
        "tags": [{"name": tag} for tag in case.tags],
        "before": list(map(_hook, case.before)),
        "steps": [_step(step) for step in case.steps if not step.in_background],
        "after": list(map(_hook, case.after)),
    }
    if case.started is not None:
        began = case.started.astimezone(UTC).replace(tzinfo=None)
        scenario["start_timestamp"] = f"{began.isoformat(timespec='milliseconds')}Z"
    if not _shows(case):
        # Readers take the worst status of steps and hooks, and "passed" if there are none.
        said = reason(case) if not case.status.is_failure else case.reason or case.status.value
        scenario["before"].append(_told(case.status, said))
    yield scenario


def _shows(case: Case) -> bool:
    """Whether readers see in steps and hooks that the case did not pass."""
    shown = {STATUSES[one.status] for one in case.executed}
    return case.status is Status.PASSED or STATUSES[case.status] in shown


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {
        "keyword": f"{step.keyword} ",
        "name": step.text,
        "line": step.line,
        "match": _match(step),
        "result": _result(step),
    }
    if step.table:
        told["rows"] = [{"cells": list(row)} for row in step.table]
    if step.doc_string is not None:
        told["doc_string"] = {"value": step.doc_string, "line": step.line + 1}
    return told | _attachments(step.attachments)


def _hook(hook: Hook) -> dict[str, Any]:
    match = {"location": hook.place or hook.name}
    return {"match": match, "result": _result(hook)} | _attachments(hook.attachments)


def _match(step: Step) -> dict[str, Any]:
    if not step.place:
        return {}
    arguments = [{"val": step.text[a:b], "offset": a} for a, b in step.parameters]
    return {"location": step.place} | ({"arguments": arguments} if arguments else {})


def _result(one: Executed) -> dict[str, Any]:
    told: dict[str, Any] = {"status": STATUSES[one.status]}
    if one.status not in {Status.SKIPPED, Status.NOT_RUN}:
        told["duration"] = round(one.duration * NANOSECONDS)
    if one.status.is_failure:
        said = message(one, one.status)
        trace = one.problem.trace.rstrip() if one.problem else ""
        told["error_message"] = trace if said in trace else f"{said}\n{trace}".rstrip()
    return told


def _attachments(attached: Iterable[Attachment]) -> dict[str, Any]:
    embeddings = [
        {
            "mime_type": one.media_type,
            "data": one.body if one.is_base64 else _base64(one.body),
            **({"name": one.file_name} if one.file_name else {}),
        }
        for one in attached
    ]
    return {"embeddings": embeddings} if embeddings else {}


def _base64(body: str) -> str:
    return base64.b64encode(plain(body).encode()).decode()


def _of_hook(feature: Feature, hook: Hook, used: set[str]) -> dict[str, Any]:
    """Return the scenario that stands for a failed hook of a feature or of the run."""
    return {
        "type": "scenario",
        "id": _unique(_id(feature.name, hook.name), 1, used),
        "keyword": "Hook",
        "name": hook.name,
        "description": "",
        "line": feature.line,
        "before": [_hook(hook)],
        "steps": [],
    }


def _own(run: Run) -> Iterator[dict[str, Any]]:
    """Yield the feature that stands for the run, whose failure no scenario shows."""
    hooks = [hook for hook in run.hooks if hook.status.is_failure]
    problem = own_problem(run)
    if problem or hooks:
        itself = Hook(name="The run", status=Status.FAILED)
        told = _feature(Feature(uri="", name="The run", hooks=(*[itself] * bool(problem), *hooks)))
        if problem:
            told["elements"][0]["before"] = [_told(Status.FAILED, problem)]
        yield told


def _told(status: Status, said: str) -> dict[str, Any]:
    return {"match": {}, "result": {"status": STATUSES[status], "error_message": said}}


def _id(*names: str) -> str:
    """Return the identifier that Cucumber makes of names."""
    return ";".join(NOT_IN_ID.sub("-", plain(name).lower()).strip("-") for name in names)


def _unique(name: str, number: int, used: set[str]) -> str:
    unique = f"{name};;{number}" if number > 1 else name
    while unique in used:
        number += 1
        unique = f"{name};;{number}"
    used.add(unique)
    return unique


def _plain(value: Any) -> Any:
    """Return the value with each text in it printable and masked."""
    match value:
        case str():
            return plain(value)
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
    return value
