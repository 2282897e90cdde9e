"""The OpenAPI document held against the site: schemathesis draws requests from it, and judges the answers by it."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import schemathesis
from annotator_client import Annotator
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema
from schemathesis.wfc.escalation import EscalatingAuthProvider

from drills.stock import ROOT, Stock

# What is said of a request that is not of the shape that it is to have.
_OF_SHAPES = re.compile(
    r"no such (field|parameter)|is not a field of|(field is|integer is|number is) required|(field|list) may not be"
    r"|does not fit|not a valid|valid UUID|Expected a |Ensure this |wrong format|is no (id|party|day)|text is expected"
    r"|characters are more than"
)
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SEED = 20261128
PARTS = 2  # processes: nearly all of the time goes into drawing, and the site takes the rest of two cores
_TEXTS = ("application/x-ndjson", "text/plain")
_REFUSALS = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429]
# Of what the document allows, besides an answer: what is there and what goes together it does not tell.
_ANSWERS = ["2XX", 304, 400, 403, 404, 409, 410, 412, 413, 422, 428, 429]
# What is there is put in by us; to learn it from the answers takes a tenth of the time.
_OWN_STOCK = {"fuzzing": {"extra-data-sources": {"responses": False}}}
_WHO = ("member", "stranger")
_SHOWN = 12  # failures that are printed whole


@schemathesis.serializer(_TEXTS[0])
def lines(context: Any, value: Any) -> bytes:
    """A body of JSON lines: a text as it was drawn."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@schemathesis.hook
def filter_case(context: Any, case: schemathesis.Case) -> bool:
    """Whether what is wrong with a body can be told on the wire: a text, and a file in a form, has no other type."""
    if case.meta is None or not case.meta.is_negative_at(ParameterLocation.BODY):
        return True
    if case.media_type in _TEXTS:
        return False
    is_form_of_files = isinstance(case.body, dict) and list(case.body) == ["files"] and bool(case.body["files"])
    return not (case.media_type == "multipart/form-data" and is_form_of_files)


@schemathesis.check
def refused_for_its_shape(context: Any, response: Any, case: schemathesis.Case) -> None:
    """What is as the document says may be refused for what it says, and not for its shape."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    told = [error["message"] for error in response.json()["errors"]]
    assert not any(_OF_SHAPES.search(message) for message in told), f"The document allows this; refused: {told}"


@dataclass(frozen=True)
class _Bearer:
    """Who asks, by a token."""

    token: str

    def get(self, case: schemathesis.Case, context: Any) -> str:
        return self.token

    def set(self, case: schemathesis.Case, token: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {token}"


@dataclass
class Findings:
    operations: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.answers.items()))
        told = f"{sum(self.answers.values()):,} answers of {self.operations} operations ({kinds}); "
        shown = [f"\n{name}\n{failure}" for name, failure in list(self.failures.items())[:_SHOWN]]
        return told + f"{len(self.failures)} that the document does not tell" + "".join(shown)


def talk(address: str, token: str, stranger: str, examples: int, phases: tuple[str, ...] = PHASES) -> Findings:
    """Call each operation with what the document allows and with what it does not, in several processes.

    What goes from one operation to the next (`stateful`) is a part of its own. Of what is read there by one ``token``,
    nothing may be seen by that of a ``stranger``, who is in none of these projects.
    """
    parts = [(tuple(phase for phase in phases if phase != "stateful"), part) for part in range(PARTS)]
    parts += [(("stateful",), None)] if "stateful" in phases else []
    document = Annotator(address, token).get("schema/").json
    whole = Findings()
    with ProcessPoolExecutor(PARTS, mp_context=get_context("spawn")) as pool:
        for begun in [pool.submit(_talk, document, address, token, stranger, examples, *part) for part in parts]:
            found = begun.result()
            whole.answers += found.answers
            whole.failures |= found.failures
            whole.operations = max(whole.operations, found.operations)
    return whole


def _talk(
    told: dict[str, Any],
    address: str,
    token: str,
    stranger: str,
    examples: int,
    phases: tuple[str, ...],
    part: int | None,
) -> Findings:
    document = schemathesis.openapi.from_dict(told, config=_config(address, examples, phases))
    document.auth.providers.append(
        EscalatingAuthProvider([_Bearer(token), _Bearer(stranger)], list(_WHO), peers=_WHO, pinned=_WHO[0])
    )
    stock = Stock(Annotator(address, token), SEED)
    operations = sum(1 for _ in document.get_all_operations())
    if part is not None:
        document = document.include(lambda of: zlib.crc32(of.operation.label.encode()) % PARTS == part)

    @schemathesis.hook("before_call")
    def fill(context: Any, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
        stock.fill(case)

    try:
        return _found(document, operations)
    finally:
        schemathesis.hooks.unregister(fill)


def _found(document: Any, operations: int) -> Findings:
    found = Findings(operations)
    for event in from_schema(document).execute():
        match event:
            case events.ScenarioFinished(recorder=recorder):
                for interaction in recorder.interactions.values():
                    status = interaction.response.status_code if interaction.response else 0
                    found.answers[f"{status // 100}xx" if status else "none"] += 1
                found.failures.update(_failures(recorder))
            case events.NonFatalError() | events.FatalError():
                found.failures[f"{getattr(event, 'label', 'all')}: error"] = str(
                    getattr(event, "value", None) or event.exception
                )
    return found


def _config(address: str, examples: int, phases: tuple[str, ...]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": address.removesuffix(ROOT.rstrip("/")),
            "continue-on-failure": True,
            "generation": {
                "max-examples": examples,
                "no-shrink": True,
                "deterministic": True,
                "database": "none",
                "with-security-parameters": False,
            },
            "phases": {phase: {"enabled": phase in phases} | _OWN_STOCK.get(phase, {}) for phase in PHASES},
            "checks": {
                # What is wrong with a request may come after what is wrong with its precondition.
                "negative_data_rejection": {"expected-statuses": _REFUSALS},
                # Whether it is refused for its shape is a check of its own.
                "positive_data_acceptance": {"expected-statuses": _ANSWERS},
            },
            "suppress-health-check": ["all"],
            "cache": {"enabled": False},
        }
    )


def _failures(recorder: Any) -> Iterator[tuple[str, str]]:
    """By operation and check, one of each."""
    for of_case, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and not _is_of_nothing(check.name, recorder.cases[of_case].value):
                info = check.failure_info
                yield f"{recorder.label}: {check.name}", f"{info.failure.message}\n{info.code_sample}"


def _is_of_nothing(check: str, case: schemathesis.Case) -> bool:
    """Whether nothing was made wrong in what was to be refused: schemathesis draws such forms, and says so itself."""
    drawn = case.meta.phase.data if case.meta else None
    return check == "negative_data_rejection" and getattr(drawn, "mutations", None) == ()
