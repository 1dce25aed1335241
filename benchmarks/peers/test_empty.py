"""What pytest itself takes for a test."""


def test_nothing(number: int) -> None:
    assert number >= 0
