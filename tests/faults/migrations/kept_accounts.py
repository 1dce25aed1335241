"""Text of accounts and of all tables that a revision changes; nothing that is taken for none."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault(
    "0003: former passwords are trimmed",
    noticed_by="migrations/history_accounts",
    examples="also one that is no hash",
)
def r0003_former_passwords_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"SELECT id, former_password_hash,": "SELECT id, btrim(former_password_hash),"}
    )


@fault(
    "0003: an empty former password is none",
    noticed_by="migrations/history_accounts",
    examples="also one that is no hash",
)
def r0003_an_empty_former_password_is_none(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"AND former_password_hash IS NOT NULL\n": "AND former_password_hash <> ''\n"}
    )


@fault(
    "0004: the name that an old program adds is trimmed",
    noticed_by="migrations/history_accounts",
    examples="whichever program",
)
def r0004_the_name_that_an_old_program_adds_is_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "NEW.display_name := coalesce(NEW.display_name, NEW.username);": (
                "NEW.display_name := coalesce(NEW.display_name, btrim(NEW.username));"
            )
        },
    )


@fault(
    "0004: the name that a new program changes is composed",
    noticed_by="migrations/history_accounts",
    examples="whichever program",
)
def r0004_the_name_that_a_new_program_changes_is_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "THEN\n            NEW.username := NEW.display_name;": (
                "THEN\n            NEW.username := normalize(NEW.display_name);"
            )
        },
    )


@fault(
    "0005: names are composed", noticed_by="migrations/history_accounts", examples="Names are kept"
)
def r0005_names_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"coalesce(display_name, username)": "coalesce(display_name, normalize(username))"}
    )


@fault(
    "0005: names have spaces of one kind",
    noticed_by="migrations/history_accounts",
    examples="Names are kept",
)
def r0005_names_have_spaces_of_one_kind(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "coalesce(display_name, username)": (
                "coalesce(display_name, regexp_replace(username, '[[:space:]]', ' ', 'g'))"
            )
        },
    )


@fault(
    "0006: on the way back names are composed",
    noticed_by="migrations/history_accounts",
    examples="Names are kept",
)
def r0006_on_the_way_back_names_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "display_name = names.single, username = names.single": (
                "display_name = normalize(names.single), username = normalize(names.single)"
            )
        },
    )


@fault(
    "0017: objectives are trimmed",
    noticed_by="migrations/history_accounts",
    examples="Objectives are kept",
)
def r0017_objectives_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {"SELECT id, objective, objective_since": "SELECT id, btrim(objective), objective_since"},
    )


@fault(
    "0017: objectives are composed",
    noticed_by="migrations/history_accounts",
    examples="Objectives are kept",
)
def r0017_objectives_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "SELECT id, objective, objective_since": (
                "SELECT id, normalize(objective), objective_since"
            )
        },
    )


@fault(
    "0017: objectives end their lines in one way",
    noticed_by="migrations/history_accounts",
    examples="Objectives are kept",
)
def r0017_objectives_end_their_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "SELECT id, objective, objective_since": (
                "SELECT id, replace(objective, chr(13), ''), objective_since"
            )
        },
    )


@fault(
    "0017: on the way back objectives are trimmed",
    noticed_by="migrations/history_accounts",
    examples="Objectives are kept",
)
def r0017_on_the_way_back_objectives_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET objective = latest.text": "SET objective = btrim(latest.text)"})


@fault(
    "0017: an empty objective is none",
    noticed_by="migrations/history_accounts",
    examples="an empty objective",
)
def r0017_an_empty_objective_is_none(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "FROM users\n WHERE NOT (char_length(objective)": (
                "FROM users\n WHERE objective <> '' AND NOT (char_length(objective)"
            )
        },
    )


@fault(
    "0024: titles are trimmed", noticed_by="migrations/history_rules", examples="Values are kept"
)
def r0024_titles_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"ALTER title TYPE varchar": "ALTER title TYPE varchar USING btrim(title)"}
    )


@fault(
    "0024: errors end their lines in one way",
    noticed_by="migrations/history_rules",
    examples="Values are kept",
)
def r0024_errors_end_their_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {"ALTER error TYPE varchar": "ALTER error TYPE varchar USING replace(error, chr(13), '')"},
    )


@fault(
    "0024: texts are composed", noticed_by="migrations/history_rules", examples="Values are kept"
)
def r0024_texts_are_composed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"ALTER text TYPE varchar": "ALTER text TYPE varchar USING normalize(text)"}
    )


@fault(
    "0024: payloads of nothing are empty objects",
    noticed_by="migrations/history_rules",
    examples="Values are kept",
)
def r0024_payloads_of_nothing_are_empty_objects(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER payload TYPE jsonb": (
                "ALTER payload TYPE jsonb USING CASE WHEN payload IN ('0', 'false', "
                "'\"\"') THEN '{}' ELSE payload END"
            )
        },
    )


@fault(
    "0024: details of JSON's null are none",
    noticed_by="migrations/history_rules",
    examples="Values are kept",
)
def r0024_details_of_jsons_null_are_none(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER error_details TYPE jsonb": (
                "ALTER error_details TYPE jsonb USING nullif(error_details, 'null')"
            )
        },
    )


@fault(
    "0024: names of agents are trimmed",
    noticed_by="migrations/history_rules",
    examples="Values are kept",
)
def r0024_names_of_agents_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"ALTER name TYPE varchar": "ALTER name TYPE varchar USING btrim(name)"}
    )
