"""The harness for behave, for `features/environment.py`.

```python
from pgharness.adapters.behave import *
```

Each hook can be wrapped: define one of the same name that calls `hooks.before_scenario`, or
whichever it is. A scenario finds `context.database` (its `url`, and an `observer` to look into it),
`context.engine` and `context.session`, both on that database.
"""

from pgharness.core.extras import extras

with extras():
    from pgharness.adapters.behave.hooks import (
        after_scenario,
        before_all,
        before_feature,
        before_rule,
        before_scenario,
        before_tag,
    )

__all__ = [
    "after_scenario",
    "before_all",
    "before_feature",
    "before_rule",
    "before_scenario",
    "before_tag",
]
