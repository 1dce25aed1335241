"""Text of tasks that a revision trims, composes or cuts, and nothing that it takes for none."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions, change_source


@fault(
    "0011: JSON of nothing is an empty object",
    noticed_by="migrations/history_tasks",
    examples="JSON of nothing",
)
def r0011_json_of_nothing_is_an_empty_object(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "    RETURN read;\n": (
                "    RETURN CASE WHEN read IN ('0', 'false', '\"\"', '[]') THEN '{}' "
                "ELSE read END;\n"
            )
        },
    )


@fault(
    "0011: JSON's null is no result",
    noticed_by="migrations/history_tasks",
    examples="JSON of nothing",
)
def r0011_jsons_null_is_no_result(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "result_json = text_as_json(result)": (
                "result_json = nullif(text_as_json(result), 'null')"
            )
        },
    )


@fault(
    "0011: on the way back JSON of nothing is an empty object",
    noticed_by="migrations/history_tasks",
    examples="JSON of nothing",
)
def r0011_on_the_way_back_json_of_nothing_is_an_empty_object(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "    RETURN given::text;\n": (
                "    RETURN CASE WHEN given IN ('0', 'false', '[]') THEN '{}' ELSE "
                "given::text END;\n"
            )
        },
    )


@fault(
    "0011: text that is not JSON is composed",
    noticed_by="migrations/history_tasks",
    examples="kept as it is",
)
def r0011_text_that_is_not_json_is_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"jsonb_build_object('text', given)": "jsonb_build_object('text', normalize(given))"}
    )


@fault(
    "0011: text that is not JSON ends its lines in one way",
    noticed_by="migrations/history_tasks",
    examples="kept as it is",
)
def r0011_text_that_is_not_json_ends_its_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "jsonb_build_object('text', given)": (
                "jsonb_build_object('text', replace(given, chr(13), ''))"
            )
        },
    )


@fault(
    "0011: long text that is not JSON is cut",
    noticed_by="migrations/history_tasks",
    examples="kept whole",
)
def r0011_long_text_that_is_not_json_is_cut(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {"jsonb_build_object('text', given)": "jsonb_build_object('text', left(given, 65535))"},
    )


@fault(
    "0011: on the way back text is composed",
    noticed_by="migrations/history_tasks",
    examples="kept as it is",
)
def r0011_on_the_way_back_text_is_composed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"RETURN given ->> 'text';": "RETURN normalize(given ->> 'text');"})


@fault(
    "0011: on the way back details of nothing are lost",
    noticed_by="migrations/history_tasks",
    examples="the details of errors",
)
def r0011_on_the_way_back_details_of_nothing_are_lost(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "WHERE error_details IS NOT NULL ORDER BY id": (
                "WHERE error_details NOT IN ('0', 'false', '\"\"', '[]', '{}') ORDER BY id"
            )
        },
    )


@fault(
    "0013: names of agents are trimmed",
    noticed_by="migrations/history_workspace",
    examples="Names of agents, and paths",
)
def r0013_names_of_agents_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {" AS path, agent AS name,": " AS path, btrim(agent) AS name,"})


@fault(
    "0013: names of agents are composed",
    noticed_by="migrations/history_workspace",
    examples="Names of agents, and paths",
)
def r0013_names_of_agents_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {" AS path, agent AS name,": " AS path, normalize(agent) AS name,"})


@fault(
    "0013: on the way back names of agents are trimmed",
    noticed_by="migrations/history_workspace",
    examples="Names of agents, and paths",
)
def r0013_on_the_way_back_names_of_agents_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"agent = a.name, agent_session": "agent = btrim(a.name), agent_session"}
    )


@fault(
    "0013: on the way back paths are cut",
    noticed_by="migrations/history_workspace",
    examples="Names of agents, and paths",
)
def r0013_on_the_way_back_paths_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET project = p.path,": "SET project = left(p.path, 255),"})


@fault(
    "0015: what was said is trimmed",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_what_was_said_is_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"words AS text": "btrim(words) AS text"})


@fault(
    "0015: what was said is composed",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_what_was_said_is_composed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"words AS text": "normalize(words) AS text"})


@fault(
    "0015: what was said is cut",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_what_was_said_is_cut(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"words AS text": "left(words, 65535) AS text"})


@fault(
    "0015: what was said ends its lines in one way",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_what_was_said_ends_its_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"words AS text": "replace(words, chr(13), '') AS text"})


@fault(
    "0015: lines without a time are trimmed",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_lines_without_a_time_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"jsonb_build_object('text', entry,": "jsonb_build_object('text', btrim(entry),"}
    )


@fault(
    "0015: lines are composed", noticed_by="migrations/history_workspace", examples="What was said"
)
def r0015_lines_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"jsonb_build_object('text', said)": "jsonb_build_object('text', normalize(said))"}
    )


@fault(
    "0015: an empty log is none",
    noticed_by="migrations/history_workspace",
    examples="What was said",
)
def r0015_an_empty_log_is_none(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            " WITH ORDINALITY AS split (entry, place)\n     WHERE ": (
                " WITH ORDINALITY AS split (entry, place)\n     WHERE t.log <> '' AND "
            )
        },
    )


@fault(
    "0015: an event of nothing is an event of an empty object",
    noticed_by="migrations/history_workspace",
    examples="An event with the payload",
)
def r0015_an_event_of_nothing_is_an_event_of_an_empty_object(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "coalesce(payload, line) AS payload": (
                "CASE WHEN payload IN ('0', 'false', '\"\"', '[]') THEN '{}' ELSE "
                "coalesce(payload, line) END AS payload"
            )
        },
    )


@fault("0013: paths are composed", noticed_by="migrations/history_workspace", examples="and paths")
def r0013_paths_are_composed(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0013_projects_and_agents.py",
        '{PATH.format(path="project")} AS path, agent AS name',
        'normalize({PATH.format(path="project")}) AS path, agent AS name',
    )


@fault(
    "0015: of a key that comes twice in a payload one value is kept",
    noticed_by="migrations/history_workspace",
    examples="key twice",
)
def r0015_of_a_key_that_comes_twice_one_value_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"pg_temp.repeats_a_key(given::json)": "false"})


@fault(
    "0015: a key that comes twice deep in a payload is not found",
    noticed_by="migrations/history_workspace",
    examples="key twice",
)
def r0015_a_key_that_comes_twice_deep_in_a_payload_is_not_found(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"pg_temp.repeats_a_key(value)": "false"})


@fault(
    "0015: a colon that is escaped in a key hides that the key comes twice",
    noticed_by="migrations/history_workspace",
    examples="key twice",
)
def r0015_an_escaped_colon_hides_a_key_that_comes_twice(patch: MonkeyPatch) -> None:
    escaped = "            OR strpos(given, '\\u003') > 0)\n       AND pg_temp"
    change_revisions(patch, {escaped: ")\n       AND pg_temp"})
