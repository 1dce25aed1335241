"""What is adapted before streams are compared, where behave cannot do what the kit's sample does.

Each function takes a stream and returns what is left of it, or what behave has instead.
"""

from collections.abc import Callable
from typing import Any, Final

from kit_comparison import Message, Stream, kind_of

WORST_FIRST: Final = ("FAILED", "SKIPPED", "PASSED")

STARTS: Final = {"testStepStarted": "testStepId", "testRunHookStarted": "id"}
ENDS: Final = {"testStepFinished": "testStepId", "testRunHookFinished": "testRunHookStartedId"}


def of_kind(stream: Stream, kind: str) -> list[Any]:
    return [message[kind] for message in stream if kind in message]


def replaced(value: Any, old: str, new: str) -> Any:
    """Replace a text in all messages; both must be of one length, for the sake of columns."""
    assert len(old) == len(new)
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, old, new) for inner in value]
    return value


def without_ambiguous_cases(stream: Stream) -> Stream:
    """Leave out the scenarios that have a step with several definitions."""
    cases = [
        case
        for case in of_kind(stream, "testCase")
        if any(len(step.get("stepDefinitionIds", ())) > 1 for step in case["testSteps"])
    ]
    gone = {case["id"] for case in cases} | {case["pickleId"] for case in cases}
    gone |= {step["pickleStepId"] for case in cases for step in case["testSteps"]}
    gone |= {one["id"] for one in of_kind(stream, "testCaseStarted") if one["testCaseId"] in gone}
    return [message for message in stream if not gone & {*map(str, _own(message).values())}]


def _own(message: Message) -> dict[str, Any]:
    inner: dict[str, Any] = message[kind_of(message)]
    return inner


def one_hook_of_a_kind(stream: Stream) -> Stream:
    """Take the hooks of each kind as one, with the worst result; it has no tag expression."""
    first: dict[str, str] = {}
    kept = {
        hook["id"]: first.setdefault(hook["type"], hook["id"]) for hook in of_kind(stream, "hook")
    }
    groups: dict[str, str] = {}  # by the id of a test step or a run hook: the id of what is kept
    for case in of_kind(stream, "testCase"):
        steps: dict[str, str] = {}
        for step in case["testSteps"]:
            kind = kept.get(step.get("hookId"), step["id"])
            groups[step["id"]] = steps.setdefault(kind, step["id"])
    runs: dict[str, str] = {}
    for started in of_kind(stream, "testRunHookStarted"):
        groups[started["id"]] = runs.setdefault(kept[started["hookId"]], started["id"])
    return _merged(stream, kept, groups)


def _merged(stream: Stream, kept: dict[str, str], groups: dict[str, str]) -> Stream:
    results: dict[str, list[Any]] = {}
    for message in stream:
        if (kind := kind_of(message)) in ENDS:
            result = message[kind].get("testStepResult") or message[kind]["result"]
            results.setdefault(groups[message[kind][ENDS[kind]]], []).append(result)
    made = []
    for message in stream:
        kind = kind_of(message)
        inner = dict(message[kind])
        if kind == "hook":
            inner.pop("tagExpression", None)
        if kind == "testCase":
            inner["testSteps"] = [
                {**step, **({"hookId": kept[step["hookId"]]} if "hookId" in step else {})}
                for step in inner["testSteps"]
                if groups[step["id"]] == step["id"]
            ]
        if kind == "testRunHookStarted":
            inner["hookId"] = kept[inner["hookId"]]
        if kind in ENDS:
            name = "testStepResult" if kind == "testStepFinished" else "result"
            found = results[groups[inner[ENDS[kind]]]]
            inner[name] = min(found, key=lambda result: WORST_FIRST.index(result["status"]))
        its_id = inner.get({**STARTS, **ENDS, "hook": "id"}.get(kind, ""), "")
        if {**kept, **groups}.get(its_id, its_id) == its_id:
            made.append({kind: inner})
    return made


def sorted_hooks(stream: Stream) -> Stream:
    """Sort the hooks of each type by their tag expression."""
    hooks = of_kind(stream, "hook")
    types = list(dict.fromkeys(hook["type"] for hook in hooks))
    hooks.sort(key=lambda hook: (types.index(hook["type"]), hook.get("tagExpression", "")))
    rest = iter(hooks)
    return [{"hook": next(rest)} if "hook" in message else message for message in stream]


def without_hooks_for_other_tags(stream: Stream) -> Stream:
    """Leave out the calls of a tag's hook for which nothing is to be done."""
    meant = {
        ("BEFORE_TEST_CASE", "@fail-before"),
        ("AFTER_TEST_CASE", "@fail-after"),
        *(("BEFORE_TEST_CASE", "@passing-hook"), ("AFTER_TEST_CASE", "@passing-hook")),
    }
    gone = {
        hook["id"]
        for hook in of_kind(stream, "hook")
        if (hook["type"], hook.get("tagExpression")) not in meant
    }
    steps = {
        step["id"]
        for case in of_kind(stream, "testCase")
        for step in case["testSteps"]
        if step.get("hookId") in gone
    }
    made = []
    for message in stream:
        kind = kind_of(message)
        inner = dict(message[kind])
        if kind == "testCase":
            inner["testSteps"] = [one for one in inner["testSteps"] if one["id"] not in steps]
        if kind == "testStepFinished" and inner["testStepId"] in steps:
            assert inner["testStepResult"]["status"] == "PASSED"
        if inner.get("testStepId") not in steps and inner.get("id") not in gone:
            made.append({kind: inner})
    return sorted_hooks(made)


def without(kind: str, *fields: str) -> Callable[[Stream], Stream]:
    """Leave out a field of all messages of a type."""

    def adapted(stream: Stream) -> Stream:
        return [
            {kind: _without(message[kind], *fields)} if kind in message else message
            for message in stream
        ]

    return adapted


def _without(value: dict[str, Any], field: str, *inner: str) -> dict[str, Any]:
    if not inner:
        return {key: one for key, one in value.items() if key != field}
    return {**value, field: _without(value[field], *inner)}
