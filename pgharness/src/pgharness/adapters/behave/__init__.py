"""The harness for behave, for `features/environment.py`.

```python
from pgharness.adapters.behave import *
```

A scenario finds `context.database` (its `url`, and an `observer` to look into it),
`context.engine` and `context.session`. What it connects itself has to be closed when it ends:
`context.world.at_the_end(connection.close)`; what `context.add_cleanup` does comes later. A hook
can be wrapped: import it under another name, and define one that calls it.

Behave's own runner will do; ours refuses a selection of nothing, reports whatever kept a scenario
from being run, and blanks passwords in JUnit's reports as in the terminal's output:

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
