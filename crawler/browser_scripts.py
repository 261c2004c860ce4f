"""What is run inside a page: measuring, asking for more of a list, and making the result whole."""

from __future__ import annotations

# The number of elements, and whether the page is still loading; then its length.
SIZE = """() => [document.getElementsByTagName('*').length, document.readyState]"""
LENGTH = """() => document.documentElement.outerHTML.length"""

# WebRTC is the one thing that speaks to servers by other ways than a proxy; no list needs it.
NO_SIDE_DOORS = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
    try { delete window[name]; } catch (_) {}
}
"""

# Clicks the first element that asks for more of the list, but for those tried in vain, else scrolls to the end.
# Returns what it did, "" where nothing is left.
MORE = r"""(tried) => {
    const asks = new RegExp('^(?:'
        + '(?:voir|afficher|charger|montrer|lire|plus)\\b.{0,30}\\b(?:plus|suite|suivante?s?|davantage|résultats'
        + '|documents|séances|actes|délibérations)'
        + '|plus de [\\wéèê ]{3,30}|load more|show more|(?:page )?suivante?s?|next(?: page)?|[›»>]+'
        + ')(?:\\s*\\(.{1,15}\\))?\\s*[›»>+…]*$', 'i');
    const words = (element) => [element.innerText || element.value || '', element.getAttribute('aria-label') || '',
        element.title || ''].map((text) => text.replace(/\s+/g, ' ').trim());
    const leads = (element) => {  // a real link is the crawler's business
        const href = (element.getAttribute('href') || '').trim();
        return element.tagName === 'A' && href && !href.startsWith('#') && !/^javascript:/i.test(href);
    };
    const sends = (element) => element.form && (element.type === 'submit' || element.type === 'image');
    const slides = '[class*=carousel],[class*=slider],[class*=swiper],[class*=slick],[class*=gallery],[class*=cookie]';
    for (const element of document.querySelectorAll('button, a, [role=button], input[type=button]')) {
        if (element.disabled || element.getAttribute('aria-disabled') === 'true' || leads(element) || sends(element)
            || !element.getClientRects().length || element.closest(slides)
            || /(^|\s)disabled(\s|$)/.test(`${element.className} ${(element.parentElement || {}).className}`)) continue;
        const text = words(element).find((text) => text.length < 45 && asks.test(text) && !tried.includes(text));
        if (text) {
            element.click();
            return text;
        }
    }
    if (tried.includes('scroll')) return '';
    const page = document.scrollingElement || document.documentElement;
    let scrolled = page.scrollHeight > window.innerHeight + page.scrollTop + 5;
    window.scrollTo(0, page.scrollHeight);
    for (const element of document.querySelectorAll('[class*=scroll], [class*=list], main, section, div')) {
        if (element.scrollHeight > element.clientHeight + 50 && element.clientHeight > 100) {
            const before = element.scrollTop;
            element.scrollTop = element.scrollHeight;
            scrolled = scrolled || element.scrollTop > before;
        }
    }
    if (!scrolled) return '';
    return 'scroll';
}"""

# The rows of lists, by their words: outermost ones, so that each stands for itself.
ROWS = r"""() => {
    const found = {};
    let left = 3000;
    for (const row of document.querySelectorAll('li, tr, article, dd, [class*=item], [class*=card], [class*=row]')) {
        if (left-- <= 0) break;
        if (row.closest('nav, footer, header') || row.querySelector('li, tr, article')) continue;
        const words = row.textContent.replace(/\s+/g, ' ').trim();
        if (words.length > 10 && words.length < 2000) found[words] = row.outerHTML;
    }
    return found;
}"""

# Puts back rows that a later page of the list replaced, opens shadow roots, and says in which encoding we hand it on.
FINISH = """(lost) => {
    if (lost.length) {
        const place = document.createElement('section');
        for (const html of lost) {
            const row = document.createElement('div');
            const table = document.createElement('table');
            if (/^<tr/i.test(html)) { table.innerHTML = html; row.append(table); } else { row.innerHTML = html; }
            place.append(row);
        }
        (document.querySelector('main') || document.body).append(place);
    }
    for (let turn = 0; turn < 3; turn++) {
        for (const element of document.querySelectorAll('*')) {
            if (element.shadowRoot && !element.hasAttribute('data-opened')) {
                const inside = document.createElement('div');
                inside.innerHTML = element.shadowRoot.innerHTML;
                for (const style of inside.querySelectorAll('style')) style.remove();
                element.setAttribute('data-opened', '');
                element.append(inside);
            }
        }
    }
    for (const meta of document.querySelectorAll('meta[charset], meta[http-equiv]')) {
        const kind = (meta.getAttribute('http-equiv') || '').toLowerCase();
        if (meta.hasAttribute('charset')) meta.setAttribute('charset', 'utf-8');
        else if (kind === 'content-type') meta.setAttribute('content', 'text/html; charset=utf-8');
        else if (kind === 'refresh') meta.remove();
    }
}"""
