"""Record a run of behave as Cucumber Messages.

behave tells formatters nothing of hooks, cleanups, the end of a scenario or the end of a run.
`observing` wraps the functions of behave that do these things; `recorder` turns the calls into
messages; `formatter` is what `behave -f` names.
"""
