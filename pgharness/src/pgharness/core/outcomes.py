"""What was refused should be asked about by a Then, which claims the refusal."""


def check_claimed(refusal: Exception | None) -> None:
    """Fail if something was refused that no Then has asked about."""
    assert refusal is None, f"no Then asked about this refusal: {refusal}"


def mentioned(refusal: Exception) -> str:
    """Return how a failure mentions a refusal that came before it, and may be why."""
    return f"What was tried before was refused: {refusal}"
