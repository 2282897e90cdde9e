"""docs/api.md: its quickstart runs as printed, and it names what there is."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator.actions.tokens import make_token
from annotator.api import errors
from annotator.api.urls import urlpatterns
from tests.api.clients import API
from tests.factories import a_cast

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def as_printed(live_server, transactional_db):
    """Runs the document's block of a language as it stands there; what it prints are JSON documents."""
    cast = a_cast()
    _, secret = make_token(by=cast.mo, name="quickstart", scope="annotate")
    environment = {"SITE": f"{live_server.url}{API}", "TOKEN": secret, "PROJECT": "desk", "PATH": "/usr/bin:/bin"}

    def run(language: str, *program: str) -> list[dict[str, Any]]:
        script = re.search(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)[1]
        done = subprocess.run(
            [*program, script], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_the_quickstart_runs_as_printed(as_printed):
    if shutil.which("curl") is None:
        pytest.fail("The quickstart is run with curl, which is missing. On Debian: sudo apt-get install -y curl")

    answers = as_printed("sh", "bash", "-e", "-u", "-c")

    assert [answer.get("version") for answer in answers] == [1, 1, 1, 1, 2, None]
    [stance] = answers[-1]["annotations"]
    assert (stance["exact"], stance["position"], stance["comment"]) == (
        ["vowed on Friday to keep the line open"],
        "support",
        "A promise as well.",
    )


def test_the_quickstart_in_python_runs_as_printed(as_printed):
    [answer] = as_printed("python", sys.executable, "-W", "error", "-c")

    [stance] = answer["annotations"]
    assert (stance["exact"], stance["position"], stance["comment"]) == (["opposes the toll"], "oppose", "In council.")


def test_it_names_every_type_of_problem_with_its_status():
    source = Path(errors.__file__).read_text(encoding="utf-8")
    made = {(status, name) for status, name in re.findall(r'_document\((\d+), "([a-z-]+)"', source)}
    made |= {(status, name) for status, name in re.findall(r'(\d+): \("([a-z-]+)",', source)}
    made |= {("409", "already-there"), ("409", "not-now")}
    told = set(re.findall(r"^\| (\d+) \| `urn:annotator:([a-z-]+)` \|", DOCUMENT, re.MULTILINE))

    assert made - told == set()
    assert told - made == set()


def test_it_names_every_address():
    table = DOCUMENT.partition("## Nouns and addresses")[2].partition("## Versions")[0]
    nouns = {str(route.pattern).partition("/")[0] for route in urlpatterns} - {""}
    last = {str(route.pattern).rstrip("/").rpartition("/")[2] for route in urlpatterns}
    acts = {each for each in last if each.isalpha()} - nouns

    assert {noun for noun in nouns if f"`{noun}/" not in table} == set()
    assert {act for act in acts if f"{act}/" not in table} == set()
