"""Where the repository is whose tests these are, without loading the service."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
