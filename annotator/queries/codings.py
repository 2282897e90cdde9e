"""Which layer of an article somebody writes to."""

from annotator.domain.layers import Layer, Layers
from annotator.models import Coding, User
from articles.models import Article


def layer_of(article: Article, user: User, *, adjudicated: bool = False) -> Coding:
    """The coding that ``user`` writes to in ``article``: the shared one, or the own. It may not be stored yet.

    With ``adjudicated`` it is the layer of an independent project in which editors settle what coders saw differently.
    """
    if article.project.layers == Layers.SHARED:
        layer, coder = Layer.SHARED, None
    elif adjudicated:
        layer, coder = Layer.ADJUDICATED, None
    else:
        layer, coder = Layer.OWN, user.pk
    coding_id = Coding.id_for(article.pk, layer, coder)
    coding = Coding.objects.select_related("coder").filter(pk=coding_id).first()
    if coding is None:
        coding = Coding(pk=coding_id, layer=layer.value, coder_id=coder)
    coding.article = article
    return coding
