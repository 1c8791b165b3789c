"""What pages say to their visitor instead of an article, in the languages of the feeds.

Tests for people, "page not found", forms to log in and requests to switch scripts on. Articles
write *about* all of these; so a phrase here is what a page says *to* its visitor, and whoever uses
it also looks at how much else the page says.
"""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


def _opening(*phrases: str) -> re.Pattern[str]:
    """Match where a sentence opens with one of the phrases, politely or not."""
    please = r"(?:please |bitte |veuillez |por favor,? |пожалуйста,? |будь ласка,? |lütfen )?"
    start = rf"(?:^|[.!?…:]\W+|[。！？])\W*{please}"
    return re.compile(rf"{start}(?:{'|'.join(phrases)})", re.IGNORECASE)


_ROBOT_TEST: Final = _opening(
    r"verify(?:ing)? (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not)",
    r"are you (?:a )?(?:human|robot)",
    r"(?:verify|confirm|prove|make sure) (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not a)",
    r"(?:we are |we're )?checking (?:your browser|if (?:the|you))|i(?:'|’)?m not a robot",
    r"(?:enable|turn on) (?:js|javascript) and (?:cookies|disable)|press (?:&|and) hold",
    r"(?:we(?:'ve| have)? (?:have )?(?:detected|noticed) )?(?:unusual|suspicious) (?:traffic"
    r"|activity)",
    r"our systems have detected|complete the (?:captcha|security check|challenge)|one more step",
    r"(?:sorry,? )?you have been blocked|why (?:have|was) i (?:been )?blocked|request unsuccessful",
    r"access (?:to this (?:page|site) )?(?:has been )?(?:is )?denied$|you don't have permission to",
    r"your (?:access|ip|request|connection)\b.{0,40}\b(?:blocked|denied|restricted|forbidden)",
    r"pardon our interruption|(?:performing |running )?(?:a )?security (?:check|verification)\b",
    r"(?:ddos )?protection by|just a moment|attention required|this (?:website|site) is using a",
    r"(?:the owner of this|this) (?:web)?site .{0,20}(?:has banned|uses a security)",
    r"human verification",
    r"провер(?:ка|яем)\b.{0,20}браузер|подтвердите,? что (?:вы|запрос)|(?:вы|я) не робот|вы робот",
    r"доступ (?:к (?:сайту|ресурсу|странице|этой странице) )?(?:\w+ )?(?:ограничен|запрещ[её]н"
    r"|заблокирован)|защита от ddos|пройдите проверку",
    r"(?:ваш|с вашего) (?:ip|запрос|браузер).{0,60}(?:заблокирован|не прош|поступа|подозр)",
    r"(?:необычн|подозрительн|автоматическ)\w+ (?:трафик|активност|запрос)|слишком много запросов",
    r"перевір(?:ка|яємо)\b.{0,20}браузер|підтвердьте,? що ви|(?:ви|я) не робот|захист від ddos",
    r"доступ (?:до (?:сайту|ресурсу|сторінки|цієї сторінки) )?(?:\w+ )?(?:обмежено|заборонено"
    r"|заблоковано)|пройдіть перевірку",
    r"bestätigen sie,? dass sie (?:ein mensch|kein)|ich bin kein (?:ro)?bot",
    r"sind sie ein (?:mensch|ro)",
    r"(?:ihr|der) browser wird (?:über|ge)prüft|zugriff (?:verweigert|gesperrt|blockiert)",
    r"ungewöhnliche\w* (?:datenverkehr|aktivität|zugriff)|sicherheitsüberprüfung",
    r"(?:confirmez|vérifiez|vérification) que vous (?:êtes|n'êtes|n’êtes)|je ne suis pas un robot",
    r"vérification (?:de sécurité|de votre navigateur)|accès (?:refusé|bloqué|temporairement)",
    r"(?:trafic|activité) inhabituel|(?:verifi\w+|confirm\w+|comprueb\w+) que (?:es|eres|no|usted)",
    r"no soy un robot|acceso (?:denegado|bloqueado)|tráfico inusual|(?:comprobando|verificando) ",
    r"verifica\w* (?:di|che) (?:essere|sei|tu)|non sono un robot|accesso (?:negato|bloccato)",
    r"(?:verifi\w+|confirm\w+) (?:que|se) (?:você )?(?:é|não é)|não sou um robô",
    r"acesso (?:neg|bloq)",
    r"(?:potwierdź|zweryfikuj),? (?:że|czy) |nie jestem robotem|dostęp (?:zabron|zablok)",
    r"(?:bevestig|controleer) dat (?:u|je) |ik ben geen robot|toegang (?:geweigerd|geblokkeerd)",
    r"(?:insan|robot) ol(?:duğunuz|madığınız)\w*|ben robot değilim|erişim (?:engel|redd)",
    r"tarayıcınız|(?:jag är|jeg er) (?:inte|ikke) en robot|(?:bekräfta|bekræft|bekreft) at+ du",
    r"åtkomst nekad|adgang nægtet|ingen tilgang|تحقق من أنك|(?:أنا )?لست (?:برنامج )?روبوت",
    r"אני לא רובוט|אינך רובוט|ربات نیستم|人机验证|(?:验证|確認|确认)您是真人|安全验证|访问被拒绝",
    r"(?:私は)?ロボットではありません|人間であることを|로봇이 아닙니다|사람인지 확인",
)  # fmt: skip

_NO_SUCH_PAGE: Final = _any_of(
    r"(?:page|url) (?:\w+ ){0,3}(?:not|n't|n’t) (?:be )?found",
    r"(?:page|url) (?:\w+ ){0,6}(?:could|can|was|cannot)\w*(?:n't|n’t| ?not)? (?:be )?found",
    r"^\W*(?:(?:sorry|oops)\W+)?(?:(?:(?:this|that|the)(?: requested)?|requested) "
    r"(?:page|article|story|content)|page) (?:\w+ ){0,4}(?:not found|unavailable"
    r"|no longer (?:avail|exist|here)|does(?:n['’]t| not) exist"
    r"|(?:has been|have been|was) (?:moved|removed|deleted))",
    r"(?:error|fehler|erreur|errore?|erro|ошибка|помилка|błąd|hata|fout|chyba"
    r"|virhe) ?:?\W{0,3}40[34]\b",
    r"40[34]\W{1,4}(?:error|not|page|fehler|seite|hatası|ошибка|forbidden)|^\W*(?:404|410)\W*$",
    r"^(?:http )?not found$|^page (?:missing|gone)|^nothing (?:was )?found\W*$",
    r"we can(?:'|’)?t find (?:the|that|this) page",
    r"(?:seite|artikel|inhalt|beitrag) (?:\w+ ){0,5}nicht (?:mehr )?(?:gefunden|verfügbar"
    r"|vorhanden)",
    r"(?:seite|artikel|inhalt|beitrag) (?:\w+ ){0,4}existiert (?:\w+ )?nicht|404[ -]fehler",
    r"(?:page|article|contenu) (?:\w+ ){0,4}(?:introuvable|non trouvée|inexistant|n['’]existe"
    r"|indispo)",
    r"(?:página|contenido|conteúdo|artículo) (?:\w+ ){0,4}n[oã]o? (?:\w+ )?(?:encontrad|existe"
    r"|dispon)",
    r"no (?:se )?(?:ha |hemos )?(?:encontr\w+|pudo encontrar|existe) (?:la|esta) página",
    r"(?:pagina|contenuto|articolo) (?:\w+ ){0,4}non (?:\w+ )?(?:trovat|esiste|disponibil)",
    r"(?:pagina|artikel) (?:\w+ ){0,4}(?:niet (?:\w+ )?(?:gevonden|beschikbaar)|bestaat niet)",
    r"nie znaleziono|stron[ay] (?:\w+ ){0,4}nie (?:\w+ )?(?:znalezion|istnieje)",
    r"nie ma takiej strony",
    r"sid(?:an|en) (?:\w+ ){0,4}(?:inte|ikke) (?:\w+ )?(?:hitta|fundet|funnet)|sidan saknas",
    r"sid(?:an|en) (?:hittades|finns|finnes|findes) (?:inte|ikke)|sivua ei löy|stránka ne",
    r"(?:страниц[аы]|^(?:стать[яи]|материал|запись)) (?:не (?:\w+ )?(?:найден|существ)|(?:\w+ )?"
    r"удал[её]н)",
    r"такой страницы (?:\w+ )?не|запрашиваем\w+ (?:вами )?страниц|ничего не найдено",
    r"(?:сторінк[ау]|статт[юя]|матеріал) (?:\w+ ){0,4}не (?:\w+ )?(?:знайден|існу)|такої сторінки",
    r"(?:sayfa|içerik|haber) (?:\w+ ){0,3}(?:bulunam|mevcut değil)",
    r"aradığınız (?:sayfa|içerik|haber)",
    r"stranica (?:\w+ ){0,2}(?:nije|ne postoji)|страницата не|pagina nu |az oldal nem|σελίδα δεν",
    r"الصفحة (?:\S+ ){0,3}غير موجودة|لم يتم العثور|صفحه (?:\S+ ){0,3}(?:پیدا|یافت) نشد",
    r"(?:הדף|העמוד) (?:\S+ ){0,2}(?:לא נמצא|אינו קיים)|页面不存在|頁面不存在",
    r"找不到.{0,4}(?:页面|頁面|网页)",
    r"ページが見つかりません|お探しのページ|페이지를 찾을 수 없|(?:पृष्ठ|पेज) नहीं मिला",
)  # fmt: skip

_LOG_IN_TITLE: Final = re.compile(
    r"\W*(?:(?:please )?(?:log|sign)[ -]?in|anmelden|anmeldung|einloggen|login|(?:se )?connecter"
    r"|connexion|iniciar sesión|inicia sesión|accedi|entrar|iniciar sessão|inloggen|zaloguj się"
    r"|logowanie|logga in|log ind|logg inn|kirjaudu(?: sisään)?|вход(?: на сайт)?|войти"
    r"|авторизация|вхід|увійти|giriş(?: yap)?|přihlášení|تسجيل الدخول|התחברות|ログイン|로그인"
    r"|登录|登入)"
    r"(?: (?:to|or|bei|oder|à|ou|en|o|a|w|till|på|в|на|до) .{1,60})?\W*",
    re.IGNORECASE,
)
_LOG_IN: Final = _opening(
    r"(?:you (?:must|need to|have to) (?:be )?)?(?:log|logged|sign|signed) in (?:to|in order to"
    r"|with)",
    r"(?:bitte )?(?:melden sie sich|loggen sie sich|melde dich|anmelden,? um)",
    r"connectez-vous pour|identifiez-vous|inicia sesión para|debes iniciar sesión|accedi per",
    r"(?:faça|inicie) (?:login|sessão) para|log in om|zaloguj się,? (?:aby|żeby|by)",
    r"logga in för|log ind for|logg inn for",
    r"(?:войдите|авторизуйтесь|зарегистрируйтесь),? (?:чтобы|для)",
    r"(?:увійдіть|авторизуйтесь),? (?:щоб|для)|giriş yap(?:ın|malısınız)|devam etmek için giriş",
)  # fmt: skip

_NEEDS_SCRIPTS: Final = _any_of(
    r"(?:enable|activate|turn on|requires?|without|support) (?:\w+ ){0,3}java ?script",
    r"java ?script (?:\w+ ){0,5}(?:required|disabled|deaktiviert|aktivier\w*|enabled|désactivé)",
    r"(?:activ\w+|aktivier\w+|habilit\w+|abilit\w+|attiva\w*|ativ\w+|schakel|włącz\w*|aktiver\w*)"
    r" (?:\w+ ){0,3}java ?script",
    r"(?:включите|включить|увімкніть|поддержк\w+|підтримк\w+|требуется) (?:\w+ ){0,3}java ?script",
    r"java ?script['’]?\w{0,3} (?:\w+ ){0,3}(?:etkinleştir|açın|gerek|kapalı)|جافا ?سكريبت",
)  # fmt: skip


def tests_for_people(line: str) -> bool:
    """Say whether a line asks its reader to prove to be no program, or turns programs away."""
    return _ROBOT_TEST.search(line) is not None


def says_no_such_page(line: str) -> bool:
    """Say whether a line tells that there is no page at this address."""
    return _NO_SUCH_PAGE.search(line) is not None


def is_title_of_log_in(line: str) -> bool:
    """Say whether a headline is that of a form to log in."""
    return _LOG_IN_TITLE.fullmatch(line) is not None


def asks_to_log_in(line: str) -> bool:
    """Say whether a line asks its reader to log in."""
    return _LOG_IN.search(line) is not None


def needs_scripts(line: str) -> bool:
    """Say whether a line asks its reader to switch JavaScript on."""
    return _NEEDS_SCRIPTS.search(line) is not None
