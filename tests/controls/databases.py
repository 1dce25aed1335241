"""Settings of every database that a run makes, as an administrator may have made them."""

from typing import Any, Final

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from psycopg import sql

from pgharness.databases.templates import RunDatabases
from tests.controls.catalogue import control
from tests.controls.effects import finds, shows
from tests.controls.revising import own_template


def set_in_databases(patch: MonkeyPatch, **settings: str) -> None:
    """Give each database of the run settings, which its sessions begin with."""
    original = RunDatabases._create

    def create(self: RunDatabases, name: str, *rest: Any, **options: Any) -> None:
        original(self, name, *rest, **options)
        for setting, value in settings.items():
            self._server.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
                )
            )

    patch.setattr(RunDatabases, "_create", create)


PLANS: Final = ("tenancy/plans", "tenancy/operations", "sessions/housekeeping", "tasks/claiming")
VALUES: Final = ("tasks/submitting", "tasks/reporting", "objectives/objectives", "accounts/listing")


@control(
    "no table is read from its beginning to its end",
    *PLANS,
    effect=shows(enable_seqscan="off"),
    instead_of="plan",
)
def no_sequential_scans(patch: MonkeyPatch) -> None:
    set_in_databases(patch, enable_seqscan="off")


@control(
    "indexes are read as bitmaps",
    *PLANS,
    effect=shows(enable_indexscan="off", enable_indexonlyscan="off"),
    instead_of="plan",
)
def indexes_as_bitmaps(patch: MonkeyPatch) -> None:
    set_in_databases(patch, enable_indexscan="off", enable_indexonlyscan="off")


@control(
    "tables are joined by nested loops",
    *PLANS,
    effect=shows(enable_hashjoin="off", enable_mergejoin="off"),
    instead_of="joins",
)
def nested_loops(patch: MonkeyPatch) -> None:
    set_in_databases(patch, enable_hashjoin="off", enable_mergejoin="off")


@control(
    "tables are joined by hashes or in order",
    *PLANS,
    effect=shows(enable_nestloop="off", enable_memoize="off"),
    instead_of="joins",
)
def no_nested_loops(patch: MonkeyPatch) -> None:
    set_in_databases(patch, enable_nestloop="off", enable_memoize="off")


@control("any page of a disk costs the same", *PLANS, effect=shows(random_page_cost="1"))
def random_pages_cost_the_same(patch: MonkeyPatch) -> None:
    set_in_databases(patch, random_page_cost="1")


@control(
    "statements have little memory",
    *PLANS,
    effect=shows(work_mem="64kB", hash_mem_multiplier="1"),
)
def little_memory(patch: MonkeyPatch) -> None:
    set_in_databases(patch, work_mem="64kB", hash_mem_multiplier="1")


@control("tables are joined as they are written", *PLANS, effect=shows(join_collapse_limit="1"))
def joined_as_written(patch: MonkeyPatch) -> None:
    set_in_databases(patch, join_collapse_limit="1", from_collapse_limit="1")


@control(
    "several processes plan to read a small table",
    *PLANS,
    effect=shows(min_parallel_table_scan_size="0"),
)
def parallel_plans(patch: MonkeyPatch) -> None:
    set_in_databases(
        patch,
        min_parallel_table_scan_size="0",
        min_parallel_index_scan_size="0",
        parallel_setup_cost="0",
        parallel_tuple_cost="0",
    )


@control(
    "prepared statements have generic plans",
    *PLANS,
    "tenancy/side_channels",
    effect=shows(plan_cache_mode="force_generic_plan"),
)
def generic_plans(patch: MonkeyPatch) -> None:
    set_in_databases(patch, plan_cache_mode="force_generic_plan")


@control("the JIT compiler is on", *PLANS, effect=shows(jit="on"))
def compiled(patch: MonkeyPatch) -> None:
    set_in_databases(patch, jit="on")


@control("statistics are finer", *PLANS, effect=shows(default_statistics_target="1000"))
def finer_statistics(patch: MonkeyPatch) -> None:
    set_in_databases(patch, default_statistics_target="1000")


@control("dates are written as in Germany", *VALUES, effect=shows(DateStyle="German, DMY"))
def german_dates(patch: MonkeyPatch) -> None:
    set_in_databases(patch, DateStyle="German, DMY")


@control("intervals are written by ISO 8601", *VALUES, effect=shows(IntervalStyle="iso_8601"))
def iso_intervals(patch: MonkeyPatch) -> None:
    set_in_databases(patch, IntervalStyle="iso_8601")


@control(
    "the database is in Nepal",
    *VALUES,
    "sessions/logging_in",
    effect=shows(TimeZone="Asia/Kathmandu"),
)
def in_nepal(patch: MonkeyPatch) -> None:
    set_in_databases(patch, TimeZone="Asia/Kathmandu", timezone_abbreviations="Australia")


@control(
    "transactions are serializable unless they say otherwise",
    "tasks/claiming",
    "transactions/retrying",
    "concurrency/logins",
    effect=shows(default_transaction_isolation="serializable"),
)
def serializable_by_default(patch: MonkeyPatch) -> None:
    set_in_databases(
        patch, default_transaction_isolation="serializable", default_transaction_deferrable="on"
    )


@control("bytes are written in the old way", *VALUES, effect=shows(bytea_output="escape"))
def old_bytes(patch: MonkeyPatch) -> None:
    set_in_databases(patch, bytea_output="escape")


@control("numbers are written with few digits", *VALUES, effect=shows(extra_float_digits="-15"))
def few_digits(patch: MonkeyPatch) -> None:
    set_in_databases(patch, extra_float_digits="-15")


@control(
    "a backslash escapes in every literal",
    *VALUES,
    "tenancy/isolation",
    effect=shows(standard_conforming_strings="off"),
)
def backslash_escapes(patch: MonkeyPatch) -> None:
    set_in_databases(patch, standard_conforming_strings="off", escape_string_warning="off")


@control(
    "= NULL means IS NULL, and names are quoted",
    *VALUES,
    effect=shows(transform_null_equals="on", quote_all_identifiers="on"),
)
def other_sql(patch: MonkeyPatch) -> None:
    set_in_databases(patch, transform_null_equals="on", quote_all_identifiers="on")


@control(
    "another schema is searched first",
    *VALUES,
    "tenancy/isolation",
    effect=shows(search_path="elsewhere"),
)
def other_search_path(patch: MonkeyPatch) -> None:
    set_in_databases(patch, search_path="elsewhere")


@control(
    "every commit is written at once", "accounts/changing", effect=shows(synchronous_commit="on")
)
def commits_are_written(patch: MonkeyPatch) -> None:
    set_in_databases(patch, synchronous_commit="on", commit_delay="1000")


@control(
    "statements have other limits than the service's",
    "transactions/limits",
    effect=shows(statement_timeout="1h", lock_timeout="59min"),
)
def other_limits(patch: MonkeyPatch) -> None:
    set_in_databases(
        patch,
        statement_timeout="1h",
        lock_timeout="59min",
        idle_in_transaction_session_timeout="58min",
    )


@control(
    "the server logs and says all that it does",
    "transactions/limits",
    "tasks/claiming",
    effect=shows(log_statement="all", client_min_messages="debug1"),
)
def talkative(patch: MonkeyPatch) -> None:
    set_in_databases(
        patch,
        client_min_messages="debug1",
        log_min_duration_statement="0",
        log_statement="all",
        log_lock_waits="on",
    )


@control(
    "the server times what it reads and counts calls",
    "tenancy/side_channels",
    effect=shows(track_functions="all", track_io_timing="on"),
)
def more_is_counted(patch: MonkeyPatch) -> None:
    set_in_databases(patch, track_functions="all", track_io_timing="on", compute_query_id="on")


LOCALES: Final = ("accounts/registration", "accounts/changing", "workspace/projects")
OF_THIS: Final = "FROM pg_database WHERE datname = current_database()"


def create_databases(patch: MonkeyPatch, how: str) -> None:
    """Create databases, the template among them, with this at the end of the statement."""
    original = psycopg.Connection.execute

    def execute(self: psycopg.Connection, query: Any, *rest: Any, **options: Any) -> Any:
        if isinstance(query, sql.Composed):
            text = query.as_string(self)
            if "CREATE DATABASE" in text and '"template0"' in text and "LOCALE" not in text:
                query += sql.SQL(how)
        return original(self, query, *rest, **options)

    patch.setattr(psycopg.Connection, "execute", execute)
    own_template(patch, how)


@control(
    "letters beyond ASCII have no case",
    *LOCALES,
    effect=finds(f"SELECT datlocprovider = 'c' AND lower('\u00c9') = '\u00c9' {OF_THIS}"),
    instead_of="locale",
)
def no_case_beyond_ascii(patch: MonkeyPatch) -> None:
    create_databases(patch, " LOCALE_PROVIDER libc LOCALE 'C'")


@control(
    "letters have the case that Unicode says",
    *LOCALES,
    effect=finds(f"SELECT upper('\u00df') = 'SS' {OF_THIS}"),
    instead_of="locale",
)
def case_by_unicode(patch: MonkeyPatch) -> None:
    create_databases(patch, " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' LOCALE 'C'")
