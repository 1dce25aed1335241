"""Faults of the lint: a wrong tag passes."""

from dataclasses import replace

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from checks import lint
from pgharness.results.requirements import Catalogue
from tests.checks import test_lint as tests


@fault(
    "a tag may name a requirement that does not exist",
    noticed_by=tests.test_a_requirement_that_a_tag_names_is_in_the_catalogue_and_listed_there,
)
def unknown_requirements_pass(patch: MonkeyPatch) -> None:
    patch.setattr(Catalogue, "unknown", lambda *_: ())


@fault(
    "tags of examples are not looked at",
    noticed_by=tests.test_a_requirement_that_a_tag_names_is_in_the_catalogue_and_listed_there,
)
def only_rules_are_tagged(patch: MonkeyPatch) -> None:
    patch.setattr(lint, "_tagged", lambda feature: [feature, *feature.rules])


@fault(
    "the list of requirements that are shown need not be right",
    noticed_by=tests.test_a_requirement_that_a_tag_names_is_in_the_catalogue_and_listed_there,
)
def the_list_is_not_compared(patch: MonkeyPatch) -> None:
    real = lint._requirement_problems
    patch.setattr(
        lint,
        "_requirement_problems",
        lambda features, catalogue: real(
            features,
            replace(
                catalogue,
                shown=frozenset(
                    id_
                    for feature in features
                    for element in lint._tagged(feature)
                    for tag in element.tags
                    if (id_ := catalogue.named_by(str(tag))) in catalogue.ids
                ),
            ),
        ),
    )
