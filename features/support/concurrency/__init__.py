"""Operations at the same time: stress tests, their invariants, crashes."""
