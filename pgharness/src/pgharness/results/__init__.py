"""The results of a run: one stream of events, and the reports made from it.

A run writes its events in the Cucumber Messages protocol while it executes. JUnit files, the HTML
page, the summary and the list for a rerun are made from this stream, also of an earlier run:
`python -m pgharness.results --help`.
"""
