"""Merge streams of Cucumber Messages into one: of shards, of workers, or of a run and its rerun.

What streams have in common (features, pickles, step definitions, hooks) is written once. A test
case that was executed in several streams has several attempts, as the protocol has them for a
retry: the one of the stream that started last counts, the others have `willBeRetried`. An attempt
that was cut off counts only if there is no other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pgharness.core.errors import HarnessError
from pgharness.results.stream import intervals, selections, shards
from pgharness.results.stream.ids import Message, Names, content_of, ids_in
from pgharness.results.wording import STOPPED

STATIC: Final = (
    *("source", "gherkinDocument", "parseError", "pickle"),
    *("parameterType", "undefinedParameterType", "stepDefinition", "hook"),
)
"""What is written before the start of the run."""
SHARED: Final = frozenset((*STATIC, "testCase", "suggestion"))
"""What is written once if streams agree in it."""
HARMLESS: Final = frozenset({"PASSED", "SKIPPED"})


@dataclass
class Stream:
    """The messages of one run."""

    name: str
    """As messages to the user name it: its path."""
    messages: list[Message]

    def the(self, kind: str) -> Message:
        """Return the content of the only message of this kind; empty if there is none."""
        return next((one[kind] for one in self.messages if kind in one), {})

    @property
    def is_finished(self) -> bool:
        """Whether the stream has an end."""
        return bool(self.the("testRunFinished"))


@dataclass(frozen=True)
class Merged:
    """The merged stream."""

    messages: list[Message]
    unfinished: tuple[str, ...]
    """The names of the streams without an end; then the merged one has none either."""
    missing: str = ""
    """Which shards are missing, in words; then the merged run has failed."""


def merge(streams: Iterable[Stream]) -> Merged:
    """Merge the streams of runs, of which later ones repeat earlier ones where they overlap.

    Raises `HarnessError` if two streams have different versions of a feature, are the same shard,
    or are shards of two divisions.
    """
    in_order = sorted(streams, key=lambda stream: _time(stream.the("testRunStarted")))
    parts = [(stream.name, shards.parts_in(stream.name, stream.messages)) for stream in in_order]
    shards.check(parts)
    found = [part for _, of_stream in parts for part in of_stream]
    missing = shards.missing(found)
    merger = _Merger()
    for number, stream in enumerate(in_order):
        merger.take(number, stream)
    merger.count()
    sections = (
        _meta(in_order),
        shards.as_in_a_serial_run(merger.static, found),
        _start(in_order, merger.run),
        merger.events,
        merger.end(in_order, missing),
    )
    return Merged(
        [message for section in sections for message in section],
        tuple(stream.name for stream in in_order if not stream.is_finished),
        missing,
    )


@dataclass
class _Attempt:
    """An execution of a test case."""

    stream: int
    started: str
    statuses: set[str] = field(default_factory=set)
    finished: Message | None = None


@dataclass
class _Merger:
    static: list[Message] = field(default_factory=list)
    events: list[Message] = field(default_factory=list)
    run: str = ""
    """The id of the merged run."""
    used: set[str] = field(default_factory=set)
    shared: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """The ids in what streams may share, by its content and which one of this content it is."""
    versions: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """The content of a source or document and the stream that has it, by kind and uri."""
    pickles: dict[str, set[int]] = field(default_factory=dict)
    """The streams that have a pickle, by its id."""
    attempts: dict[str, list[_Attempt]] = field(default_factory=dict)
    """By the id of the pickle."""
    failed_hooks: set[int] = field(default_factory=set)
    """The streams in which a hook of the run failed."""

    def take(self, number: int, stream: Stream) -> None:
        """Add the messages of a stream."""
        names = Names(self.used, number)
        of_run = stream.the("testRunStarted").get("id", "")
        if of_run:
            self.run = self.run or names.new(of_run)
            names.known[of_run] = self.run
        seen: Counter[str] = Counter()
        cases: dict[str, str] = {}
        attempts: dict[str, _Attempt] = {}
        for message in filter(None, stream.messages):
            kind = next(iter(message))
            if kind in {"meta", "testRunStarted", "testRunFinished"}:
                continue
            if intervals.is_interval(message) or selections.is_selection(message):
                continue
            if kind in SHARED:
                made = self._share(stream, message, kind, names, seen)
                if kind == "testCase":
                    cases[names.known[message[kind]["id"]]] = names.of(message[kind]["pickleId"])
                elif kind == "pickle":
                    self.pickles.setdefault(names.known[message[kind]["id"]], set()).add(number)
                if made is not None:
                    (self.static if kind in STATIC else self.events).append(made)
            else:
                made = names.renamed(message)
                self.events.append(made)
                self._observe(number, kind, made[kind], cases, attempts)

    def _share(
        self, stream: Stream, message: Message, kind: str, names: Names, seen: Counter[str]
    ) -> Message | None:
        """Return the message if no earlier stream has it; else give its ids those of the other."""
        content = content_of(names.renamed(message, define=False))
        self._check_version(stream, kind, message[kind])
        own = list(ids_in(message))
        key = (content, seen[content])
        seen[content] += 1
        if (known := self.shared.get(key)) is not None:
            names.known.update(zip(own, known, strict=True))
            return None
        made = names.renamed(message)
        self.shared[key] = list(ids_in(made))
        return made

    def _check_version(self, stream: Stream, kind: str, given: Message) -> None:
        if kind not in {"source", "gherkinDocument"}:
            return
        uri, content = given.get("uri", ""), content_of(given)
        known, other = self.versions.setdefault((kind, uri), (content, stream.name))
        if known != content:
            raise HarnessError(
                f"{uri} differs between {other} and {stream.name}: only runs of one version can be"
                " merged."
            )

    def _observe(
        self,
        number: int,
        kind: str,
        given: Message,
        cases: dict[str, str],
        attempts: dict[str, _Attempt],
    ) -> None:
        """Note attempts with their results, and failed hooks of the run."""
        if kind == "testCaseStarted":
            made = attempts[given["id"]] = _Attempt(number, given["id"])
            self.attempts.setdefault(cases.get(given["testCaseId"], ""), []).append(made)
        elif kind == "testStepFinished" and given["testCaseStartedId"] in attempts:
            attempts[given["testCaseStartedId"]].statuses.add(given["testStepResult"]["status"])
        elif kind == "testCaseFinished" and given["testCaseStartedId"] in attempts:
            attempts[given["testCaseStartedId"]].finished = given
        elif kind == "testRunHookFinished" and given["result"]["status"] not in HARMLESS:
            self.failed_hooks.add(number)

    def count(self) -> None:
        """Number the attempts of each pickle, and remove those that were cut off."""
        numbers: dict[str, int] = {}
        removed: set[str] = set()
        for pickle, attempts in self.attempts.items():
            kept = [one for one in attempts if one.finished is not None] or attempts[-1:]
            removed |= {one.started for one in attempts if one not in kept}
            self.attempts[pickle] = kept
            for number, one in enumerate(kept):
                numbers[one.started] = number
                if one.finished is not None:
                    one.finished["willBeRetried"] = one is not kept[-1]
        if removed:
            self.events = [one for one in self.events if _attempt(one) not in removed]
        for message in self.events:
            if (started := message.get("testCaseStarted")) is not None:
                started["attempt"] = numbers[started["id"]]

    def end(self, streams: list[Stream], missing: str = "") -> list[Message]:
        """Return the end of the merged run, or nothing if a stream has none."""
        ends = [stream.the("testRunFinished") for stream in streams]
        if not all(ends):
            return []
        last = max(ends, key=_time)
        end = {"timestamp": last["timestamp"]}
        holding = [self._holds(number, one) for number, one in enumerate(ends)]
        end["success"] = all(holding) and not missing
        said = [
            one["message"]
            for one, held in zip(ends, holding, strict=True)
            if one.get("message") and not (held and one["message"] == STOPPED)
        ]
        if said := list(dict.fromkeys([*said, *([missing] if missing else [])])):
            end["message"] = "\n".join(said)
        if raised := next((one["exception"] for one in ends if one.get("exception")), None):
            end["exception"] = raised
        if self.run:
            end["testRunStartedId"] = self.run
        return [{"testRunFinished": end}]

    def _holds(self, number: int, end: Message) -> bool:
        """Whether a run was successful, or only cases failed that have passed since then."""
        if end["success"]:
            return True
        if (
            (end.get("message") or STOPPED) != STOPPED
            or end.get("exception")
            or number in self.failed_hooks
        ):
            return False
        own = [pickle for pickle, streams in self.pickles.items() if number in streams]
        last = [self.attempts[pickle][-1] for pickle in own if pickle in self.attempts]
        repeated = any(one.stream > number for one in last)
        return repeated and len(last) == len(own) and all(one.statuses <= HARMLESS for one in last)


def _attempt(message: Message) -> str:
    """Return the id of the attempt to which a message belongs; empty if to none."""
    kind, content = next(iter(message.items()))
    name: str = content.get("id" if kind == "testCaseStarted" else "testCaseStartedId", "")
    return name


def _time(message: Message) -> tuple[int, int]:
    at = message.get("timestamp", {})
    return at.get("seconds", 0), at.get("nanos", 0)


def _meta(streams: list[Stream]) -> list[Message]:
    """Return the description of the first stream that has one."""
    return [{"meta": meta} for meta in [stream.the("meta") for stream in streams] if meta][:1]


def _start(streams: list[Stream], run: str) -> list[Message]:
    """Return the start of the merged run: the earliest, as streams are in this order."""
    starts = [start for start in [stream.the("testRunStarted") for stream in streams] if start]
    made = [{"testRunStarted": one | ({"id": run} if run else {})} for one in starts[:1]]
    if run:
        made += selections.common([stream.messages for stream in streams], run)
    if run and len(streams) > 1:
        times = [one for stream in streams for one in intervals.intervals_in(stream.messages)]
        made.append(intervals.attachment(times, run))
    return made
