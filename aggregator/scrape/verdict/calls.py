"""Calls to subscribe or to register in order to read on, in the languages of the feeds.

Articles write about subscriptions too; so whoever uses these also looks at the length of the line,
at what stands before it, and at how long that is.
"""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


_STORY: Final = r"(?:article|story|stories|content|post|coverage|report|archive)"
_READ_ON: Final = (
    r"(?:(?:continue|keep on|keep|finish) reading|read (?:on\b|the (?:full|rest|whole|entire)\b)"
    rf"|(?:read|unlock|access|view|see) (?:this|the full|the rest of (?:this|the)) {_STORY}"
    rf"|(?:unlock|access) (?:unlimited|exclusive|all) (?:\w+ )?(?:{_STORY}|access))"
)
_SUBSCRIBE: Final = (
    r"(?:subscribe|register|sign[ -]?up|sign in|log[ -]?in|join|become a|create (?:a|an|your)"
    r"|get (?:full )?access|start your|upgrade|buy|purchase|pay)"
)
_READ_ON_BY_PAYING: Final = _any_of(
    rf"{_SUBSCRIBE}\b.{{0,80}}\b{_READ_ON}",
    rf"to (?:continue|keep|finish) reading|to read (?:the (?:full|whole|entire)|this) {_STORY}",
    rf"(?:this|the) (?:\w+ )?{_STORY} is (?:\w+ ){{0,3}}"
    r"(?:for|to) (?:\w+ ){0,4}(?:subscribers|members|registered|customers)",
    r"(?:for|to) (?:paid |paying |our )?subscribers only|subscribers?[ -](?:only|exclusive)\b",
    r"(?:you've|you’ve|you have) (?:reached|used|read) (?:your|all|the)\b.{0,40}\b(?:limit"
    r"|articles?)",
    rf"want to read (?:more|the rest|on)\?|the rest of this {_STORY} is",
    # German
    r"(?:abonnieren|registrieren|anmelden|einloggen|testen|freischalten|abo)\b"
    r".{0,80}\bweiter(?:zu)?lesen",
    r"um (?:den|diesen) (?:\w+ ){0,3}(?:artikel|beitrag|text) (?:\w+ ){0,3}(?:\w*lesen|zu lesen)",
    r"um weiter(?:zu| zu )lesen|(?:jetzt |hier |einfach )weiterlesen|weiterlesen mit",
    r"lesen sie (?:\w+ )?weiter mit",
    r"(?:dieser|diesen) (?:artikel|inhalt|beitrag|text) (?:\w+ ){0,3}(?:für|mit|exklusiv)\b"
    r".{0,30}(?:abo|premium|plus\b|registriert)",
    r"(?:nur|exklusiv) für (?:\w+ )?(?:abonnent|plus-|premium)",
    # Romance languages
    r"(?:abonnez|inscrivez|connectez|identifiez)[- ]vous\b.{0,60}(?:pour|et) "
    r"(?:lire|continuer|poursuivre|acc)",
    r"pour (?:lire (?:la suite|cet article|l['’]article)|continuer à lire"
    r"|(?:continuer|poursuivre) (?:la|votre|ma) lecture)",
    r"(?:article|contenu|suite) (?:\w+ ){0,2}réservée? (?:aux|à nos) (?:abonn|membres)",
    r"(?:suscríbe|regístra|inicia sesión|hazte)\w*\b.{0,60}(?:para|y) (?:seguir|continuar|leer)",
    r"para (?:seguir|continuar) (?:leyendo|lendo|a ler)|(?:continue|continuar) lendo",
    r"(?:contenido|artículo|noticia|conteúdo|artigo|matéria) (?:\w+ ){0,2}"
    r"(?:exclusiv|sol?o|só|reservad)\w* (?:para|a) (?:\w+ )?(?:suscript|abonad|assinant|subscrit)",
    r"(?:assine|cadastre-se|registe-se|faça login|torne-se)\b.{0,60}(?:para|e) (?:continuar|ler)",
    r"(?:abbonati|registrati|accedi|iscriviti)\b.{0,60}per (?:leggere|sbloccare)",
    r"per (?:continuare a leggere|leggere (?:tutto )?(?:l['’]articolo|il resto))",
    r"per proseguire (?:la|nella) lettura",
    r"(?:articolo|contenuto) (?:\w+ ){0,2}(?:riservat|sol|esclusiv)\w* (?:agli|per gli|ai) abbonat",
    r"abonează-te\b.{0,50}(?:citi|continua)|doar pentru abonați",
    # Dutch and the north
    r"(?:abonneer|word abonnee|neem een abonnement|log in|registreer|maak een account)\b"
    r".{0,60}\b(?:om|en)\b.{0,40}\blezen",
    r"om (?:verder|dit artikel|het hele artikel) (?:\w+ ){0,3}(?:te )?lezen",
    r"lees (?:\w+ )?verder (?:met|voor)|(?:alleen|exclusief|enkel) (?:\w+ )?voor abonnees",
    r"(?:prenumerera|logga in|bli prenumerant)\b.{0,60}(?:för att|och) (?:fortsätta läsa|läsa)",
    r"för att (?:fortsätta läsa|läsa (?:hela artikeln|vidare))|läs vidare (?:med|som)",
    r"(?:endast|bara) för prenum",
    r"(?:abonn[eé]r|log ind|logg inn|bliv (?:abonnent|medlem)|bli abonnent)\b.{0,60}"
    r"(?:for (?:at|å)|og) (?:læse|lese)",
    r"for (?:at|å) (?:læse|lese) (?:videre|hele|resten)|l[æe]s videre (?:med|som)",
    r"(?:kun|bare|forbeholdt) (?:for )?abonnenter|(?:tilaa|kirjaudu)\b.{0,60}(?:jatka|lue)",
    r"vain tilaajille",
    # Slavic languages
    r"(?:subskrybuj|kup|wykup|zaloguj się|załóż konto|zarejestruj)\b.{0,60}(?:aby|by|i|żeby) "
    r".{0,20}czyta",
    r"(?:aby|by|żeby) (?:czytać dalej|przeczytać (?:cał|resz))|dalszy ciąg (?:\w+ )?dostępny",
    r"(?:artykuł|treść|tekst) (?:\w+ ){0,3}dla (?:prenumerator|subskrybent|zalogowan)",
    r"(?:předplaťte|přihlaste|kupte)\b.{0,60}(?:číst|čtení|dočíst)|(?:jen|pouze) pro předplatitele",
    r"(?:оформите|подпишитесь|войдите|зарегистрируйтесь|авторизуйтесь|купите)\b.{0,60}(?:чтобы|и) "
    r"(?:\w+ )?(?:чита|прочита|продолж|получ|дочита)",
    r"чтобы (?:продолжить (?:чтение|читать)|читать (?:дальше|далее)|дочитать)",
    r"чтобы прочитать (?:эту |этот |весь |всю |полн)?\w* ?(?:статью|материал|текст|целиком)",
    r"(?:материал|статья|текст|доступ\w*) (?:\w+ ){0,3}(?:только )?(?:для подписчик|по подписке)",
    r"(?:оформіть|передплатіть|підпишіться|увійдіть|зареєструйтес)\w*\b.{0,60}(?:щоб|та|і) "
    r"(?:\w+ )?(?:чита|прочита|продовж|отрима)",
    r"щоб (?:продовжити чита|читати (?:далі|повн)|прочитати (?:цю|цей|весь|всю|повн|статт))",
    r"(?:лише|тільки) для (?:передплатник|підписник)",
    # Turkish, Semitic, Persian, Greek, Hungarian, and the far east
    r"(?:abone ol|giriş yap|üye ol)\w*\b.{0,40}(?:okumaya|oku\b|okuyun|devamını)",
    r"okumaya devam etmek|(?:sadece|yalnızca) abone|(?:haberin|yazının) devamı(?:nı)? .{0,30}abone",
    r"اشترك.{0,30}(?:لمتابعة|لمواصلة) القراءة|لقراءة (?:المقال|بقية)|لمتابعة القراءة|للمشتركين فقط",
    r"למנויים בלבד|כדי להמשיך לקרוא|הכתבה .{0,10}למנויים|برای ادامه مطلب.{0,40}(?:اشتراک|عضو)",
    r"για να συνεχίσετε την ανάγνωση|μόνο (?:για|σε) συνδρομητές",
    r"előfizet\w*\b.{0,40}(?:olvas|tovább)|csak előfizető|続きを読むには",
    r"この記事は(?:有料|会員)|(?:구독|로그인)\S*.{0,20}(?:계속 읽|전체 기사|전문)",
    r"(?:订阅|登录|訂閱|登入).{0,12}(?:继续阅读|全文|繼續閱讀)",
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
