"""The harness for behave, for `features/environment.py`.

```python
from pgharness.adapters.behave import *
```

A scenario has `context.database` (its `url`, and `observer`, a psycopg connection),
`context.engine` and `context.session`. A step that opens a connection must close it before the
scenario ends: `context.world.add_cleanup(connection.close)`; `context.add_cleanup` is too late. A
hook can be wrapped: import it under another name, and define one that calls it.

behave's own runner is sufficient. The runner of pgharness refuses a selection without scenarios,
reports why a scenario was not run, and masks passwords in JUnit reports and in the terminal:

```toml
[tool.behave]
runner = "pgharness.adapters.starting:Runner"
```
"""

from pgharness.core.extras import extras

with extras():
    from pgharness.adapters.behave.environment import (
        after_scenario,
        before_all,
        before_feature,
        before_rule,
        before_scenario,
        before_tag,
    )
    from pgharness.adapters.behave.project import make_importable_for_caller

make_importable_for_caller()

__all__ = [
    "after_scenario",
    "before_all",
    "before_feature",
    "before_rule",
    "before_scenario",
    "before_tag",
]
