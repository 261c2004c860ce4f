"""Flags: one per item or passage, scored by place, with the exact words. All texts are constructed."""

from __future__ import annotations

from crawler.models import DocumentKind, FlagClaim, ItemClaim, PageText, SessionClaim, Span, Stance
from pipelines.flags import flag
from pipelines.lexicons import load

LEXICON = load()
Part = tuple[str, str]  # title, body


def document(*parts: Part, head: str = "") -> tuple[tuple[PageText, ...], tuple[SessionClaim, ...]]:
    """One page: a head outside of any item, then the items."""
    text, items = head, []
    for number, (title, body) in enumerate(parts, 1):
        begin = (1, len(text))
        text += f"{number}. {title}\n{body}\n"
        items.append(ItemClaim(title, str(number), 1, begin, (1, len(text))))
    return (PageText(1, text),), (SessionClaim("conseil municipal", items=tuple(items)),)


def flags(*parts: Part, kind: DocumentKind = "note", head: str = "") -> tuple[FlagClaim, ...]:
    return flag(*document(*parts, head=head), kind, LEXICON)


ROADS: Part = ("Réfection de la rue des Saules", "Le marché est attribué à l'entreprise la mieux-disante.")


def test_a_title_flags_its_item_with_the_exact_words() -> None:
    pages, sessions = document(ROADS, ("Extension de la vidéo-\nprotection", "Le plan est joint."))
    (found,) = flag(pages, sessions, "agenda", LEXICON)
    assert (found.session, found.item, found.page) == (0, 1, 1)
    assert found.topics == ("video-surveillance",)
    assert found.score >= 0.9
    assert found.excerpt == "Extension de la vidéoprotection"
    (match,) = found.matches
    assert pages[0].text[match.span.start : match.span.end] == "vidéo-\nprotection"


def test_nothing_is_flagged_where_nothing_is_said() -> None:
    assert flags(ROADS, ("Études surveillées : tarifs", "La surveillance de la cour est assurée.")) == ()


def test_a_body_flags_a_draft_with_its_sentence() -> None:
    body = "La voie sera refaite. Un mât recevra une caméra de surveillance au carrefour. Le reste est inchangé."
    (found,) = flags(ROADS, ("Convention de servitude", body))
    assert found.item == 1
    assert 0.5 <= found.score < 0.9
    assert found.excerpt == "Un mât recevra une caméra de surveillance au carrefour"


def test_a_remark_in_minutes_stays_below_the_threshold() -> None:
    body = "Mme Brun évoque la vidéoprotection. Le débat est clos."
    (found,) = flags(("Travaux de la halle", body), kind="minutes")
    assert 0.25 <= found.score < 0.5


def test_a_decision_in_minutes_does_not() -> None:
    body = "Après en avoir délibéré, le conseil autorise la signature de la convention de vidéoprotection."
    (found,) = flags(("Travaux de la halle", body), kind="minutes")
    assert found.score >= 0.5


def test_a_debate_that_returns_to_it_does_not() -> None:
    body = "La vidéoprotection est citée. On parle de caméras de surveillance. Le CSU et la police en discutent."
    (found,) = flags(("Travaux de la halle", body), kind="minutes")
    assert found.score >= 0.5


def test_a_line_of_the_budget_is_only_a_mention() -> None:
    (found,) = flags(("Budget primitif 2031", "Opération 31 : vidéoprotection, 40 000 euros."))
    assert found.score < 0.5


def test_the_report_on_delegated_decisions_is_flagged_as_decided() -> None:
    title = "Compte rendu des décisions prises par Madame le maire par délégation"
    body = "12/2031 : location d'un photocopieur.\n13/2031 : maintenance des caméras de vidéosurveillance, 9 000 euros."
    (found,) = flags((title, body), kind="minutes")
    assert found.decided
    assert found.score >= 0.5
    assert "vidéosurveillance" in found.excerpt
    assert "photocopieur" not in found.excerpt


def test_items_do_not_lend_each_other_their_words() -> None:
    assert flags(("Achat de matériel vidéo", ""), ("Protection des données : convention", "")) == ()


def test_a_list_at_the_head_of_minutes_is_not_a_second_flag() -> None:
    title = "Acquisition de caméras de surveillance"
    head = f"Ordre du jour\n- {title}\n- Réfection de la rue des Saules\n\n"
    (found,) = flags(ROADS, (title, "Adopté."), head=head, kind="minutes")
    assert found.item == 1
    assert len(found.matches) == 1


def test_an_unattached_passage_is_flagged_where_it_is_certain() -> None:
    (found,) = flags(ROADS, head="Annexe : règlement d'emploi de la vidéoprotection communale.\n\n")
    assert (found.session, found.item) == (0, None)
    assert found.score >= 0.5
    assert flags(ROADS, head="Annexe : un drone de surveillance.\n\n")[0].item is None
    assert flags(ROADS, head="Une caméra rue Haute.\n\n") == ()


def test_near_passages_are_one_flag_and_distant_ones_two() -> None:
    sentence = "La vidéoprotection est décrite ici.\n\n"
    pages = tuple(PageText(n, sentence if n in (1, 2, 9) else "Rien.") for n in range(1, 10))
    found = flag(pages, (), "annex", LEXICON)
    assert [each.page for each in found] == [1, 9]
    assert found[0].session is None
    assert len(flag(pages, (), "other", LEXICON)) == 1


def test_a_body_over_two_pages_belongs_to_its_item() -> None:
    pages = (
        PageText(1, "1. Statuts\nLa compétence est étendue\n"),
        PageText(2, "au système de vidéo protection.\n2. Voirie\n"),
    )
    items = (
        ItemClaim("Statuts", "1", 1, (1, 0), (2, 32)),
        ItemClaim("Voirie", "2", 2, (2, 32), (2, 42)),
    )
    (found,) = flag(pages, (SessionClaim("conseil municipal", items=items),), "draft", LEXICON)
    assert (found.item, found.page) == (0, 2)
    assert found.matches[0].span == Span(2, 14, 30)


def test_body_topics_join_those_of_the_title() -> None:
    body = "Deux caméras assureront la lecture automatique des plaques d'immatriculation."
    (found,) = flags(("Vidéoprotection : plan de financement", body))
    assert found.topics == ("video-surveillance", "plate-recognition")


def test_a_hint_names_no_topic_beside_what_is_certain() -> None:
    (found,) = flags(("Vidéoprotection ; le fichier", ""))
    assert found.topics == ("video-surveillance",)


def test_a_title_finds_its_context_below_it() -> None:
    (found,) = flags(("Fourniture d'un drone", "Il servira à la police municipale."), kind="draft")
    assert found.score >= 0.5


def test_wishes_and_motions_have_a_stance() -> None:
    def view(title: str, body: str = "") -> Stance | None:
        (found,) = flags((title, body))
        return found.stance

    assert view("Vœu contre l'installation de caméras de surveillance") == "against"
    assert view("Motion demandant un moratoire sur la reconnaissance faciale") == "against"
    assert view("Vœu pour le déploiement de la vidéoprotection aux abords des écoles") == "for"
    assert view("Vœu pour renforcer la vidéoprotection dans la lutte contre les incivilités") == "for"
    assert view("Vœu relatif à la vidéoprotection") == "unclear"
    assert (
        view("Vœu relatif à la vidéoprotection", "Le groupe demande le démantèlement de la vidéoprotection.")
        == "against"
    )
    assert view("Extension de la vidéoprotection") is None


def test_a_title_that_the_page_does_not_show_still_flags() -> None:
    pages = (PageText(1, "1 | Vidéo | protection urbaine | p. 4\n"),)
    items = (ItemClaim("Vidéoprotection urbaine", "1", 1, (1, 0), (1, 37)),)
    (found,) = flag(pages, (SessionClaim("conseil municipal", items=items),), "agenda", LEXICON)
    assert found.score >= 0.9
    span = found.matches[0].span
    assert 0 <= span.start < span.end <= len(pages[0].text)
