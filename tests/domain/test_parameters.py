"""The sweeps through all operations know every operation and parameter; no server is needed."""

from typing import get_args, get_type_hints

from features.support.operations import examples, invalid_values, registry, worst_texts


def test_every_operation_has_an_example() -> None:
    assert examples.examples()


def test_every_text_has_a_slowest_text() -> None:
    assert all(worst_texts.worst(place) for place in worst_texts.text_parameters())


def test_every_parameter_of_a_tenants_is_an_id_or_none() -> None:
    assert registry.id_parameters()


def test_every_number_is_an_id_or_none() -> None:
    for work in registry.openings().values():
        for part, name, operation in registry.operations(work):
            for parameter, kind in get_type_hints(operation).items():
                if parameter != "return" and int in (kind, *get_args(kind)):
                    invalid_values.is_of_no_row(f"{part}.{name} {parameter}", kind, 1)
