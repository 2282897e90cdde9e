"""One of everything in a project."""

from io import BytesIO
from typing import Any

from annotator.actions.comments import add_comment
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.previews import preview
from annotator.actions.register import assess, link_propositions
from annotator.actions.tokens import make_token
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from articles.readers.row import Row
from tests.factories import (
    Cast,
    a_claim,
    a_coding,
    a_mention,
    a_proposition,
    a_search,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)


class Desk:
    """One of everything in the project, made by Alice so that nobody else acts upon their own."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.article = an_article(cast.project, by=cast.alice)
        self.coding = a_coding(self.article, by=cast.alice)
        self.mention = a_mention(self.article, by=cast.alice)
        self.attribution = an_attribution(self.article, by=cast.alice)
        self.stance = a_stance(self.article, by=cast.alice)
        self.claim = a_claim(self.article, by=cast.alice)
        self.entity, self.other = (an_entity(cast.project, by=cast.alice) for _ in range(2))
        self.issue, self.other_issue = (an_issue(cast.project, by=cast.alice) for _ in range(2))
        self.proposition, self.second, self.lone = (a_proposition(cast.project, by=cast.alice) for _ in range(3))
        self.link = link_propositions(self.proposition, self.second, "variant", by=cast.alice)
        verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01", "state": "published"}
        evidence = [{"url": "https://example.org", "bearing": "supports"}]
        self.assessment = assess(self.proposition, {**verdict, "evidence": evidence}, by=cast.alice)
        self.comment = add_comment(self.mention, "Really?", by=cast.alice)
        self.search = a_search(cast.project, by=cast.alice, shared=True)
        self.import_job = start_import(cast.project, [("a.txt", BytesIO(b"A text."))], by=cast.alice)
        self.preview = preview(cast.project, [Row("a.txt", fields={"title": "A", "text": "A."})], by=cast.alice)
        self.export = start_export(cast.project, by=cast.alice)
        self.feed = follow_feed(cast.project, by=cast.alice, url="https://courier.example/feed")
        self.webhook, _ = add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
        add_comment(self.mention, "Yes.", by=cast.alice)
        take_events_up(self.webhook)
        self.delivery = self.webhook.deliveries.first()
        self.token, _ = make_token(by=cast.alice, name="desk", scope="read")

    def new_mention(self, **fields: Any) -> dict[str, Any]:
        return {"article": str(self.article.pk), "revision": 1, "segments": [[0, 4]], "type": "PER", **fields}
