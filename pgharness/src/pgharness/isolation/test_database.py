"""One database under test: the domain's connections to it, and the harness's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic

import psycopg
from sqlalchemy import URL, event

from pgharness.core.application import Application, W
from pgharness.core.errors import HarnessError
from pgharness.core.protocols import OwnServer
from pgharness.databases import ownership
from pgharness.databases.leaks import Connections
from pgharness.isolation.occupancy import Occupancy
from pgharness.isolation.savepoints import Outermost, rolled_back
from pgharness.isolation.snapshots import EMPTY, NotPutBack, Snapshot
from pgharness.isolation.states import State, check_transition
from pgharness.reset import reset, sequences
from pgharness.reset.reset import Reset, RowsRefer
from pgharness.servers import provision
from pgharness.sessions.sessions import TestSessionFactory


class Database(Generic[W]):
    """A database that the run has made, and everything that is connected to it.

    `make` makes one and returns its URL. Where a clean-up fails, another takes its place.
    What it may hold is its `state`; whatever a state does not allow raises `IllegalTransition`.
    `initial` is what it holds when it is made; without it, that is looked at.
    """

    def __init__(
        self,
        make: Callable[[], URL],
        application: Application[W],
        server: OwnServer | None = None,
        initial: Snapshot | None = None,
    ) -> None:
        self._make = make
        self._application = application
        self.url = make()
        self._server = server
        self.observer: psycopg.Connection
        """The harness's own connection."""
        self._state = State.CLEAN
        self._rolled_back = False
        """Whether the current scenario is one transaction."""
        self._shared: Snapshot | None = None
        """What a scenario that is rolled back and shares with others has found."""
        self._owed: Snapshot
        """What the next scenario must find, where a clean-up could not bring it about (OWED)."""
        self.initial: Snapshot
        """What the migrations have stored, and each scenario finds unless it shares."""
        self.connect()
        self._begin_with(self._look() if initial is None else initial)

    @property
    def state(self) -> State:
        """What it may hold, and whether it can be used."""
        return self._state

    def _look(self) -> Snapshot:
        """Return what a new database holds."""
        is_empty = not (Occupancy().found(self.observer) or sequences.moved(self.observer))
        return EMPTY if is_empty else Snapshot.take(self.observer)

    def _begin_with(self, initial: Snapshot) -> None:
        self.initial = initial
        self._occupancy = Occupancy(initial.digests)
        if not initial.is_empty:
            self._occupancy.remember(self.observer)

    def _go_to(self, state: State) -> None:
        check_transition(self._state, state)
        self._state = state

    def connect(self) -> None:
        """Open the harness's connection, and a pool for the domain's."""
        self._engine = self._application.engine(self.url)
        event.listen(self._engine, "do_connect", self._find_server)
        self._observe()
        self._connections = Connections(self._engine, self.observer)
        self._emptier: psycopg.Connection | None = None
        self._sessions: TestSessionFactory | None = None
        self._outermost = Outermost(self.url, self._application.engine_options(self.url))
        event.listen(self._outermost.engine, "do_connect", self._find_server, insert=True)
        self._connections.watch(self._outermost.engine)

    def _observe(self) -> None:
        """Open the harness's connection, which also shows others that the run is alive."""
        self.observer = provision.connect(self.url, row_security="off")
        ownership.announce_maker(self.observer)

    def disconnect(self) -> None:
        """Close them all; a database that is copied or dropped must have none."""
        self._engine.dispose()
        self._outermost.engine.dispose()
        self._forget_sessions()
        self.observer.close()
        self._forget_emptier()

    def sessions(self) -> TestSessionFactory:
        """Return the factory of sessions past the application; its pool stays with the database."""
        if self._sessions is None:
            self._sessions = TestSessionFactory(
                self.url,
                opener="",
                engine_options=self._application.engine_options(self.url),
                explain=self._application.explain,
            )
            event.listen(self._sessions.engine, "do_connect", self._find_server, insert=True)
            self._connections.watch(self._sessions.engine)
        return self._sessions

    def _forget_sessions(self) -> None:
        if self._sessions is not None:
            self._sessions.close()
            self._sessions = None

    def world(self) -> W:
        """Return a world for the next scenario."""
        self._go_to(State.USED)
        self._rolled_back = False
        return self._application.world(self._engine, self)

    def rolled_back_world(self) -> W:
        """Return a world whose work is rolled back at its end; only sequences stay moved."""
        self._go_to(State.COUNTED if self._state is State.CLEAN else self._state)
        self._rolled_back = True
        return rolled_back(self._outermost, self._application.world)

    def snapshot(self) -> Snapshot:
        """Return what is there now."""
        return self.initial if self._state is State.CLEAN else Snapshot.take(self.observer)

    def remember_shared(self) -> None:
        """Note what is there before a scenario that is to add nothing to it."""
        self._shared = Snapshot.take(self.observer)

    def put_sequences_back(self) -> None:
        """Put the sequences back that were noted, if they were: a rollback does not do it."""
        shared, self._shared = self._shared, None
        if shared is not None:
            sequences.put_back(self.observer, shared.sequences)

    def empty(self, *, sequences: bool = True) -> None:
        """Remove what scenarios have left. Raises `NotPutBack`.

        Where only sequences were moved, it may be left at that: for whoever is rolled back. A
        database that is OWED will be replaced.
        """
        nothing = {State.CLEAN, State.OWED} | (set() if sequences else {State.COUNTED})
        if self._state not in nothing:
            with self._owing(self.initial):
                self._make_initial()
            self._go_to(State.CLEAN)

    def put_back(self, before: Snapshot) -> None:
        """Make it hold what it held, exactly, and see that it does. Raises `NotPutBack`."""
        self.mend()
        with self._owing(before):
            if before == self.initial:
                self._make_initial()
            before.put_back(self.observer)
        self._go_to(State.CLEAN if before == self.initial else State.USED)

    def mend(self) -> None:
        """After a failed clean-up, go on with a new database that holds what it should."""
        if self._state is not State.OWED:
            return
        owes_initial = self._owed == self.initial
        self.disconnect()
        self.url = self._make()
        self.connect()
        if not self.initial.is_empty:
            # Migrations that are run anew may store other values: a time, a random number.
            self._begin_with(self._look())
        self._go_to(State.CLEAN)
        if not owes_initial:
            self.put_back(self._owed)

    def _make_initial(self) -> None:
        """Remove what was added to what the migrations have stored; put that back if it changed."""
        # A row of theirs that now refers to a test's keeps the reset from its work.
        with suppress(*(() if self.initial.is_empty else (RowsRefer,))):
            self._reset()()
        if self.initial.is_empty:
            return
        sequences.put_back(self.observer, self.initial.sequences)
        if self.initial.objects or self._occupancy.found(self.observer):
            if self.initial.differences(self.observer):
                self.initial.put_back(self.observer)
            self._occupancy.remember(self.observer)

    def _reset(self) -> Reset:
        """Return what empties it, over a connection of its own that is opened when needed.

        Raises `psycopg.OperationalError` if the server is gone.
        """
        if self._emptier is None:
            try:
                self._emptier = reset.connect(self.url, durable=self.has_own_server)
            except HarnessError:
                self.observer.execute("SELECT")
                raise
            self._connections.ours(self._emptier)
            self._resetting = Reset(self._emptier, ignoring=self.initial.digests)
        return self._resetting

    def _forget_emptier(self) -> None:
        if self._emptier is not None:
            self._emptier.close()
            self._emptier = None

    @contextmanager
    def _owing(self, before: Snapshot) -> Iterator[None]:
        """Let a failed clean-up say what is left, and remember what it should have been."""
        try:
            yield
        except (psycopg.Error, HarnessError, NotPutBack) as error:
            if self.observer.closed:
                raise
            self._go_to(State.OWED)
            self._owed = before
            left = "; ".join(before.differences(self.observer))
            reason = "" if isinstance(error, NotPutBack) else f" ({str(error).splitlines()[0]})"
            raise NotPutBack(f"the clean-up failed{reason}: {left}") from error

    def check_none_left(self) -> None:
        """Fail if a connection of the scenario is still open; then end it.

        Fail as well if the scenario is rolled back and something is committed; then remove that.
        """
        try:
            self._connections.check_none_left()
        finally:
            if self._rolled_back:
                self._check_nothing_committed()

    def _check_nothing_committed(self) -> None:
        """Look at what others see after a scenario that is rolled back: what was there before it.

        Connections have their own ways to a database (a URL from elsewhere, a statement COMMIT).
        """
        before = self._shared or self.initial
        must_look = self._shared is not None or bool(before.objects)
        if not (must_look or self._occupancy.found(self.observer)):
            return
        committed = "; ".join(before.other_rows(self.observer))
        if committed:
            self.put_back(before)
            # Not by `assert`, to whose sentence pytest adds: it takes this module for one of tests.
            raise AssertionError(f"committed past the transaction that is rolled back: {committed}")

    @property
    def has_own_server(self) -> bool:
        """Whether the server is the scenario's alone."""
        return self._server is not None

    @property
    def server(self) -> OwnServer:
        """The server that the scenario has to itself."""
        assert self._server is not None, "only with @fixture.server has a scenario its own server"
        return self._server

    def crash(self) -> None:
        """Kill the server."""
        server = self.server
        check_transition(self._state, State.DEAD)
        server.crash()
        self._go_to(State.DEAD)

    def restart(self) -> None:
        """Start the server again after a crash, and connect the harness to it anew.

        The domain is not told: how it gets on again is its own affair.
        """
        server = self.server
        check_transition(self._state, State.RESTARTED)
        server.restart()
        self._go_to(State.RESTARTED)
        self.url = self.server.url.set(database=self.url.database)
        self.observer.close()
        self._observe()
        self._connections.observe_through(self.observer)
        self._forget_emptier()

    def settle(self) -> None:
        """After a crash, leave to the next scenario a server that runs and a pool that is new."""
        if self._state is State.DEAD:
            self.restart()
        if self._state is State.RESTARTED:
            self._go_to(State.USED)
            self._engine.dispose()
            self._outermost.engine.dispose()
            self._forget_sessions()

    def _find_server(self, *arguments: Any) -> None:
        """Let the domain's pool find a server whose port is another one since it was restarted.

        A service knows its server by a name that stays; ours here has none.
        """
        *_, parameters = arguments
        if self.url.port is not None:
            parameters["port"] = self.url.port
