"""Build the model of a run from its messages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from cucumber_messages import (
    GherkinDocument,
    Pickle,
    PickleStep,
    Rule,
    TestStep,
)

from pgharness.results import model
from pgharness.results.model import Status
from pgharness.results.stream.collecting import (
    Attempt,
    Collector,
    attachments_of,
    instant,
    place_of,
    problem_of,
    seconds,
    status_of,
)
from pgharness.results.stream.hooks import LATE, OF_ELEMENT, as_error, blocked, hook_name
from pgharness.results.stream.surroundings import environment_of, pauses_of
from pgharness.results.stream.written import Index, cells_of, names_of, rows_of, rule_of, text_of

NOT_RUN: Final = "not run: the run ended before"
UNFINISHED: Final = "not run: the run has not finished"
NO_STEPS: Final = "it has no steps"


class Builder:
    """Builds the model from what was collected."""

    def __init__(self, collected: Collector) -> None:
        self._collected = collected
        self._index = Index()
        self._blocked: dict[str, str] = {}
        """Why the cases of a feature or a rule were not run, by its `file:line`."""

    def run(self) -> model.Run:
        """Return the run so far."""
        self._index.add(self._collected.documents)
        collected = self._collected
        finished = collected.finished
        hooks = [self._run_hook(started) for started in collected.run_hooks]
        self._blocked = dict(blocked(hooks))
        features = self._features(hooks)
        return model.Run(
            started=instant(collected.started) if collected.started else None,
            finished=instant(finished.timestamp) if finished else None,
            success=finished.success if finished else False,
            message=(finished.message or "") if finished else "",
            environment=environment_of(collected),
            features=features,
            hooks=tuple(hook for hook in hooks if not OF_ELEMENT.match(hook.name)),
            pauses=pauses_of(collected),
        )

    def _features(self, hooks: Iterable[model.Hook]) -> tuple[model.Feature, ...]:
        pickles: dict[str, list[Pickle]] = defaultdict(list)
        for pickle in self._collected.pickles.values():
            pickles[pickle.uri].append(pickle)
        failed: dict[str, list[model.Hook]] = defaultdict(list)
        for hook in hooks:
            if hook.status.is_failure and (match := OF_ELEMENT.match(hook.name)):
                failed[match[2]].append(hook)
        return tuple(
            self._feature(uri, self._collected.documents[uri], of_file, failed[uri])
            for uri, of_file in pickles.items()
            if uri in self._collected.documents
        )

    def _feature(
        self, uri: str, document: GherkinDocument, pickles: list[Pickle], hooks: list[model.Hook]
    ) -> model.Feature:
        assert document.feature is not None, "pickles are made from a feature"
        rules: dict[str, list[model.Case]] = defaultdict(list)
        written: dict[str, Rule | None] = {}
        for pickle in pickles:
            rule = self._index.written[pickle.ast_node_ids[0]].rule
            rules[rule.id if rule else ""].append(self._case(pickle))
            written[rule.id if rule else ""] = rule
        feature = document.feature
        return model.Feature(
            uri=uri,
            name=feature.name,
            keyword=feature.keyword,
            language=feature.language,
            line=feature.location.line,
            tags=names_of(feature.tags),
            description=text_of(feature.description),
            rules=tuple(rule_of(written[key], cases) for key, cases in rules.items()),
            hooks=tuple(hooks),
        )

    def case(self, test_case_started: str) -> model.Case:
        """Return a case that is or was executed, by the id of its start."""
        self._index.add(self._collected.documents)
        started = self._collected.attempts[test_case_started].started
        test_case = self._collected.cases[started.test_case_id]
        return self._case(self._collected.pickles[test_case.pickle_id])

    def above(self, test_case_started: str) -> tuple[str, model.Rule]:
        """Return the name of the feature and the rule that contain a case, as `case` does."""
        self._index.add(self._collected.documents)
        started = self._collected.attempts[test_case_started].started
        pickle = self._collected.pickles[self._collected.cases[started.test_case_id].pickle_id]
        feature = self._collected.documents[pickle.uri].feature
        rule = self._index.written[pickle.ast_node_ids[0]].rule
        return feature.name if feature else "", rule_of(rule, [])

    def hook(self, test_run_hook_started: str) -> model.Hook:
        """Return a hook of the run, a feature or a rule, by the id of its start."""
        return self._run_hook(test_run_hook_started)

    def _case(self, pickle: Pickle) -> model.Case:
        """Return a case with the results of its last attempt."""
        written = self._index.written[pickle.ast_node_ids[0]]
        scenario = written.scenario
        examples, row = written.rows.get(pickle.ast_node_ids[-1], (None, None))
        case = model.Case(
            uri=pickle.uri,
            line=(row or scenario).location.line,
            keyword=scenario.keyword,
            name=pickle.name,
            number=self._index.numbers.get(pickle.ast_node_ids[-1], 1),
            tags=tuple(tag.name for tag in pickle.tags),
            own_tags=names_of([*scenario.tags, *(examples.tags if examples else ())]),
            description=text_of(scenario.description),
            outline=scenario.location.line if examples else None,
            row=cells_of(examples, row),
        )
        attempt = self._collected.last.get(pickle.id)
        if attempt is None:
            steps = tuple(self._step(step) for step in pickle.steps)
            return replace(case, steps=steps, reason=self._why_not_run(case.uri, written.rule))
        return self._executed(case, pickle, attempt)

    def _executed(self, case: model.Case, pickle: Pickle, attempt: Attempt) -> model.Case:
        pickle_steps = {step.id: step for step in pickle.steps}
        before: list[model.Hook] = []
        steps: list[model.Step] = []
        after: list[model.Hook] = []
        for test_step in self._collected.cases[attempt.started.test_case_id].test_steps:
            if test_step.pickle_step_id:
                written = pickle_steps[test_step.pickle_step_id]
                steps.append(self._step(written, test_step, attempt))
            else:
                hook, late = self._hook_of_case(test_step, attempt)
                (after if late or steps else before).append(hook)
        status, reason = self._status(attempt, [*before, *steps, *after])
        finished = attempt.finished
        began, ended = attempt.started.timestamp, finished.timestamp if finished else None
        return replace(
            case,
            status=status,
            reason=reason,
            started=instant(began),
            duration=(instant(ended) - instant(began)).total_seconds() if ended else 0.0,
            before=tuple(before),
            steps=tuple(steps),
            after=tuple(after),
            worker=attempt.started.worker_id or "",
        )

    def _status(
        self, attempt: Attempt, executed: list[model.Hook | model.Step]
    ) -> tuple[Status, str]:
        """Return the status of an attempt, and the reason if it was skipped or not run."""
        messages = [
            one.test_step_result.message
            for one in attempt.steps.values()
            if one.test_step_result.message and not one.test_step_result.exception
        ]
        statuses = {one.status for one in executed}
        failures = [status for status in statuses if status.is_failure]
        if failures:
            return model.worst(failures), ""
        if attempt.finished is None or Status.NOT_RUN in statuses:
            return Status.NOT_RUN, next(iter(messages), self._why_not_run())
        skipped = any(
            one.status is Status.SKIPPED and not isinstance(one, model.Hook) for one in executed
        )
        if skipped or not any(isinstance(one, model.Step) for one in executed):
            return Status.SKIPPED, next(iter(messages), "" if skipped else NO_STEPS)
        return Status.PASSED, ""

    def _why_not_run(self, uri: str = "", rule: Rule | None = None) -> str:
        document = self._collected.documents.get(uri)
        for element in (document.feature if document else None, rule):
            if element and (why := self._blocked.get(f"{uri}:{element.location.line}")):
                return why
        finished = self._collected.finished
        if finished is None:
            return UNFINISHED
        return f"{NOT_RUN} ({finished.message})" if finished.message else NOT_RUN

    def _step(
        self,
        written: PickleStep,
        test_step: TestStep | None = None,
        attempt: Attempt | None = None,
    ) -> model.Step:
        node = self._index.nodes.get(written.ast_node_ids[0]) if written.ast_node_ids else None
        table = written.argument.data_table if written.argument else None
        doc_string = written.argument.doc_string if written.argument else None
        return model.Step(
            keyword=node.keyword.strip() if node else "",
            text=written.text,
            line=node.location.line if node else 0,
            table=rows_of(table.rows if table else ()),
            doc_string=doc_string.content if doc_string else None,
            in_background=bool(node) and written.ast_node_ids[0] in self._index.backgrounds,
            parameters=_parameters(test_step),
            snippet=self._collected.snippets.get(written.id, ""),
            **self._outcome(test_step, attempt),
            place=self._place(test_step),
        )

    def _place(self, test_step: TestStep | None) -> str:
        ids = (test_step.step_definition_ids if test_step else None) or ()
        places = [place_of(self._collected.definitions[one].source_reference) for one in ids]
        return ", ".join(filter(None, places))

    def _hook_of_case(self, test_step: TestStep, attempt: Attempt) -> tuple[model.Hook, bool]:
        hook = self._collected.hooks[test_step.hook_id or ""]
        outcome = self._outcome(test_step, attempt)
        made = model.Hook(name=hook_name(hook), place=place_of(hook.source_reference), **outcome)
        return as_error(made), hook.type in LATE

    def _outcome(self, test_step: TestStep | None, attempt: Attempt | None) -> dict[str, Any]:
        finished = attempt.steps.get(test_step.id) if attempt and test_step else None
        if attempt is None or test_step is None or finished is None:
            return {}
        result = finished.test_step_result
        return {
            "status": status_of(result),
            "duration": seconds(result.duration),
            "problem": problem_of(result),
            "attachments": attachments_of(attempt.attachments.get(test_step.id, [])),
        }

    def _run_hook(self, started: str) -> model.Hook:
        collected = self._collected
        hook = collected.hooks[collected.run_hooks[started].hook_id]
        finished = collected.run_hooks_finished.get(started)
        attachments = attachments_of(collected.run_attachments[started])
        made = model.Hook(
            name=hook_name(hook), place=place_of(hook.source_reference), attachments=attachments
        )
        if finished is None:
            return made
        result = finished.result
        ended = replace(
            made,
            status=status_of(result),
            duration=seconds(result.duration),
            problem=problem_of(result),
        )
        return as_error(ended)


def _parameters(test_step: TestStep | None) -> tuple[tuple[int, int], ...]:
    lists = (test_step.step_match_arguments_lists if test_step else None) or ()
    groups = [argument.group for one in lists[:1] for argument in one.step_match_arguments]
    return tuple(
        (group.start, group.start + len(group.value))
        for group in groups
        if group.start is not None and group.value is not None
    )
