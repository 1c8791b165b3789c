"""Calls to subscribe or to register in order to read on, in the languages of the feeds.

Articles write about subscriptions too; so whoever uses these also looks at the length of the line,
at what stands before it, and at how long that is.
"""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


_READ_ON: Final = (
    r"(?:(?:continue|keep on|keep|finish) reading|read (?:on|the (?:full|rest|whole|entire)|this)"
    r"|(?:unlock|access|view|see) (?:this|the (?:full|rest|whole)|full|unlimited|exclusive))"
)
_SUBSCRIBE: Final = (
    r"(?:subscribe|register|sign[ -]?up|sign in|log[ -]?in|join|become a|create (?:a|an|your)"
    r"|get (?:full )?access|start your|upgrade|buy|purchase|pay)"
)
_READ_ON_BY_PAYING: Final = _any_of(
    rf"{_SUBSCRIBE}\b.{{0,80}}\b{_READ_ON}",
    r"to (?:continue|keep|finish) reading|to read (?:the (?:full|rest|whole|entire)|this)",
    r"(?:this|the) (?:\w+ )?(?:article|story|content|post|page) is (?:\w+ ){0,3}"
    r"(?:for|to) (?:\w+ ){0,4}(?:subscribers|members|registered|customers)",
    r"(?:for|to) (?:paid |paying |our )?(?:subscribers|members) only",
    r"subscribers?[ -](?:only|exclusive)\b",
    r"(?:you've|you’ve|you have) (?:reached|used|read) (?:your|all|the)\b.{0,40}\b(?:limit"
    r"|articles?)",
    r"want to read (?:more|the rest|on)|the rest of this (?:article|story|post) is",
    # German
    r"(?:abonnieren|registrieren|anmelden|einloggen|testen|freischalten"
    r"|abo)\b.{0,80}\bweiter(?:zu)?lesen",
    r"um (?:den|diesen|die|weiter|alle) ?(?:\w+ ){0,5}(?:weiter(?:zu)?lesen"
    r"|(?:weiter ?)?zu lesen|lesen zu)",
    r"(?:jetzt |hier |einfach )weiterlesen|lesen sie (?:\w+ )?weiter mit|weiterlesen mit",
    r"(?:dieser|diesen|der) (?:artikel|inhalt|beitrag|text) (?:\w+ ){0,3}(?:nur )?(?:für|mit"
    r"|exklusiv)\b.{0,30}"
    r"(?:abo|premium|plus|mitglied|registriert)",
    r"(?:nur|exklusiv) für (?:\w+ )?(?:abonnent|plus|premium|mitglied)",
    # Romance languages
    r"(?:abonnez|inscrivez|connectez|identifiez)[- ]vous\b.{0,60}(?:pour|et) (?:lire|continuer"
    r"|poursuivre|acc)",
    r"pour (?:lire (?:la suite|cet|l['’])|continuer (?:la|votre|à)|poursuivre (?:la|votre))",
    r"(?:article|contenu|suite) (?:\w+ ){0,2}réservée? (?:aux|à nos) (?:abonn|membres)",
    r"(?:suscríb|regístr|inicia sesión|hazte|accede)\w*\b.{0,60}(?:para|y) (?:seguir|continuar"
    r"|leer|acceder)",
    r"para (?:seguir|continuar) (?:leyendo|lendo|a ler)|(?:continue|continuar) lendo",
    r"(?:contenido|artículo|noticia|conteúdo|artigo|matéria) (?:\w+ ){0,2}(?:exclusiv|sol?o|só"
    r"|reservad)\w*"
    r" (?:para|a) (?:\w+ )?(?:suscriptor|socios|abonad|assinante|subscritor)",
    r"(?:assine|cadastre|registe|faça login|torne-se)\b.{0,60}(?:para|e) (?:continuar|ler|ter"
    r"|aceder)",
    r"(?:abbonati|registrati|accedi|iscriviti)\b.{0,60}(?:per|e) (?:continu|legg|prosegu|sblocc)",
    r"per (?:continuare a leggere|leggere (?:tutto|l['’]|il resto)|proseguire (?:la|nella))",
    r"(?:articolo|contenuto) (?:\w+ ){0,2}(?:riservat|sol|esclusiv)\w* (?:agli|per gli"
    r"|ai) (?:abbonat|iscritt)",
    r"abonează-te\b.{0,50}(?:citi|continua)|doar pentru abonați",
    # Dutch and the north
    r"(?:abonn|log in|registreer|maak)\w*\b.{0,60}\b(?:om|en)\b.{0,40}\b(?:verder|lezen)",
    r"om (?:verder|dit|het hele) (?:\w+ ){0,3}(?:te )?lezen|lees (?:\w+ )?verder (?:met|voor)",
    r"(?:alleen|exclusief|enkel) (?:\w+ )?voor abonnees",
    r"(?:prenumerera|logga in|bli prenumerant|köp|skaffa)\b.{0,60}(?:för att|och) (?:forts|läs)",
    r"för att (?:fortsätta|läsa (?:hela|vidare))|läs vidare (?:med|som|för)",
    r"(?:endast|bara) för prenum",
    r"(?:abonner|log ind|logg inn|bliv|bli|køb|kjøp)\w*\b.{0,60}(?:for (?:at|å)|og) (?:læse|lese"
    r"|forts)",
    r"for (?:at|å) (?:læse|lese) (?:videre|hele|resten)|l[æe]s videre (?:med|som|for)",
    r"(?:kun|bare|forbeholdt) (?:for )?abonnenter|(?:tilaa|kirjaudu)\b.{0,60}(?:jatka|lue)",
    r"vain tilaajille",
    # Slavic languages
    r"(?:subskrybuj|kup|wykup|zaloguj się|załóż konto|zarejestruj)\b.{0,60}(?:aby|by|i"
    r"|żeby) .{0,20}czyta",
    r"(?:aby|by|żeby) (?:czytać dalej|przeczytać (?:cał|resz))|dalszy ciąg (?:\w+ )?dostępny",
    r"(?:artykuł|treść|tekst) (?:\w+ ){0,3}dla (?:prenumerator|subskrybent|zalogowan)",
    r"(?:předpla|přihlas|kupte)\w*\b.{0,60}(?:číst|čtení|dočíst)|(?:jen|pouze) pro předplatitele",
    r"(?:оформите|подпишитесь|войдите|зарегистрируйтесь|авторизуйтесь|купите)\b.{0,60}(?:чтобы|и) "
    r"(?:\w+ )?(?:чита|прочита|продолж|получ|дочита)",
    r"чтобы (?:продолжить (?:чтение|читать)|читать (?:дальше|далее)|прочитать|дочитать)",
    r"(?:материал|статья|текст|доступ\w*) (?:\w+ ){0,3}(?:только )?(?:для подписчик|по подписке)",
    r"(?:оформіть|передплатіть|підпишіться|увійдіть|зареєструйтес)\w*\b.{0,60}(?:щоб|та"
    r"|і) (?:\w+ )?"
    r"(?:чита|прочита|продовж|отрима)",
    r"щоб (?:продовжити|читати (?:далі|повн)|прочитати)",
    r"(?:лише|тільки) для (?:передплатник|підписник)",
    # Turkish, Semitic, Persian, Greek, Hungarian, and the far east
    r"(?:abone|giriş yap|üye) ?\w*\b.{0,60}(?:devam|oku)|okumaya devam etmek",
    r"(?:sadece|yalnızca) abone",
    r"(?:haberin|yazının) devamı(?:nı)? .{0,30}abone|اشترك.{0,40}(?:لمتابعة|لقراءة|لمواصلة)",
    r"لمتابعة القراءة|للمشتركين فقط|למנויים בלבד|כדי להמשיך לקרוא|הכתבה .{0,10}למנויים",
    r"برای ادامه .{0,40}(?:اشتراک|عضو)|για να συνεχίσετε την ανάγνωση|μόνο (?:για|σε) συνδρομητές",
    r"előfizet\w*\b.{0,40}(?:olvas|tovább)|csak előfizető|続きを読むには",
    r"この記事は(?:有料|会員)|(?:구독|로그인)\S*.{0,20}(?:계속|전체|전문)",
    r"(?:订阅|登录|訂閱|登入).{0,12}(?:继续|全文|繼續)",
)  # fmt: skip
_MORE_IS_HIDDEN: Final = _any_of(
    r"il vous reste [\d.,]+ ?% (?:de (?:cet|ce) \w+ )?(?:à lire)?|la suite est réservée",
    r"\d{1,2} ?% (?:of (?:this|the) (?:article|story) (?:remain|left)|(?:des artikels"
    r"|del artículo))",
    r"zbývá vám (?:ještě )?\d{1,2} ?%|pozostało (?:\w+ ){0,3}\d{1,2} ?%",
    r"te queda (?:por leer )?el \d",
    r"осталось (?:прочитать )?\d{1,2} ?%|残り\s?[\d,]+\s?文字|(?:이하|나머지) .{0,12}유료",
)  # fmt: skip


def sells_the_rest(line: str) -> bool:
    """Say whether a line asks its reader to subscribe or to register in order to read on."""
    return _READ_ON_BY_PAYING.search(line) is not None


def says_how_much_is_hidden(line: str) -> bool:
    """Say whether a line tells how much of the article it keeps back."""
    return _MORE_IS_HIDDEN.search(line) is not None
