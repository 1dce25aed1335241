"""Each Then step can fail, by each of its checks: there is a fault that nothing else notices."""

import time
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.faults.catalogue import every_fault
from tests.faults.judging import Outcome, Verdict, as_json
from tests.faults.steps import assertions
from tests.faults.steps.checks import Definition, every_definition
from tests.faults.verdicts_file import PROPERTY
from tests.support.forked import Preloaded
from tests.support.running import Ended

FAULTS: Final = {fault.name: fault for fault in every_fault()}

CHECKS: Final = {
    f"{definition.name}: {check}"
    for definition in every_definition()
    for check in definition.checks()
}

FAILING: Final = {
    f"{name}: {check}" for name, checks in assertions.known().items() for check in checks
}


def test_each_check_of_a_then_step_has_a_fault_or_a_reason() -> None:
    assert sorted(CHECKS - FAILING - assertions.listed().keys()) == []


def test_what_is_said_of_checks_is_said_of_those_there_are() -> None:
    assert sorted((FAILING | assertions.listed().keys()) - CHECKS) == []
    assert sorted(FAILING & assertions.listed().keys()) == [], "a fault is known: remove the reason"
    entries = [entry for checks in assertions.known().values() for entry in checks.values()]
    assert sorted({entry["fault"] for entry in entries} - FAULTS.keys()) == []
    assert [
        entry["example"] for entry in entries if not assertions.arguments(entry["example"])
    ] == []


def test_verdicts_complete_what_is_known() -> None:
    name = "features/steps/tasks.py:one_task"
    example = {"feature": "features/a.feature", "title": "An example", "definition": name}
    fault = "a submission is stored twice"
    failed = [{**example, "asserted": False}, {**example, "asserted": True}]
    found = assertions.completed({}, [{"fault": fault, "failed": failed}])
    entry = {"fault": fault, "example": "features/a.feature: An example"}
    assert found == {name: {"everything": entry}}
    assert assertions.completed({name: {"gone": entry}}, []) == {}
    assert assertions.completed({}, [{"fault": "no such fault", "failed": failed}]) == {}


@pytest.mark.faults
@pytest.mark.sampled
@pytest.mark.parametrize(
    "definition",
    [each for each in every_definition() if each.name in assertions.known()],
    ids=str,
)
def test_a_fault_needs_each_check_of_a_then_step(
    definition: Definition,
    loaded: Preloaded,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    runs = count()

    def run(entry: dict[str, str], code: str = "") -> Ended:
        """Let this step alone judge, in the example, whether there is the fault."""
        fault = FAULTS[entry["fault"]]
        alone = f"from tests.faults.steps import replaced\nreplaced.leave_only({definition.name!r})"
        return loaded.run(
            *fault.options(),
            *assertions.arguments(entry["example"]),
            reports=tmp_path / f"{next(runs)}",
            inject=fault.inject,
            code=f"{alone}\n{code}",
            until=1,
        )

    problems = []
    for check, entry in assertions.known()[definition.name].items():
        begun = time.perf_counter()
        ended = run(dict(entry))
        if not fails(ended, definition):
            problems.append(f"{entry['fault']!r} does not make it fail:\n{ended.output[-2000:]}")
        text = definition.without(check)
        mutant = run(dict(entry), f"replaced.replace({definition.name!r}, {text!r})")
        noticed = fails(ended, definition) and not fails(mutant, definition)
        if not noticed:
            problems.append(f"nothing changes without {check!r}:\n{mutant.output[-2000:]}")
        verdict = Verdict(
            fault=f"{definition.name}: {check}",
            source="step",
            outcome=Outcome.NOTICED if noticed else Outcome.SURVIVED,
            failed=[each for each in ended.failed if each.asserted],
            weak=False,
            rules=1,
            complete=False,
            seconds=round(time.perf_counter() - begun, 2),
            output=mutant.output[-2000:],
        )
        request.node.user_properties.append((PROPERTY, as_json(verdict)))
    assert not problems, "\n".join(problems)


def fails(ended: Ended, definition: Definition) -> bool:
    """Return whether the step has failed by an assertion."""
    return any(each.asserted and each.definition == definition.name for each in ended.failed)
