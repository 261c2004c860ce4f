"""Is a wish or a motion against a technology, for it, or is that unclear?"""

from __future__ import annotations

from crawler.models import Stance
from pipelines.lexicon_types import compile_bytes, plain
from pipelines.terms import compile_term

# "lutte contre la délinquance" opposes no camera: taken out before the words are weighed.
_ASIDE = (
    "(lutter|lutte|luttant|prévention|protection|protéger|agir|plainte|mesure|dispositif)[2]contre",
    "contre (les|la|l|le) (délinquance|incivilité|violence|trafic|insécurité|vol|cambriolage|dépôt|terrorisme)",
    "contre (les|la|l|le) (nuisance|bruit)",
    "(contre partie|contrepartie|par contre)",
)
_AGAINST = (
    "contre", "opposition", "oppos(er|e|ent|ant|ons)", "s opposer", "refus*", "moratoire", "interdi*", "suspension",
    "suspend*", "abandon*", "démantèlement", "démantel*", "démont*", "renonc*", "retrait", "retir(er|e|ant)", "rejet*",
    "désinstall*", "désactiv*", "mettre fin", "mette fin", "fin de la", "arrêt (de|du|des)", "arrêter",
    "non au", "non à la", "pas de (caméra|drone|recours)",
    "sans (reconnaissance|vidéosurveillance|surveillance|drone|biométrie)", "sortir de",
    "inquiétude", "dénonc*", "liberté publique", "défavorable", "exclu(re|t|ant)", "proscri*", "bann(ir|issement)",
)  # fmt: skip
_FOR = (
    "favorable", "soutien", "soutenir", "déploiement", "déployer", "accélér*", "renforc*", "développ*",
    "install(er|ation|ant)", "étendre", "extension", "élargi*", "doter", "équiper", "équipement",
    "généralis*", "autoriser", "expériment*",
    "mise en place", "mettre en place", "création", "acquisition", "obtenir", "finance*",
    "demandant (l|la|le|les|des|une|un)", "en faveur (de|du|des)", "modernis*", "multipli*",
)  # fmt: skip
_ASIDE_PATTERN, _AGAINST_PATTERN, _FOR_PATTERN = (
    compile_bytes("|".join(compile_term(term).exact for term in terms)) for terms in (_ASIDE, _AGAINST, _FOR)
)


def stance(title: str, sentences: tuple[str, ...] = ()) -> Stance:
    """Read the title first; only where it does not say, the sentences of the body that name the technology.

    Words of refusal outweigh words of installation: "vœu contre l'installation" is against.
    """
    for text in (title, " . ".join(sentences)):
        low = plain(text)
        for aside in [found.span() for found in _ASIDE_PATTERN.finditer(low)]:
            low = low[: aside[0]] + b" " * (aside[1] - aside[0]) + low[aside[1] :]
        if _AGAINST_PATTERN.search(low):
            return "against"
        if _FOR_PATTERN.search(low):
            return "for"
    return "unclear"
