"""Step types of the steps about tenants."""

from typing import Final

from features.support.tenancy import planner_statistics, privileges, reach_catalog, rls_catalog
from features.support.tenancy.attack_runner import BINDINGS
from features.support.tenancy.attack_statements import ATTACKS
from features.support.tenancy.plan_cache import PLAN_MODES
from features.support.tenancy.query_plans import PLANNED_STATEMENTS
from features.support.tenancy.session_leftovers import LEFTOVERS
from features.support.tenancy.single_connection_pool import ENDINGS
from features.support.tenancy.undo_attempts import UNDOINGS
from features.support.vocabulary import StepTypes

LISTINGS: Final = {
    "the tenant tables": rls_catalog.protections,
    "the other tables": rls_catalog.others_with_row_security,
    "the policies": rls_catalog.policies,
    "the privileges on tables and sequences": privileges.grants,
    "the privileges on other objects": privileges.on_other_objects,
    "the functions": privileges.functions,
    "the objects that could pass rows on": reach_catalog.carriers,
    "the columns with statistics": planner_statistics.targets,
}
"""What the server's catalogue can list, line by line."""


def holders(text: str) -> list[str]:
    """Return the names in "Ada has" or "Ada and Bram have"."""
    return text.rpartition(" ")[0].split(" and ")


TYPES: Final = StepTypes(
    words={"Holders": (r"[A-Z][a-z]+ has|[A-Z][a-z]+ and [A-Z][a-z]+ have", holders)},
    phrases={
        "Verb": ("select", "insert", "update", "delete"),
        "Attack": ATTACKS,
        "Ending": ENDINGS,
        "Statement": PLANNED_STATEMENTS,
        "Undoing": UNDOINGS,
    },
    meanings={
        "Listing": LISTINGS,
        "Binding": BINDINGS,
        "Leftovers": {
            **{phrase: [leftover] for phrase, leftover in LEFTOVERS.items()},
            "everything that can be left": list(LEFTOVERS.values()),
        },
        "PlanMode": PLAN_MODES,
    },
)
