"""What kind of document this is: from its own head first, then from its names."""

from __future__ import annotations

import re

from crawler.models import DocumentKind, Hints
from pipelines.agenda.folders import folders_of
from pipelines.agenda.names import base_name, dates_in_name
from pipelines.agenda.words import name_words, plain, unspaced

# Order matters: the first that is found decides. The words are those of real sites and of DOMAIN.md 2.1.
_NAMES: tuple[tuple[DocumentKind, str], ...] = (
    ("draft", r"projets? de deliberations?|projet de delib"),
    ("convocation", r"convocations?(?: et | & | \+ |,| avec)? ?(?:ordre du jour|odj)|^convoc"),
    ("list", r"listes? des (?:deliberations|dcm|delib|actes|decisions)"
             r"|listing (?:affichage|cm|cc|bm|cp|deliberations|dcm|conseil)"
             r"|repertoire (?:chronologique|des)"
             r"|releves? (?:des|de) (?:deliberations|decisions)|liste delib\w*|affichage des deliberations"),
    ("minutes", r"proces ?-?verba(?:l|ux)|compte ?-?rendus?|comptes ?-?rendus|\bpv\b|\bcr\b|\bcrs\b|\bpv ?cm|\bcr ?cm"
                r"|pvcm|crcm|verbatim|\bpvs\b"),
    ("note", r"notes? (?:explicative )?de synthese|notice explicative|dossier de seance|note de presentation"),
    ("agenda", r"ordres? du jour|\bodj\w*|\boj\b|ordre ?dujour|o\.d\.j"),
    ("convocation", r"convocations?|convoc\b"),
    ("draft", r"rapports? (?:n ?°|numero|soumis|du conseil|de presentation(?!.{0,40}\b(?:plui?|rlpi?|psmv|scot)\b))"
              r"|dossier du conseil|projets de rapports?"),
    ("decision", r"decisions? (?:du maire|du president|n ?°|municipales?|\d)|\bdm ?20\d\d|^decisions?$"),
    ("list", r"\baffichages? (?:(?:du|de la|des) )?(?:cm|cc|bc|bm|cp|conseil|bureau|commission permanente|seance)\b"),
    ("deliberation", r"deliberations?\b|\bdelib\w*|\bdel\b|\bdcm\b|extrait du registre"
                     r"|\bd(?:e|el|cm|l)?[- ]?20\d\d[- ]\d+"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _NAMES)
AGENDA_HEADING = re.compile(
    r"^\W*sommaire\W*$|^\W{0,4}(?:(?:l'|projet d'|voici l'|avec l'|pour |sur l'|suivant l'"
    r"|annexe \d? ?:? )\s?)?ordre\s*du\s*jour"
    r"|^\W*(?:au )?programme de la (?:seance|reunion)\W*$|^\W*(?:sujets?|dossiers?|points?) abordes?\W*$"
    r"|^\W*ordredujour|^\W*o\.?d\.?j\.?\b"
    r"|ordre\s*du\s*jour(?: suivant| ci-dessous| ci-apres| est le suivant| sera le suivant| etait le suivant"
    r"| de (?:la|cette) (?:seance|reunion))?\s*:?\s*$"
    r"|^\W*(?:questions?|affaires?|points?) (?:inscrit|soumis|a l'ordre|a examiner|examine)\w*[^.]{0,40}$"
)
# Without one of these words no line matches the above; they are found ten times faster.
MAY_HEAD_AGENDA = re.compile(r"sommaire|ordre|programme|sujet|dossier|point|question|affaire|o\.?d\.?j")
_ANNEX = re.compile(r"(?<!sans )\bannexes?\b|pieces? jointes?|\bpj\b|\bannx?\d*\b")
_NOT_OURS = re.compile(
    r"depouillement|bornage|ouverture des plis|electeurs|electorale?|conseil (?:d'ecole|de quartier|citoyen"
    r"|des sages|des jeunes)|reunion publique|enquete publique"
    r"|proces verbal (?:de constat|electronique)|conseil municipal des (?:jeunes|enfants)"
)
_WORD = re.compile(r"[a-z]+")
# What a name says beside its day where it says nothing else: the body, and small words.
_OF_A_DAY = re.compile(
    r"cm|cc|ca|cd|cr|cp|ap|bm|bc|bp|ct|conseils?|municipal|communautaire|metropolitain|departemental|regional|general"
    r"|syndical|comite|bureau|commission|permanente|assemblee|pleniere|seances?|reunion|session|du|de|la|le|des|et|au"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|janv(?:ier)?|fev(?:rier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout"
    r"|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|dec(?:embre)?|v|vf|def|web|ok|signe|complet"
)
_ACT_OF_MAYOR = re.compile(r"\barretes?\b|\bap \d|arrete prefectoral|\braa\b|recueil des actes")

_INVITES = re.compile(
    r"(?:ai|avons) l'honneur de (?:vous )?(?:inviter|prier|convier|convoquer|faire connaitre)|vous (?:etes|prie"
    r"|invite|convie"
    r"|convoque)[^.]{0,80}(?:convoque|invite|assister|participer|seance|reunion)|bien vouloir (?:assister|participer)"
    r"|^convocation\b|\bconvocation (?:du|au|des membres)",
    re.MULTILINE,
)
MET = re.compile(
    r"s'est\s+(?:\w+\s+){0,2}(?:reunie?|assemblee?)|se sont\s+(?:\w+\s+){0,2}reuni|etant assemble|etait? reuni"
    r"|etaient presents|presents? ?:|secretaire(?: de seance)? ?:"
)
# An order of the mayor or the prefect; "arrêté en séance du …" is said of minutes.
_LAW = re.compile(r"^(?:decret|loi|ordonnance|arrete\b(?! (?:en|a|au|lors|par|le|des|du)\b))\b", re.MULTILINE)
_DELIBERATED = re.compile(r"apres (?:en )?avoir delibere")
_EXTRACT = re.compile(
    r"extraits? (?:du|des) (?:registres?|proces|deliberations?)|deliberation du conseil|^deliberation\b", re.M
)
_CONVOKES = re.compile(r"^\W*(?:objet ?: ?)?(?:lettre de )?convocation (?:d[ue]|au|des|a)\b(?! \d)(?!.*\d{4})")
_SAT = re.compile(r"s'est\s+(?:\w+\s+){0,2}(?:reunie?|assemblee?)|se sont\s+(?:\w+\s+){0,2}reuni")
_THERE = re.compile(r"\bpresents? ?:|\babsents? ?:|\bpouvoirs? ?:|\bsecretaire ?:|\betaient presents")
_DECISION = re.compile(r"^decision (?:du maire|du president|n|municipale)", re.MULTILINE)
_ENACTS = re.compile(r"^[^\w\n]*(?:delibere|decide)\b|^[^\w\n]*article (?:1|premier)\b", re.MULTILINE)
_DRAFT = re.compile(r"^projets? de deliberation|notes? (?:explicatives? )?de synthese|^rapport (?:n|de presentation)")
_LIST = re.compile(
    r"listes? des deliberations|^deliberations (?:adoptees|examinees|votees|prises|approuvees)\b"
    r"|repertoire (?:chronologique )?des deliberations|releve (?:des|de) (?:decisions|delib)"
    r"|^(?:resultats? des |releve des )?votes (?:de la|du|de l') ?(?:commission permanente|conseil|assemblee|session"
    r"|seance)"
)
_MINUTES_NAMED = re.compile(r"proces ?-? ?verbal|compte ?-? ?rendu")
_IN_A_SENTENCE = re.compile(r"(?:\b(?:la|le|les|une?|des|cette|ce|ma|notre|votre|et|ou|du|au|aux|que|ses) |\bl')$")
_MINUTES = re.compile(r"^[^\w\n]*(?:projet de )?(?:proces ?-? ?verbal|comptes? ?-? ?rendus?)\b(?! des decisions)", re.M)
_VOTED = re.compile(r"apres (?:en )?avoir delibere|a l'unanimite|a la majorite|\babstentions? ?:|vote ?: ?pour")
_TOLD = re.compile(r"\b(?:adoptee?s?|approuvee?s?|rejetee?s?|retiree?s?|decide|prend acte|\d+ voix)\b|\bseance levee\b")


def kind_of_words(text: str) -> DocumentKind | None:
    """The kind that a link text, heading or file name stands for; None where it says nothing."""
    said = name_words(text)
    words = re.sub(r"\s*[-]\s*", " ", said)
    if _NOT_OURS.search(words):
        return "other"
    if _ANNEX.search(words) and not re.search(r"ordre du jour|convocation|\bodj\b|et annexes|avec annexes", words):
        return "annex"
    for kind, pattern in _COMPILED:
        if pattern.search(words) or pattern.search(said):
            return kind
    return "other" if _ACT_OF_MAYOR.search(words) else None


def document_kind(head: list[str], text: str, hints: Hints, *, html: bool = False) -> DocumentKind:
    """The kind of a document from its first lines, then its names. ``text`` is its plain text from the start."""
    named = kind_named(hints)
    if _LAW.search("\n".join(plain(line) for line in head[:25])):
        return "annex" if named == "annex" else "other"
    if named == "annex":
        return "annex"
    from_head = _from_head(head, text, html=html)
    if html and from_head in (None, "convocation"):
        return from_head or ("agenda" if named == "agenda" and "ordre du jour" in text else "other")
    if from_head is None:
        return named or "other"
    if from_head == "minutes" and named in ("deliberation", "list", "draft", "note"):
        return named
    if from_head == "agenda" and named in ("convocation", "note", "draft"):
        return named
    if from_head == "agenda" and named in ("minutes", "list") and (_VOTED.search(text) or _TOLD.search(text)):
        return named  # a name may be that of the link beside: what tells of no vote is an agenda still
    if from_head == "deliberation" and named in ("minutes", "draft", "list"):
        return named
    return from_head


def _above_agenda(titles: list[str]) -> list[str]:
    """The lines above the agenda: a point of it may be the report on the mayor's decisions."""
    heading = next((place for place, line in enumerate(titles) if AGENDA_HEADING.search(line)), len(titles))
    return titles[:heading]


def kind_named(hints: Hints) -> DocumentKind | None:
    """The kind that the names of a document speak of: its own, its link's, the heading's above, then its folder's."""
    own = base_name(hints.file_name or hints.url)
    for text in (own, hints.link_text, hints.heading):
        if text and (kind := kind_of_words(text)) not in (None, "other"):
            return kind
    return _filed(hints, own)


def _filed(hints: Hints, own: str) -> DocumentKind | None:
    """The kind of the innermost folder that names one, for what is named by a day: "odj_1997-2008/cm_260500.php"."""
    words = _WORD.findall(name_words(own))
    if not dates_in_name(own, hints.reference_date) or not all(map(_OF_A_DAY.fullmatch, words)):
        return None
    names = folders_of(hints.url).names
    found = (kind_of_words(name) for name in reversed(names))
    return next((kind for kind in found if kind not in (None, "other", "annex")), None)


def titled(name: re.Pattern[str], line: str) -> bool:
    """Whether a plain line has the name of a paper as a title: in a sentence an article or the like stands before."""
    return any(not _IN_A_SENTENCE.search(line[: found.start()]) for found in name.finditer(line))


def _paper(line: str) -> DocumentKind | None:
    """The paper whose title a plain line is."""
    if titled(_DRAFT, line):
        return "note" if "synthese" in line else "draft"
    if titled(_LIST, line):
        return "list"
    return "annex" if re.search(r"^(?:n ?° ?)?(?:annexe)\b", line) else None


def _from_head(head: list[str], text: str, *, html: bool) -> DocumentKind | None:
    lines = [plain(unspaced(line)) for line in head[:40] if len(line) <= 110]
    titles = lines[:25]
    joined = "\n".join(titles)
    start = text[:5000]
    met = bool(MET.search(start))
    papers = html and not _VOTED.search(text) and not AGENDA_HEADING.search(text)  # a page that only lists them
    heading = next((place for place, line in enumerate(titles) if AGENDA_HEADING.search(line)), len(titles))
    for place, line in enumerate(titles[: 2 if papers else 14]):
        if _CONVOKES.search(line) and not met:
            return "convocation"
        paper = _paper(line)
        if paper is not None and not (paper in ("annex", "draft") and place > heading):  # an agenda lists its papers
            return paper
        if not html and place < heading and _MINUTES.match(line):
            return "minutes"  # what the paper calls itself first; reports that were debated have titles too
    single = _EXTRACT.search(joined)
    decision = _DECISION.search(joined)
    if decision and not met and not (single and single.start() < decision.start()):
        return "decision"
    told = met or not html  # a page of a site names minutes in many places
    above = joined if met else "\n".join(_above_agenda(titles))
    if (
        told
        and any(titled(_MINUTES_NAMED, line) for line in above.split("\n"))
        and not re.search(r"approbation|adoption|arret du", joined)
    ):
        return "minutes"
    if single and (met or "objet" in start or _VOTED.search(text) or _ENACTS.search(text)):
        return "deliberation"
    if met and _MINUTES.search("\n".join(titles[:6])):
        return "minutes"
    if _LAW.search(joined) or re.search(r"arrete (?:prefectoral|municipal|du maire)|recueil des actes", joined):
        return "other"
    if _INVITES.search(start) and not met:
        return "convocation"
    if met and (_VOTED.search(text) or (_SAT.search(start) and _THERE.search(start))):
        return "minutes"
    if any(AGENDA_HEADING.search(line) and "sommaire" not in line for line in lines):
        return "draft" if len(_DELIBERATED.findall(text)) >= 2 else "agenda"
    return None
