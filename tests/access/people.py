"""The people of the access tests: a cast, and who comes instead of them."""

from django.contrib.auth.models import AnonymousUser

from annotator.actions.tokens import make_token
from annotator.models import User
from articles.models import Project
from tests.factories import Cast


def by_token(user: User, scope: str, project: Project | None = None) -> User:
    """The user as the interface of programs knows them: come by a token of this scope, of one project or of all."""
    token, _secret = make_token(by=user, name="T", scope=scope, project=project)
    arrived = User.objects.get(pk=user.pk)
    arrived.token = token
    return arrived


def disabled(user: User) -> User:
    """The user as they would be, were the account disabled; nothing is stored."""
    gone = User.objects.get(pk=user.pk)
    gone.is_active = False
    return gone


def askers(cast: Cast, elsewhere: Project) -> dict[str, object]:
    """Everybody who may ask, by the names of the columns of the tables."""
    return {
        "manager": cast.alice,
        "editor": cast.rita,
        "coder": cast.mo,
        "reader": cast.sam,
        "stranger": cast.zoe,
        "nobody": AnonymousUser(),
        "disabled": disabled(cast.alice),
        "read": by_token(cast.alice, "read"),
        "annotate": by_token(cast.alice, "annotate"),
        "manage": by_token(cast.alice, "manage"),
        "here": by_token(cast.alice, "manage", cast.project),
        "other": by_token(cast.alice, "manage", elsewhere),
    }
