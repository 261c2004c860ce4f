"""The words around a date that tell what it is the date of.

The text is plain, and ``DATE`` and ``HOUR`` stand in it for those found.

DOMAIN.md 2.3 and 2.4 have the wordings. Each pattern is tried on a stretch of bounded length.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Role = Literal[
    "session",
    "next",
    "alone",
    "call",
    "called",
    "convened",
    "letter",
    "posted",
    "previous",
    "moved",
    "planned",
    "cancelled",
    "none",
]
DATE, HOUR = "\x01", "\x02"  # in no text that was extracted: pages hold no control characters

BODY = (
    r"(?:conseils? (?:municipa(?:l|ux)|communautaires?|intercommunal|metropolitain|departemental|regional|general"
    r"|syndical"
    r"|d'arrondissement|de territoire|territorial|d'agglomeration|d'administration|de paris"
    r"|de (?:la )?(?:communaute|metropole|commune))"
    r"|bureau(?! de (?:vote|poste)) ?(?:communautaire|metropolitain|syndical|municipal|deliberatif|de la metropole)?"
    r"|commission permanente|assemblee (?:pleniere|departementale|regionale|communautaire|municipale|generale)"
    r"|comite (?:syndical|directeur)|conseil\b)"
)
PARTICIPLE = r"(?:reuni|assemble|rassemble)(?:e?s?)\b"
MET = (
    rf"(?:s'est|se sont|est|sont|etant|s'etant|etaient|s'etait"
    rf"|s'etaient)(?:[ \n]+[\w'\-]+){{0,4}}?[ \n]+(?:{PARTICIPLE}|tenue?\b)"
)
_OF_RESIDENTS = r"(?!s? (?:publiques?(?! du (?:conseil|bureau))|d'information|de (?:quartier|chantier|travail)))"
TITLE = rf"(?:seance|reunion{_OF_RESIDENTS}|session|assemblee|sceance)s?"


class Anchor(NamedTuple):
    """Words that tell what the date after them is of; at most ``reach`` characters lie between."""

    role: Role
    weight: float
    reach: int
    pattern: str


_GAP = (
    r"(?:[ \n]+(?!approuv|adopt|initial|prevu|programm|fixe|report|deplac|decal|avanc|annul|convo|affich|publi|vote"
    r"|qui\b"
    r"|est\b|sont\b|sera|devait|aura|se\b|s'est|a ete)[\w'°\-/]+)"
)
# The last that stands before a date decides. Of two that begin at one place the first is taken.
_ANCHORS = (
    Anchor("moved", 0, 40,
        r"(?:initialement (?:prevue?|fixee?|programmee?|annoncee?)s?|(?:prevue?|fixee?|programmee?)s? initialement"
        r"|au lieu d[ue]|en remplacement d[eu]|en lieu et place d[eu]|(?:report|deplacement) d[eu]"
        r"|et non (?:pas )?(?:le|du|au)"
        r"|\b(?:reporte|deplace)e?s? du|qui (?:devait|devaient))(?:[ \n]+(?:la|le|l'|celle|celui|du|de|seance|reunion"
        r"|session"
        r"|conseil|municipal|communautaire|bureau|prevue?|initialement|ordinaire|avoir|lieu|se|tenir|tenu|pour)\b)*"),
    Anchor("planned", 12, 25,
        r"(?:reporte|deplace|decale|avance|differe|repousse|ajourne|reprogramme|replanifie|renvoye)e?s?"
        r"(?: a une date ulterieure)?(?: (?:finalement|donc|ainsi))?,? (?:au|a|pour|le)\b(?: la date)?"
        r"|nouvelle date\s*:|reportee?s?\s*:"),
    Anchor("convened", 0, 40,
        r"\bdates? (?:de (?:la |l')?|d')?(?:envoi|(?:avis de )?convocations?)(?: (?:du|de la|des|aux?|de"
        r"|le) [\w' ]{1,50})?"),
    Anchor("call", 8, 25,
        rf"(?<!date de )(?<!date de la )(?<!delai de )convocations? (?:du|des membres du|d'un|pour (?:le|un)) {BODY}"
        rf"{_GAP}{{0,5}}?(?: (?:du|le|des)\b|\s*:)?"),
    Anchor("posted", 0, 6, r"\bdate ?[:=] ?[\"']"),
    Anchor("session", 10, 45, rf"convocations? (?:au|a la|a l'|a une?) (?:\w+ )?(?:{BODY}|{TITLE})"),
    Anchor("next", 8, 45,
        rf"\bprochaine?s? (?:seances?|reunions?|sessions?|assemblees?|{BODY})(?: [\w']+){{0,3}}?(?: (?:du|le|des"
        rf"|au)\b|\s*:)?"),
    Anchor("called", 9, 60, r"\b(?:est|sont|etes|seront|sera)(?: \w+){0,3}? convoquee?s?"),
    Anchor("convened", 0, 90,
        r"convoquee?s?(?: (?:par|en|date|courrier|courriel|lettre|mail|voie|electronique|ecrit|simple|du|le))*"
        r"|convocations?(?: (?:en date|a ete|ont ete|adressee?s?|envoyee?s?|faites?|transmises?|remises?))*"),
    Anchor("session", 14, 25,
        rf"(?<![a-z])l' ?an(?:nee)?(?! (?:dernier|passe|prochain|precedent)) [^{DATE}.;]{{3,45}}"),
    Anchor("session", 12, 80,
        rf"\b{MET}|\b(?:aura|auront|a eu|ont eu|avoir|ayant) lieu|\b(?:a|ont) lieu|tenir seance"
        r"|\bse (?:tiendra|tiendront|tient|tenir|deroulera|derouleront|retrouver(?:a|ont)|reuni(?:r|ra|ront|t"
        r"|ssent)\b)"),
    Anchor("session", 10, 60,
        rf"\bpour (?:le|la (?:seance|reunion)(?: \w+)? d[ue]|un)\b|\b(?:prevue?|programmee?|fixee?)s? (?:le|au|pour"
        rf"|a)\b"
        rf"|\b{PARTICIPLE}|\b(?:inviter?|invitee?s?|convier?|conviee?s?|assister|participer)\b"),
    Anchor("session", 10, 45,
        r"\bdates?(?: et (?:heure|lieu)s?)?(?: (?:de (?:la )?|du )?(?:seance|reunion|conseil(?: \w+)?|session))?\s*:"
        r"|\bdate (?:de (?:la )?|du )(?:seance|reunion|conseil)(?: municipal| communautaire)?"
        rf"|\b{TITLE}{_GAP}{{0,4}}?[ \n]+(?:du|de|le|des|en date du)\b|\b{TITLE}"
        rf"|\b{BODY}{_GAP}{{0,6}}?[ \n]+(?:du|le|des|en date du)\b|\b{BODY}"
        r"|\bordres? du jour(?: \w+){0,3}|\bsommaire"
        r"|\b(?:proces ?-? ?verba(?:l|ux)|comptes? ?-? ?rendus?|pv|cr)(?: \w+){0,3}"
        r"|\b(?:votees|examinees|adoptees|prises|deliberations?)(?: lors)?(?: de la)?"),
    Anchor("posted", 0, 50,
        r"\baffich\w*|\bpubli(?:ee?s?|cation|er)\b|\bmise? en ligne|\bpostee?s?\b|\ben (?:sous-)?prefecture"
        r"|\btransmi\w*"
        r"|\brecu\w*|\benvo[iy]\w*|\bdepos\w*|\bnotifi\w*|\bmise? a jour|\bmodifie\w*|\bcertifie\w*|\bimprimee?"
        r"|\beditee?"
        r"|\bversion|\btelecharge\w*|\benregistree?|\bvisa\b|\bexecutoire|\baccuse de reception|\bretour\b"),
    Anchor("none", 0, 60,
        r"\b(?:lois?|decrets?|arretes?|ordonnances?|circulaires?|articles?|code|marches?|conventions?|courriers?"
        r"|lettres?"
        r"|avenants?|actes?|contrats?|statuts|permis|bail|baux|exercice|annee|budget|devis|jugement|avis|rapport annuel"
        r"|reglement|protocole|autorisation|mandat|agrement|attestation|rapporteur|offres?|plis)\b"),
    Anchor("none", 0, 14,
        r"\b(?:nee?s?|installee?s?|elue?s?|nommee?s?|cree?e?s?|fondee?s?|depuis|jusqu'(?:au|a)|a (?:compter|partir"
        r"|dater)|avant|apres|au plus tard|limite|applicable|signee?s?"
        r"|decedee?s?|effet|echeance|en vigueur|d'ici|fin|clos\w*|cloture\w*|du lundi|approuvee?s?|adoptee?s? (?:le"
        r"|en))\b"),
    Anchor("none", 0, 45,
        r"\b(?:reunion publique|reunion d'information|commission(?! permanente)|elections?|scrutin|commemoration"
        r"|ceremonie"
        r"|victoire|armistice|fetes?|foire|brocante|vide-greniers?|repas|voeux|concert|exposition|permanences?"
        r"|inscriptions?|enquete|collecte|fermetures?|travaux|conseil (?:d'ecole|des jeunes|municipal des)"
        r"|bureau de vote|atelier|spectacle|visite|formation|stage|rentree|vacances)\b"),
)  # fmt: skip
BY_NAME = {f"a{place}": anchor for place, anchor in enumerate(_ANCHORS)}
ANCHOR = re.compile("|".join(f"(?P<{name}>{anchor.pattern})" for name, anchor in BY_NAME.items()))

# A street, a school or a hall that bears a date.
STREET = re.compile(
    r"\b(?:rues?|places?|avenues?|av\.?|bd|bld|blvd|boulevard|square|quai|cours|allees?|esplanade|impasse|rond-point"
    r"|parking"
    r"|stade|ecoles?|college|lycee|gymnase|salle|espace|residence|cite|pont|parc|promenade|voie|chemin|route|monument"
    r"|stele"
    r"|halle|groupe scolaire|quartier|faubourg|mail|passage|villa|lotissement|batiment|caserne|carrefour|square"
    r"|jardin|centre"
    r"|foyer|maison)(?: (?:du|de la|de|le|des|au))? ?$"
)
# An act that is referred to: with an article, "vu" or "par" before its name.
ACT = re.compile(
    rf"(?:\b(?:vu|la|les|une|cette|ladite|sa|leur|par) |\bn ?° ?)(?:deliberations?|decisions?"
    rf"|actes?)\b[^{DATE}\n]{{0,80}}"
    r"(?:\b(?:du|le|des|date|datee?s?|de)\b:?\s*|,? )$"
    r"|^\W*(?:vu|considerant|attendu)\b"
)
# The minutes of an earlier session: approved, read, corrected, recalled, enclosed.
PREVIOUS = re.compile(
    r"\b(?:approb\w*|approuv\w*|adopt(?:ion|er?|ent|e)s?|arret(?:e|er|ent)?|valid\w*|lecture|signature|lu|rectifi\w*"
    r"|correct\w*"
    rf"|observations?|remarques?)\b[^{DATE}]{{0,90}}(?:proces|comptes?|\bpv\b|\bcr\b|seance|reunion|releve"
    rf"|deliberations|conseil)"
    r"|(?<!extrait )(?<!extraits )\b(?:le|les|du|au|ce|des|l') ?(?:projets? de )?(?:proces ?-? ?verb(?:al|aux)"
    r"|comptes? ?-? ?rendus?|pv|cr)"
    r" (?:de|du|des)\b"
    r"|\b(?:precedente?s?|dernieres?)(?: [\w']+){0,2} (?:seance|reunion|conseil|session)|\bseance (?:precedente"
    r"|anterieure)"
    r"|\bderniers? (?:conseil|compte|proces)|(?:proces ?-? ?verb(?:al|aux)|comptes? ?-? ?rendus?|\bpv|\bcr) (?:de|des"
    r"|du)"
    r" (?:la |l')?(?:derniere?|precedente?|anterieure?)"
    r"|(?<!adoptees )(?<!prises )(?<!examinees )(?<!votees )\blors d[eu]\b|\bau cours d[eu]\b|\brappel(?:le|ons|ant)?\b"
    r"|\bcomme suite|\bsuite (?:a|au)\b|\bdelibere (?:en|le)\b|\bdestinataires?\b|\bdepuis\b"
)
PREVIOUS_AFTER = re.compile(
    rf"^[ ,:)]*(?:ayant ete |qui )?(?:est|a ete|sont|ont ete|soit|n'appel\w+|ne souleve\w*|n'a)\b[^{DATE}.\n]{{0,40}}?"
    r"(?:approuv|adopt|arrete|valid|lu\b|observation|remarque|objection)"
    r"|^[ ,:)\-]*(?:approuve|adopte)e?s? a l'unanimite"
)
PAPER_ITEM = re.compile(r"\b(?:proces ?-? ?verba(?:l|ux)|comptes? ?-? ?rendus?|pv|cr|decisions?|delegations?)\b")
MET_AFTER = re.compile(rf"^[^{DATE}.;]{{0,170}}?\b(?:{MET}|se reuni(?:ra|ront|t|ssent)\b|\breunis en)")
OPENS_AFTER = re.compile(
    rf"^[^{DATE};]{{0,150}}?(?:(?:ouvr\w*|declar\w*|ouverte?) la seance|seance[^{DATE};]{{0,40}}ouvert)"
)
BODY_AFTER = re.compile(
    rf"^[ ,:\-a(]{{0,6}}{HOUR}?[ ,:\-)\n]{{1,6}}(?:le |la |du )?(?:{BODY}(?<!conseil)\b|{TITLE} (?:du|de) )"
)
_MOVED = r"(?:reporte|deplace|decale|avance|differe|repousse|ajourne|reprogramme|replanifie|renvoye)e?s?\b"
_SOMETHING = rf"[^{DATE}.;\n]{{0,80}}?(?:\b(?:est|sera|a ete|etait|sont|seront|ont ete)|,) (?:\w+ ){{0,3}}?"
MOVED_AFTER = re.compile(rf"^[ ,(\-:]{{0,4}}(?:a {HOUR}[ ,(\-:]{{0,4}})?(?:{_SOMETHING})?{_MOVED}")
# One of these is in whatever the patterns of what is off find; most sentences hold none.
OFF = re.compile(r"annul|supprim|report|deplac|decal|avanc|differ|repouss|ajourn|reprogramm|replanifi|renvoy| pas\b")
CANCELLED_AFTER = re.compile(
    rf"^[ ,(\-:!\n]{{0,5}}(?:a {HOUR}[ ,(\-:]{{0,4}})?(?:{_SOMETHING})?(?:annule|supprime)e?s?\b(?! et remplace)"
    rf"|^[^{DATE}.]{{0,60}}\b(?:n'aura|ne se tiendra)(?: finalement)? pas\b"
)
CANCELLED_BEFORE = re.compile(
    rf"(?:\bannulation (?:de la |du |de l')|\bannulee?s?\W{{0,5}}\s(?:la |le )?)(?:prochaine? )?(?:{TITLE}"
    rf"|{BODY})(?: [\w']+){{0,5}}? ?$"
)
# What may be put off or called off without the session being so.
OTHER_SUBJECT = re.compile(
    r"\b(?:points?|questions?|dossiers?|sujets?|affaires?|examen|vote|deliberation|fetes?|repas|marches?|voeux"
    r"|ceremonie|spectacle"
    r"|projets?|travaux|atelier|sortie|permanences?|inscriptions?|concours|tournoi|bal|brocante|vide|enquete"
    r"|commission)\b"
)
FOR_ANOTHER = re.compile(rf"^[^{DATE}.;]{{0,60}}\bpour (?:le |la seance du |la reunion du |une? \w+ le )?{DATE}")
LETTER = re.compile(
    r"^\s*(?!l' ?an\b)(?:(?:fait |donne )?a )?[a-z][a-z'\- ]{1,40}, ?(?:le ?)?$|^\s*fait a [a-z' \-]{2,40} le $"
)
IN_FORMULA = re.compile(r"(?<![a-z])l' ?an(?:nee)? [^.;]{3,45}$")
NOT_LETTER = re.compile(
    r"seance|conseil|reunion|bureau|commission|comite|assemblee|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|convo"
    r"|affich|publi|recu|envoy|salle|mairie|present|session|demain|rendez"
)
# Verbs that events and working groups have too: the sentence, or the line above, must name a sitting.
HAPPENS = re.compile(
    rf"\b(?:aura|auront|a eu|ont eu|avoir|ayant|a|ont) lieu|\bse (?:tiendra|tiendront|tient|deroulera|derouleront"
    rf"|retrouver(?:a|ont))"
    rf"|\bse reuni|{MET}"
)
OPENS = re.compile(r"\b(?:debut|commenc|ouvr)\w*")
# What a line with a day may hold beside, when that day is a session's: what it is called, the hour and the place.
NEUTRAL = re.compile(
    rf"{BODY}|{TITLE}|\b(?:publique|ordinaire|extraordinaire|pleniere|municipale?|communautaire|precises?|heures?|date"
    r"|horaires?|lieu|demain|ce|jour|prochaine?|le|la|a|au|du|de|en|et|vers|des|partir)\b"
    r"|\b(?:salle|mairie|hotel de|siege|espace|maison|foyer|centre|pole|hemicycle)\b.*|\W"
)
EVENT = re.compile(
    r"permanence|inscription|fermeture|ferme\b|ouvert(?:ure)? (?:du|de la|des)|collecte|marche de|fete|repas"
    r"|ceremonie|commemor"
    r"|election|scrutin|enquete|reunion publique|formation|atelier|spectacle|concert|exposition|vide|brocante|travaux"
    r"|don du"
    r"|publie|poste|mis en ligne|mise a jour|limite|avant le|horaires d"
)
COMMISSION = re.compile(rf"\bcommissions?\b(?! permanente)(?!.*(?:{TITLE} d|{BODY}))")
SUBJECT = re.compile(rf"\b(?:{TITLE}\b|{BODY}|conseillers|elus|delegues|membres du)")
# The stop is looked for first: what stands before it is looked at once.
BREAK = re.compile(
    r"[.;!?](?=\s)(?<![\s.'(][a-z]\.)(?<!mme\.)(?<!mmes\.)(?<!\smr\.)(?<!art\.)(?<!\sst\.)|\n(?<!:\n)\s*\n"
)
ITEM_LINE = re.compile(r"^\s*(?:\d{1,3}|[ivx]{1,5}|[a-z])(?:\s?[-.)/°:]|\s{2,})|^\s*[-•*●▪➢>]\s")
