"""All benchmarks, in the order of the table."""

from typing import Final

from benchmarks.comparisons import (
    factories,
    growth,
    isolation,
    migrations,
    operations,
    reset,
    start,
    suite,
    tenancy,
    texts,
)
from benchmarks.model import Benchmark

BENCHMARKS: Final[tuple[Benchmark, ...]] = (
    isolation.BENCHMARK,
    reset.BENCHMARK,
    start.BENCHMARK,
    suite.BENCHMARK,
    growth.BENCHMARK,
    tenancy.BENCHMARK,
    operations.BENCHMARK,
    migrations.BENCHMARK,
    factories.BENCHMARK,
    texts.BENCHMARK,
)
