"""Where runs of pytest write what became of each fault: a line of JSON each."""

from typing import Final

from packages import ROOT

VERDICTS: Final = ROOT / "reports" / "faults.ndjson"
