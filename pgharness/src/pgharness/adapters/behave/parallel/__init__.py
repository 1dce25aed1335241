"""Divide a run: among machines, and among several processes, which are forks of it.

    Runner ─► Pool ─► Worker (a process, a pipe) ─► Work, in the fork
      ▲                 │ what its recorder sends
      └── recorder ◄────┘

The parent has parsed the features, loaded the steps, started the server and run `before_all`. A
fork has all of that at once; what it needs alone is a database. The parent hands out batches of
scenarios, and receives the messages of the protocol: terminal, JUnit, page and exit code are made
of them, as in a run of one process.
"""
