"""Doors that are not for readers: where members and editors enter, and addresses that act instead of showing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from spiders.words import fold

_PRIVATE_PATH = re.compile(
    r"/(?:wp-admin|wp-login\.php|wp-comments-post\.php|xmlrpc\.php|administrator|admin|ecrire|typo3|backend|backoffice"
    r"|back-office|intranet|extranet|user/(?:login|register|password)|users?/sign_in|log-?in|log-?out|sign-?in|connexion"
    r"|deconnexion|se-connecter|identification|authentification|mon-compte|espace-(?:prive|reserve|membres?|personnel"
    r"|agents?|elus?|adherents?)|cgi-bin|component/users|panier|cart|checkout|phpmyadmin)(?:[/._-](?:php|aspx?|html?))?/?"
    r"(?=$|[/?;])",
    re.I,
)
_PRIVATE_QUERY = re.compile(
    r"[?&](?:\w*(?:action|task|do|op|cmd|mode)=(?:[\w.]*\.)?(?:log-?in|log-?out|connexion|deconnexion|supprimer?|delete|del"
    r"|remove|edit(?:er)?|modifier|ajouter|add|save|register|vote|subscribe|unsubscribe|desinscription)(?=&|$)"
    r"|page=(?:login|connexion|logout)(?=&|$)|option=com_users)",
    re.I,
)
# What a link would do or enter rather than show.
_ACT = re.compile(
    r"^(?:supprimer|effacer|modifier|editer|delete|edit|remove|se (?:de)?connecter|(?:de)?connexion|log ?(?:in|out)"
    r"|sign in|admin|intranet|extranet|mot de passe oublie|creer un compte|mon compte"
    r"|acces (?:reserve|prive|membres?).*"
    r"|espaces? (?:des )?(?:prives?|reserves?|membres?|agents?|elus?|personnel|adherents?|pro)\b.*)$"
)


def is_closed(url: str, text: str) -> bool:
    """Whether a link leads to such a door, by its address or by its words ("Supprimer", "Espace élus")."""
    return _private(url) or _acts(text)


@lru_cache(maxsize=65536)
def _private(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_PRIVATE_PATH.search(parts.path) or (parts.query and _PRIVATE_QUERY.search(f"?{parts.query}")))


@lru_cache(maxsize=65536)
def _acts(text: str) -> bool:
    return bool(_ACT.match(fold(text)))
