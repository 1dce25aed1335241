"""Step types have one name for all capabilities: behave keeps only the last of two."""

import pytest

from features.support import vocabulary
from features.support.vocabulary import StepTypes


def test_two_capabilities_cannot_define_one_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_REGISTERED", {})
    StepTypes(phrases={"Colour": ("red", "green")}).register()
    with pytest.raises(ValueError, match="the step type Colour is defined twice"):
        StepTypes(words={"Colour": (r"#\w+", str)}).register()


def test_the_same_types_can_be_registered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_REGISTERED", {})
    types = StepTypes(phrases={"Colour": ("red", "green")})
    types.register()
    types.register()
