"""One database under test: what it contains, and how it gets that back after a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import URL

from pgharness.core.application import Application, W
from pgharness.core.errors import HarnessError
from pgharness.core.protocols import OwnServer
from pgharness.isolation.connected import Connected
from pgharness.isolation.occupancy import Occupancy
from pgharness.isolation.savepoints import rolled_back
from pgharness.isolation.snapshots import EMPTY, CleanupFailed, Snapshot
from pgharness.isolation.states import State, check_transition
from pgharness.reset import reset, sequences
from pgharness.reset.reset import Reset, RowsRefer


class Database(Connected[W]):
    """A database of the run and the connections to it.

    `make` creates a database and returns its URL; it is called again to replace one after a failed
    cleanup. An operation that the `state` does not allow raises `IllegalTransition`. `initial` is
    the content of a new database; by default it is read.
    """

    def __init__(
        self,
        make: Callable[[], URL],
        application: Application[W],
        server: OwnServer | None = None,
        initial: Snapshot | None = None,
    ) -> None:
        super().__init__(make(), application)
        self._make = make
        self._server = server
        self._state = State.CLEAN
        self._rolled_back = False
        """Whether the current test is one transaction."""
        self._shared: Snapshot | None = None
        """The content before a test that is rolled back within a scope."""
        self._owed: Snapshot
        """In the state BROKEN, the content that the next test must find."""
        self.initial: Snapshot
        """The content after the migrations, with which each test outside of scopes begins."""
        self._begin_with(self._look() if initial is None else initial)

    @property
    def state(self) -> State:
        """The state of the database; see `State`."""
        return self._state

    def _look(self) -> Snapshot:
        """Return the content of a new database."""
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

    def world(self) -> W:
        """Return a world for the next test."""
        self._go_to(State.USED)
        self._rolled_back = False
        return self._application.world(self._engine, self)

    def rolled_back_world(self) -> W:
        """Return a world that is rolled back when it is closed; sequences may stay moved."""
        self._go_to(State.ROLLED_BACK if self._state is State.CLEAN else self._state)
        self._rolled_back = True
        return rolled_back(self._outermost, self._application.world)

    def snapshot(self) -> Snapshot:
        """Return the current content."""
        return self.initial if self._state is State.CLEAN else Snapshot.take(self.observer)

    def remember_shared(self) -> None:
        """Take a snapshot before a test that is rolled back within a scope."""
        self._shared = Snapshot.take(self.observer)

    def put_sequences_back(self) -> None:
        """Restore the sequences of `remember_shared`: a rollback does not restore sequences."""
        shared, self._shared = self._shared, None
        if shared is not None:
            sequences.put_back(self.observer, shared.sequences)

    def empty(self, *, sequences: bool = True) -> None:
        """Restore the initial content. Raises `CleanupFailed`.

        Without `sequences`, moved ones are left if there are no rows. `mend` replaces a BROKEN one.
        """
        nothing = {State.CLEAN, State.BROKEN} | (set() if sequences else {State.ROLLED_BACK})
        if self._state not in nothing:
            with self._owing(self.initial):
                self._make_initial()
            self._go_to(State.CLEAN)

    def put_back(self, before: Snapshot) -> None:
        """Restore a snapshot and verify the result. Raises `CleanupFailed`."""
        self.mend()
        with self._owing(before):
            if before == self.initial:
                self._make_initial()
            before.put_back(self.observer)
        self._go_to(State.CLEAN if before == self.initial else State.USED)

    def mend(self) -> None:
        """Replace a BROKEN database by a new one with the content that it should have."""
        if self._state is not State.BROKEN:
            return
        owes_initial = self._owed == self.initial
        self.disconnect()
        self.url = self._make()
        self.connect()
        if not self.initial.is_empty:
            # Another run of the migrations may store other values: times, random numbers.
            self._begin_with(self._look())
        self._go_to(State.CLEAN)
        if not owes_initial:
            self.put_back(self._owed)

    def _make_initial(self) -> None:
        """Delete rows that tests have added; restore the rows of the migrations if they changed."""
        # If such a row refers to one of a test, the reset is refused: the snapshot does it then.
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
        """Return the reset, with its own connection that is opened on first use.

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

    @contextmanager
    def _owing(self, before: Snapshot) -> Iterator[None]:
        """Raise `CleanupFailed` with the differences if a cleanup in this block fails."""
        try:
            yield
        except (psycopg.Error, HarnessError, CleanupFailed) as error:
            if self.observer.closed:
                raise
            self._go_to(State.BROKEN)
            self._owed = before
            left = "; ".join(before.differences(self.observer))
            reason = "" if isinstance(error, CleanupFailed) else f" ({str(error).splitlines()[0]})"
            raise CleanupFailed(f"the clean-up failed{reason}: {left}") from error

    def check_none_left(self) -> None:
        """Fail if the test left a connection open, and terminate it.

        Fail as well if something was committed in a test that is rolled back, and remove it.
        """
        try:
            self._connections.check_none_left()
        finally:
            if self._rolled_back:
                self._check_nothing_committed()

    def _check_nothing_committed(self) -> None:
        """Fail if another connection sees rows of a test that is rolled back.

        The test may have connected by a URL from elsewhere, or executed a statement COMMIT.
        """
        before = self._shared or self.initial
        must_look = self._shared is not None or bool(before.objects)
        if not (must_look or self._occupancy.found(self.observer)):
            return
        committed = "; ".join(before.other_rows(self.observer))
        if committed:
            self.put_back(before)
            # Not by `assert`: pytest takes this module for tests and would extend the message.
            raise AssertionError(f"committed past the transaction that is rolled back: {committed}")

    @property
    def has_own_server(self) -> bool:
        """Whether no other test uses the server."""
        return self._server is not None

    @property
    def server(self) -> OwnServer:
        """The test's own server."""
        assert self._server is not None, (
            'only a test with @fixture.server (in pytest isolation="server") has its own server'
        )
        return self._server

    def crash(self) -> None:
        """Kill the server."""
        server = self.server
        check_transition(self._state, State.DEAD)
        server.crash()
        self._go_to(State.DEAD)

    def restart(self) -> None:
        """Start the server again after a crash, and reconnect the harness.

        The application's pool is left alone: how it recovers is the subject of such tests.
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
        """After a crash, provide a running server and new pools for the next test."""
        if self._state is State.DEAD:
            self.restart()
        if self._state is State.RESTARTED:
            self._go_to(State.USED)
            self._engine.dispose()
            self._outermost.engine.dispose()
            self._forget_sessions()
