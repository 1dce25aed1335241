"""Refusals that a scenario did not check."""


def check_claimed(refusal: Exception | None) -> None:
    """Fail if a When raised a refusal and no Then checked it."""
    assert refusal is None, f"no Then asked about this refusal: {refusal}"


def mentioned(refusal: Exception) -> str:
    """Return a note for a failure after a refusal that may be its cause."""
    return f"What was tried before was refused: {refusal}"
