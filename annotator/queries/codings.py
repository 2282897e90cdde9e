"""Which layer of an article somebody writes to."""

from annotator.domain.layers import Layer, Layers
from annotator.models import Coding, User
from articles.models import Article


def layer_of(article: Article, user: User, *, adjudicated: bool = False) -> Coding:
    """The coding that ``user`` writes to in ``article``: the shared one, or the own. It may not be stored yet.

    With ``adjudicated`` it is the layer of an independent project in which editors settle what coders saw differently.
    """
    own = own_layer(article, user, adjudicated=adjudicated)
    coding = Coding.objects.begun().select_related("coder").filter(pk=own.pk).first()
    if coding is None:
        return own
    coding.article = article
    return coding


def own_layer(article: Article, user: User, *, adjudicated: bool = False) -> Coding:
    """The same, as it is where it has not been stored."""
    if article.project.layers == Layers.SHARED:
        layer, coder = Layer.SHARED, None
    elif adjudicated:
        layer, coder = Layer.ADJUDICATED, None
    else:
        layer, coder = Layer.OWN, user.pk
    return Coding(pk=Coding.id_for(article.pk, layer, coder), article=article, layer=layer.value, coder_id=coder)
