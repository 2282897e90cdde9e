"""Whose session it is, and whose page."""

from annotator.models import Mention
from tests.api.clients import API, client_of
from tests.factories import a_user, add_member, an_article, at


def test_a_page_of_one_member_writes_nothing_under_the_name_of_another(cast):
    article = an_article(cast.project, by=cast.mo)
    mention = {"article": str(article.pk), "revision": 1, "segments": at(article, "Ilsa Marrow"), "type": "PER"}
    browser = client_of(cast.rita)

    answer = browser.post(f"{API}/mentions/", mention, HTTP_X_SIGNED_IN_AS="mo")

    assert answer.status_code == 401
    assert answer.json()["detail"] == "You are signed in as rita, and this page is mo’s: sign in as mo."
    assert Mention.objects.count() == 0


def test_a_page_of_the_member_who_is_signed_in_writes(cast):
    zoë = a_user("zoë")
    add_member(cast.project, zoë, "coder", by=cast.alice)
    article = an_article(cast.project, by=cast.mo)
    mention = {"article": str(article.pk), "revision": 1, "segments": at(article, "Ilsa Marrow"), "type": "PER"}

    answer = client_of(zoë).post(f"{API}/mentions/", mention, HTTP_X_SIGNED_IN_AS="zo%C3%AB")

    assert answer.status_code == 201
    assert Mention.objects.get().created_by == zoë
