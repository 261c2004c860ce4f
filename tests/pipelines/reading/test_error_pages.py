"""Pages answered with 200 that are no pages, and ordinary ones that talk of errors."""

from __future__ import annotations

import pytest

from pipelines.text.html import error_reason, extract_html

MENU = "<nav>" + "".join(f"<a href=/{n}>Rubrique {n}</a>" for n in range(30)) + "</nav>"
LOREM = "<p>" + "La commune rend compte de ses travaux et de ses projets pour les habitants. " * 20 + "</p>"


def html(title: str = "", body: str = "", menu: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body>{menu}<div>{body}</div></body></html>".encode()
    )


ERRORS = [
    ("account or domain suspended", html("Account Suspended", "<h1>Account Suspended</h1><p>Contact us.</p>")),
    ("account or domain suspended", html("Valbrune", "<h1>Compte suspendu</h1><p>Contactez votre hébergeur.</p>")),
    ("account or domain suspended", html("valbrune.example", "<p>Le nom de domaine valbrune.example est à vendre</p>")),
    ("maintenance", html("Site en maintenance", "<p>Nous revenons très vite.</p>")),
    ("maintenance", html("Mairie de Valbrune", "<h1>Notre site est actuellement en maintenance</h1>")),
    ("maintenance", html("Mairie", "<p>Le site de la commune est en cours de maintenance. Merci.</p>")),
    ("maintenance", html("Under construction", "<p>Coming soon</p>")),
    ("bot wall", html("Just a moment...", "<p>Checking your browser before accessing valbrune.example.</p>")),
    ("bot wall", html("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>")),
    ("bot wall", html("Valbrune", "<p>Vérifiez que vous êtes un humain</p><div class=g-recaptcha></div>")),
    ("bot wall", html("Contrôle", "<p>Merci de saisir le captcha ci-dessous pour continuer</p>")),
    ("bot wall", html("Valbrune", "<script src='//challenges.cloudflare.com/t.js'></script>Patientez")),
    ("page not found", html("Page introuvable - Ville de Valbrune", f"<h1>Page introuvable</h1>{LOREM}", MENU)),
    ("page not found", html("Ville de Valbrune", "<h1>Erreur 404</h1><p>La page demandée n'existe pas.</p>", MENU)),
    ("page not found", html("Oups ! Cette page est introuvable.", LOREM, MENU)),
    ("page not found", html("Valbrune", "<h2>La page que vous cherchez n’existe plus</h2>", MENU)),
    ("page not found", html("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>")),
    ("page not found", html("Ville", "<h1>Le document demandé est introuvable</h1>", MENU)),
    ("refused or broken", html("Accès refusé | Valbrune", "<h1>Accès refusé</h1>", MENU)),
    ("refused or broken", html("503 Service Unavailable", "<h1>Service Unavailable</h1>")),
    ("refused or broken", html("Valbrune", "<h1>Error establishing a database connection</h1>")),
    ("refused or broken", html("", "Fatal error: Uncaught Error in /x.php:3 thrown on line 3")),
    ("refused or broken", html("Valbrune", "<p>Une erreur inattendue est survenue. Veuillez réessayer.</p>")),
    ("default page of a server", html("Apache2 Debian Default Page", "This is the welcome page. " * 80)),
    ("default page of a server", html("Welcome to nginx!", "<h1>Welcome to nginx!</h1>")),
    ("default page of a server", html("IIS Windows Server", "<img src=iis.png>IIS")),
    ("default page of a server", html("Site en création", "<h1>Félicitations ! Votre domaine a bien été créé</h1>")),
    ("login", html("Connexion", "<form><input type=text><input type=password> Mot de passe oublié</form>")),
]  # fmt: skip

ORDINARY = [
    html("Conseil", "<h1>Ordre du jour</h1><ol><li>Rectification d'une erreur<li>Maintenance de la fontaine</ol>"),
    html("Maintenance du réseau d'eau le 12 mars", f"<h1>Maintenance du réseau d'eau le 12 mars</h1>{LOREM}", MENU),
    html("Erreur matérielle dans le budget", "<h1>Erreur matérielle dans le budget</h1><p>Le conseil la rectifie.</p>"),
    html("404 nouveaux arbres plantés", "<h1>404 nouveaux arbres plantés</h1><p>Bravo à tous.</p>"),
    html("500 habitants au marché", "<h1>500 habitants au marché</h1>"),
    html("Le site de l'usine est en travaux", f"<h1>Le site de l'usine est en travaux</h1>{LOREM}", MENU),
    html("Maintenance", f"<h1>Maintenance des chaudières : marché attribué</h1>{LOREM}", MENU),
    html("Objets trouvés", "<h1>Objets trouvés</h1><p>Document trouvé place du Marché.</p>"),
    html("Contact", "<h1>Contact</h1><form>Nom <input><div class=g-recaptcha></div></form>" + LOREM, MENU),
    html("Index of /odj", "<h1>Index of /odj</h1><a href=1.pdf>1.pdf</a>"),
    html("Séance suspendue", "<h1>Séance du 3 mars</h1><p>La séance est suspendue à 20 h puis reprise.</p>"),
    html("Conseil", "<h1>Convocation</h1><p>Le conseil se réunira le 3 mars. 1. Accès interdit au plan d'eau.</p>"),
    html("Espace élus", f"<h1>Connexion haut débit : la fibre arrive</h1>{LOREM}<input type=password>", MENU),
    html("Valbrune", "<h1>Avis</h1><p>Le service de l'eau est indisponible le 4 mars au matin.</p>", MENU),
]  # fmt: skip


@pytest.mark.parametrize(("what", "body"), ERRORS)
def test_error_pages_are_told(what: str, body: bytes) -> None:
    done = extract_html(body)
    assert done.state == "error-page"
    assert done.reason is not None and done.reason.startswith(what)
    assert error_reason(body) == done.reason


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_pages_are_not(body: bytes) -> None:
    done = extract_html(body)
    assert (done.state, done.reason) == ("read", None)
