"""Faults of behave's adapter: a wrong tag, or a hook that is not called, is not reported."""

from _pytest.monkeypatch import MonkeyPatch

import test_behave_adapter as adapter
import test_behave_hooks as hooks
from breaking import fault
from pgharness.adapters.behave import own_hooks, project, scope_tags


@fault(
    "a tag that is misspelt is taken for another's",
    noticed_by=hooks.test_a_misspelt_tag_is_an_error,
    tag="fixture.rolback",
    meant="fixture.rollback",
    settings="",
)
def misspelt_tags_pass(patch: MonkeyPatch) -> None:
    patch.setattr(scope_tags, "meant", lambda _: None)


@fault(
    "tags that contradict each other are both obeyed",
    noticed_by=hooks.test_two_databases_for_one_scenario_are_an_error,
    settings="",
)
def contradictions_pass(patch: MonkeyPatch) -> None:
    patch.setattr(scope_tags, "check", lambda _: None)


@fault(
    "a tag that no hook has seen is taken for one that was obeyed",
    noticed_by=hooks.test_without_another_hook_what_needs_it_is_an_error,
    hook="before_tag",
    lost="@fixture.rollback does nothing",
    errors=1,
    settings="",
)
def hooks_are_not_missed(patch: MonkeyPatch) -> None:
    patch.setattr(own_hooks, "_hook", lambda *_: None)


@fault(
    "steps find the project's modules only where behave is started in its folder",
    noticed_by=adapter.test_steps_find_the_projects_modules_from_any_folder,
    runner="behave.runner:Runner",
)
def modules_are_not_found(patch: MonkeyPatch) -> None:
    patch.setattr(project, "make_importable", lambda _: None)
