"""Faults of what tenants learn by SQL of their own: channels that open, or that stay open."""

from typing import Final

from tests.faults_strings import Fault

CHANNELS: Final = "features/tenancy/side_channels.feature"
LISTED: Final = f"{CHANNELS} --tags=@tenancy-12"
PREPARED: Final = f"{CHANNELS} --tags=@tenancy-13"


def _example(words: str) -> str:
    """Return what runs the examples whose title has these words."""
    return f"{CHANNELS} --name={words.replace(' ', '.')}"


def _administrator(name: str, channel: str, piece: str, other: str = "") -> Fault:
    """Return a fault of the SQL that the guide gives an administrator."""
    code = (
        "from features.support.migrations import server_side_channels as s\n"
        "documented = s.documented_sql\n"
        "def forgetful():\n"
        f"    assert {piece!r} in documented()\n"
        f"    return documented().replace({piece!r}, {other!r})\n"
        "s.documented_sql = forgetful"
    )
    return Fault(f"an administrator {name}", _example(f"An administrator closes {channel}"), code)


SIDE_CHANNELS: Final = [
    Fault(
        "a new column of words that nobody has decided about",
        LISTED,
        statement="ALTER TABLE turns ADD note varchar",
    ),
    Fault(
        "statistics about two columns together",
        LISTED,
        statement="CREATE STATISTICS of_titles (mcv) ON owner_id, title FROM tasks",
    ),
    Fault(
        "statistics about an expression in an index",
        LISTED,
        statement="CREATE INDEX by_title ON tasks (owner_id, lower(title))",
    ),
    Fault(
        "row estimates spell out titles",
        _example("the row estimates for titles"),
        statement="ALTER TABLE tasks ALTER title SET STATISTICS -1",
    ),
    Fault(
        "statistics can be read where policies are off",
        _example("the common values"),
        statement="ALTER TABLE turns DISABLE ROW LEVEL SECURITY",
    ),
    Fault(
        "tenants may see the last ids",
        _example("the last ids"),
        statement="GRANT SELECT ON SEQUENCE tasks_id_seq TO app_tenant",
    ),
    Fault(
        "a function is told what a policy should hide",
        _example("a function that repeats"),
        statement="ALTER POLICY tasks_of_the_tenant ON tasks USING (true)",
    ),
    Fault(
        "a plan remembers for whom it was made",
        PREPARED,
        statement="CREATE FUNCTION bound_user() RETURNS bigint IMMUTABLE LANGUAGE sql"
        " AS $$SELECT current_setting('app.user_id', true)::bigint$$;"
        "ALTER POLICY turns_of_the_tenant ON turns USING (owner_id = bound_user())",
    ),
    _administrator("forgets to read large objects", "a large object", "lo_|loread$", "loread$"),
    _administrator(
        "forgets the list of them", "the list of large", "pg_largeobject_metadata", "pg_locks"
    ),
    _administrator("forgets advisory locks", "an advisory lock", "pg_(try_)?advisory_|"),
    _administrator("forgets the table of locks", "the table of locks", "pg_lock_status$|"),
    _administrator(
        "forgets the counters", "the counters of writes", "pg_stat_get_", "pg_stat_get_db_"
    ),
    _administrator(
        "forgets the connections", "the list of connections", "pg_stat_get_", "pg_stat_get_t"
    ),
    _administrator("forgets the sizes", "the size of a table", "_size$", "_length$"),
    Fault(
        "an administrator forgets the locks of all",
        f"-D postgres=embedded {_example('An administrator keeps')}",
        "from features.support.migrations import server_side_channels as s\n"
        "documented = s.documented_sql\n"
        "s.documented_sql = lambda: documented().replace('pg_(try_)?advisory_|', '')",
    ),
    Fault(
        "what is closed keeps migrations out",
        f"-D postgres=embedded {_example('The service needs nothing')}",
        "from features.support.migrations import server_side_channels as s\n"
        "documented = s.documented_sql\n"
        "s.documented_sql = lambda: documented().replace('migrates <> 0', 'false')",
    ),
]
