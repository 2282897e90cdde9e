import pytest

from articles.models import Article
from tests.factories import Cast, a_cast, an_article


@pytest.fixture(scope="module")
def cast(stage: None) -> Cast:
    """One cast for the module; what a test does to its rows is undone, what it does to its objects is not."""
    return a_cast()


@pytest.fixture
def article(cast: Cast, db: None) -> Article:
    return an_article(cast.project, by=cast.alice)
