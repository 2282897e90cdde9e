"""List 50 annotations: of what is named everywhere, and of what is named seldom or by few."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench import raw
from bench.measuring import reading
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    entities, coder = run.register.entities, run.coders[-1]
    for name, noun, asked, condition in (
        ("mentions", "mentions", {}, ""),
        ("of an entity that is everywhere", "mentions", {"entity": entities[0]}, f"t.entity_id = '{entities[0]}'"),
        ("of a seldom one", "mentions", {"entity": entities[-1]}, f"t.entity_id = '{entities[-1]}'"),
        ("by a seldom coder", "mentions", {"created_by": coder.username}, f"t.created_by_id = {coder.pk}"),
        ("quotations of a seldom source", "attributions", {"source": entities[-1]},
         f"t.source_entity_id = '{entities[-1]}'"),
        ("suggested, of which there is none", "stances", {"origin": "suggested"}, "t.origin = 'suggested'"),
    ):  # fmt: skip
        address = f"/api/v1/{noun}/?{urlencode({'project': 'ours', 'page_size': 50, **asked})}"
        limit = raw.Annotations(condition, noun.removesuffix("s"))
        yield reading(run, f"list 50 annotations: {name}", address, limit, n=40, times=30)
