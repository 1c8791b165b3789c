"""What pages say to their reader instead of an article, in the languages of the feeds.

Cookie notices, tests for people, "page not found", log-in forms, calls to switch scripts on, and
calls to subscribe. Articles write *about* all of these; so a phrase here is what a page says *to*
its reader, and whoever uses it also looks at how much else the page says.

The file is long because the phrases of one kind are to be read side by side.
"""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


def _opening(*phrases: str) -> re.Pattern[str]:
    """Match where a sentence opens with one of the phrases, politely or not."""
    please = r"(?:please |bitte |veuillez |por favor,? |пожалуйста,? |будь ласка,? |lütfen )?"
    return re.compile(rf"(?:^|[.!?…:。！？]\W+)\W*{please}(?:{'|'.join(phrases)})", re.IGNORECASE)


_CONSENT_STEMS: Final = (
    "cookie consent gdpr rgpd privacy partner vendor tracking purposes advertis third-part"
    " datenschutz einwillig zustimm personenbezogen werbung verarbeitung drittanbieter"
    " confidentialité traceurs finalités publicité privacidad socios publicidad finalidades"
    " consenso informativa pubblicità finalità toestemming advertenties persoonsgegevens"
    " zgod prywatności ciasteczk reklam parceiros publicidade samtycke samtykke annons"
    " personuppgifter personoplysninger personopplysninger персональн куки конфиденциальн согласи"
    " реклам партн згод конфіденційн çerez gizlilik souhlas soukromí evästee suostumu"
    " συγκατάθεσ consimțământ kolačić הסכמה עוגיות פרטיות الخصوصية الارتباط süti hozzájárul"
).split()
_CONSENT_TERMS: Final = (
    "personal data", "personal information", "legitimate interest", "données personnelles",
    "datos personales", "dati personali", "danych osobowych", "dados pessoais", "особистих даних",
    "kişisel veri", "osobních údajů", "date cu caracter personal",
)  # fmt: skip

_TO_A_VISITOR: Final = tuple(
    _any_of(*phrases)
    for phrases in (
        # Who speaks
        (
            r"we (?:and|&) (?:our|selected|third)", r"we (?:also |only )?(?:use|value|care about|ask)",
            r"th(?:is|e) (?:web)?site uses", r"is part of the .{0,30}family of brands",
            r"wir (?:und|verwenden|nutzen|benötigen|brauchen|verarbeiten|setzen|respektieren|bitten)",
            r"diese (?:web)?(?:site|seite) (?:verwendet|nutzt|benutzt)|unsere (?:\d+ )?partner",
            r"markenfamilie|nous (?:et nos|utilisons|respectons|demandons)|ce site utilise",
            r"nos (?:\d+ )?partenaires|nosotros y|nuestros (?:\d+ )?socios|utilizamos|usamos",
            r"est[ea] (?:sitio|web|página) (?:web )?utiliza|noi e |utilizziamo|usiamo",
            r"questo sito (?:utilizza|usa)|wij? (?:en onze|gebruiken|vragen)|onze (?:\d+ )?partners",
            r"deze (?:web)?site gebruikt|my i nasi|(?:nasi|naszymi) (?:zaufani )?partner",
            r"(?:wy)?korzystamy|używamy|szanujemy|ta strona (?:wy)?korzysta|nós e ",
            r"este site (?:usa|utiliza)|vi (?:och|og) (?:våra|vores|våre)|våra partner|vores partner",
            r"vi (?:använder|bruger|bruker|anvender|behöver)|мы (?:и наши|используем|обрабатываем)",
            r"наши партн[её]ры|(?:этот|наш|данный) сайт использует|ми (?:та|і|й) наші",
            r"ми використовуємо|наші партнери|(?:цей|наш) сайт використовує|biz ve ",
            r"(?:iş )?ortaklarımız|kullan(?:ıyoruz|maktayız)|používáme|naši partneři|käytämme",
            r"folosim|koristimo|használunk|χρησιμοποιούμε|نستخدم|نحن وشركاؤنا|אנו משתמשים",
        ),
        # What there is to press
        (
            r"(?:accept|reject|allow|decline|refuse|disable)(?: all|\b.{0,12}cookies)|agree and",
            r"manage (?:my |your )?(?:options|preferences|choices|settings|cookies|consent)",
            r"by (?:clicking|continuing|using|pressing|accepting)|before you continue",
            r"allen? (?:akzeptieren|ablehnen|zustimmen)|zustimmen und|akzeptieren und",
            r"einstellungen (?:verwalten|anpassen|ändern|oder)|mit werbung (?:und .{0,20})?\w*lesen",
            r"klick\w* (?:sie )?auf|cookies zulassen|auf \W?akzeptieren|tout (?:accepter|refuser)|accepter et|continuer sans accepter",
            r"en (?:cliquant|poursuivant|continuant)|aceptar (?:todo|todas|y )|rechazar (?:todo|y)",
            r"al (?:hacer|continuar|pulsar|aceptar|navegar)|accetta (?:tutt[oi]|e )|rifiuta tutt",
            r"(?:cliccando|proseguendo|chiudendo|selezionando)|alles (?:accepteren|weigeren)",
            r"akkoord|door (?:op|verder|te klikken)|(?:za)?akceptuj|(?:nie )?zgadzam się|klikając",
            r"przejdź do serwisu|aceitar (?:tod|e )|rejeitar|ao (?:clicar|continuar|navegar)",
            r"(?:acceptera|avvisa|neka|godkänn|acceptér|godta|afvis|avvis|tillad) alle?|genom att",
            r"(?:kun|bare) nødvendige|ved (?:at|å) (?:klik|fort)|принять (?:все|и )|соглашаюсь",
            r"нажимая|продолжая (?:использовать|пользоваться|работу|просмотр)|прийняти (?:вс|та)",
            r"погоджуюсь|натискаючи|продовжуючи|tümünü (?:kabul|reddet)|kabul et|tıklayarak",
            r"přijmout vše|odmítnout vše|hyväksy kaikki|accept toate|prihvati sve|αποδοχή όλων",
        ),
        # What is the visitor's
        (
            r"your (?:privacy|choices?|consent|personal|preferences|data|experience)",
            r"you (?:can|may|consent|agree) |on (?:a|your) device|wenn (?:du|sie) |sie können |sie (?:haben|willigen)",
            r"ihre[nrs]? (?:einwilligung|zustimmung|privatsphäre|daten|auswahl|datenschutz|rechte)",
            r"auf (?:einem|ihrem) gerät|votre (?:consentement|vie privée|choix|terminal)",
            r"vos (?:choix|préférences|données)|vous pouvez |su (?:consentimiento|privacidad|elección)",
            r"tus? (?:consentimiento|privacidad|datos|preferencias)|sus (?:datos|preferencias)",
            r"puedes? |(?:tuo|suo) consenso|(?:tua|sua) privacy|tuoi dati|tue (?:scelte|preferenze)",
            r"puoi |(?:uw|je|jouw) (?:toestemming|privacy|keuzes?|voorkeuren|gegevens|apparaat)",
            r"(?:je|u) kunt |(?:twoj|swoj)\w+ (?:zgod|prywatno|dan|preferencj|wyb)|możesz ",
            r"mogą państwo|seu consentimento|sua privacidade|(?:seus|teus) dados|você (?:pode|aceita)",
            r"suas (?:escolhas|preferências)|(?:ditt?|din|dina|dine) (?:samty|integritet|val|data)",
            r"(?:dina|dine) (?:person|uppgift|opplys|oplys|inställning|indstilling|præfer)|du kan ",
            r"ваш\w* (?:согласи|данны|выбор|конфиденциальн|персональн|устройств|предпочтен)",
            r"вы (?:можете|соглашаетесь|да[её]те|принимаете)|ви (?:можете|погоджуєтес|даєте)",
            r"ваш\w* (?:згод|дан[иі]|вибір|конфіденційн|пристр)|(?:rıza|gizlili|veri|tercih|onay)\w*n[ıi]z",
            r"(?:bil|ebil|abil)irsiniz|váš souhlas|vaše (?:soukromí|údaje)|můžete |voit |puteți ",
        ),
    )
)  # fmt: skip
_LEAST_CONSENT_HITS: Final = 3
_CONSENT_HITS_IN_100: Final = 2.5
_SAID_TO_VISITOR: Final = 3
_SAID_TO_VISITOR_IN_100: Final = 2.0
_CONSENT_WORDS: Final = range(12, 2500)
_LONG_NOTICE: Final = 400
"""Words; a longer text about cookies names them still more often if it is a notice."""

_ROBOT_TEST: Final = _opening(
    r"verify(?:ing)? (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not)|are you (?:a )?(?:human|robot)",
    r"(?:verify|confirm|prove|make sure) (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not a)",
    r"(?:we are |we're )?checking (?:your browser|if (?:the|you))|i(?:'|’)?m not a robot",
    r"(?:enable|turn on) (?:js|javascript) and (?:cookies|disable)|press (?:&|and) hold",
    r"(?:we(?:'ve| have)? (?:have )?(?:detected|noticed) )?(?:unusual|suspicious) (?:traffic|activity)",
    r"our systems have detected|complete the (?:captcha|security check|challenge)|one more step",
    r"(?:sorry,? )?you have been blocked|why (?:have|was) i (?:been )?blocked|request unsuccessful",
    r"access (?:to this (?:page|site) )?(?:has been )?(?:is )?denied$|you don't have permission to",
    r"your (?:access|ip|request|connection)\b.{0,40}\b(?:blocked|denied|restricted|forbidden)",
    r"pardon our interruption|(?:performing |running )?(?:a )?security (?:check|verification)\b",
    r"(?:ddos )?protection by|just a moment|attention required|this (?:website|site) is using a",
    r"(?:the owner of this|this) (?:web)?site .{0,20}(?:has banned|uses a security)|human verification",
    r"провер(?:ка|яем)\b.{0,20}браузер|подтвердите,? что (?:вы|запрос)|(?:вы|я) не робот|вы робот",
    r"доступ\b.{0,30}(?:ограничен|запрещ[её]н|заблокирован)|защита от ddos|пройдите проверку",
    r"(?:ваш|с вашего) (?:ip|запрос|браузер).{0,60}(?:заблокирован|не прош|поступа|подозр)",
    r"(?:необычн|подозрительн|автоматическ)\w+ (?:трафик|активност|запрос)|слишком много запросов",
    r"перевір(?:ка|яємо)\b.{0,20}браузер|підтвердьте,? що ви|(?:ви|я) не робот|захист від ddos",
    r"доступ\b.{0,30}(?:обмежено|заборонено|заблоковано)|пройдіть перевірку",
    r"bestätigen sie,? dass sie (?:ein mensch|kein)|ich bin kein (?:ro)?bot|sind sie ein (?:mensch|ro)",
    r"(?:ihr|der) browser wird (?:über|ge)prüft|zugriff (?:verweigert|gesperrt|blockiert)",
    r"ungewöhnliche\w* (?:datenverkehr|aktivität|zugriff)|sicherheitsüberprüfung",
    r"(?:confirmez|vérifiez|vérification) que vous (?:êtes|n'êtes|n’êtes)|je ne suis pas un robot",
    r"vérification (?:de sécurité|de votre navigateur)|accès (?:refusé|bloqué|temporairement)",
    r"(?:trafic|activité) inhabituel|(?:verifi\w+|confirm\w+|comprueb\w+) que (?:es|eres|no|usted)",
    r"no soy un robot|acceso (?:denegado|bloqueado)|tráfico inusual|(?:comprobando|verificando) ",
    r"verifica\w* (?:di|che) (?:essere|sei|tu)|non sono un robot|accesso (?:negato|bloccato)",
    r"(?:verifi\w+|confirm\w+) (?:que|se) (?:você )?(?:é|não é)|não sou um robô|acesso (?:neg|bloq)",
    r"(?:potwierdź|zweryfikuj),? (?:że|czy) |nie jestem robotem|dostęp (?:zabron|zablok)",
    r"(?:bevestig|controleer) dat (?:u|je) |ik ben geen robot|toegang (?:geweigerd|geblokkeerd)",
    r"(?:insan|robot) ol(?:duğunuz|madığınız)\w*|ben robot değilim|erişim (?:engel|redd)",
    r"tarayıcınız|(?:jag är|jeg er) (?:inte|ikke) en robot|(?:bekräfta|bekræft|bekreft) at+ du",
    r"åtkomst nekad|adgang nægtet|ingen tilgang|تحقق من أنك|(?:أنا )?لست (?:برنامج )?روبوت",
    r"אני לא רובוט|אינך רובוט|ربات نیستم|人机验证|(?:验证|確認|确认)您是真人|安全验证|访问被拒绝",
    r"(?:私は)?ロボットではありません|人間であることを|로봇이 아닙니다|사람인지 확인",
)  # fmt: skip

_NO_SUCH_PAGE: Final = _any_of(
    r"(?:page|article|story|content|post|url) (?:\w+ ){0,3}(?:not|n't|n’t|never) (?:be )?found",
    r"(?:page|article|story|content|post|url) (?:\w+ ){0,6}(?:could|can|was|cannot)\w*"
    r"(?:n't|n’t| ?not)? (?:be )?found",
    r"(?:page|article|story|content|post) (?:\w+ ){0,6}(?:unavailable|no longer (?:avail|exist|here))",
    r"(?:page|article|story|post) (?:\w+ ){0,6}(?:doesn't|doesn’t|does not) exist",
    r"(?:page|article|story|post) (?:\w+ ){0,6}(?:has|have|was|been) (?:\w+ )?(?:moved|removed|deleted)",
    r"(?:error|fehler|erreur|errore?|erro|ошибка|помилка|błąd|hata|fout|chyba|virhe) ?:?\W{0,3}40[34]\b",
    r"40[34]\W{1,4}(?:error|not|page|fehler|seite|hatası|ошибка|forbidden)|^\W*(?:404|410)\W*$",
    r"^(?:http )?not found$|^page (?:missing|gone)|^oops|nothing (?:was )?found|we can(?:'|’)?t find",
    r"(?:seite|artikel|inhalt|beitrag) (?:\w+ ){0,5}nicht (?:mehr )?(?:gefunden|verfügbar|vorhanden)",
    r"(?:seite|artikel|inhalt|beitrag) (?:\w+ ){0,4}existiert (?:\w+ )?nicht|404[ -]fehler",
    r"(?:page|article|contenu) (?:\w+ ){0,4}(?:introuvable|non trouvée|inexistant|n['’]existe|indispo)",
    r"(?:página|contenido|conteúdo|artículo) (?:\w+ ){0,4}n[oã]o? (?:\w+ )?(?:encontrad|existe|dispon)",
    r"no (?:se )?(?:ha )?(?:encontr\w+|pudo encontrar|existe|hemos encontrado) (?:la|esta|el|este) ",
    r"(?:pagina|contenuto|articolo) (?:\w+ ){0,4}non (?:\w+ )?(?:trovat|esiste|disponibil)",
    r"(?:pagina|artikel) (?:\w+ ){0,4}(?:niet (?:\w+ )?(?:gevonden|beschikbaar)|bestaat niet)",
    r"nie znaleziono|stron[ay] (?:\w+ ){0,4}nie (?:\w+ )?(?:znalezion|istnieje)|nie ma takiej strony",
    r"sid(?:an|en) (?:\w+ ){0,4}(?:inte|ikke) (?:\w+ )?(?:hitta|fundet|funnet)|sidan saknas",
    r"sid(?:an|en) (?:hittades|finns|finnes|findes) (?:inte|ikke)|sivua ei löy|stránka ne",
    r"(?:страниц[аы]|стать[яи]|материал|запись) (?:\w+ ){0,4}(?:не (?:\w+ )?(?:найден|существ)|удал[её]н)",
    r"такой страницы (?:\w+ )?не|запрашиваем\w+ (?:вами )?страниц|ничего не найдено",
    r"(?:сторінк[ау]|статт[юя]|матеріал) (?:\w+ ){0,4}не (?:\w+ )?(?:знайден|існу)|такої сторінки",
    r"(?:sayfa|içerik|haber) (?:\w+ ){0,3}(?:bulunam|mevcut değil)|aradığınız (?:sayfa|içerik|haber)",
    r"stranica (?:\w+ ){0,2}(?:nije|ne postoji)|страницата не|pagina nu |az oldal nem|σελίδα δεν",
    r"الصفحة (?:\S+ ){0,3}غير موجودة|لم يتم العثور|صفحه (?:\S+ ){0,3}(?:پیدا|یافت) نشد",
    r"(?:הדף|העמוד) (?:\S+ ){0,2}(?:לא נמצא|אינו קיים)|页面不存在|頁面不存在|找不到.{0,4}(?:页面|頁面|网页)",
    r"ページが見つかりません|お探しのページ|페이지를 찾을 수 없|(?:पृष्ठ|पेज) नहीं मिला",
)  # fmt: skip

_LOG_IN_TITLE: Final = re.compile(
    r"\W*(?:(?:please )?(?:log|sign)[ -]?in|anmelden|anmeldung|einloggen|login|(?:se )?connecter"
    r"|connexion|iniciar sesión|inicia sesión|accedi|entrar|iniciar sessão|inloggen|zaloguj się"
    r"|logowanie|logga in|log ind|logg inn|kirjaudu(?: sisään)?|вход(?: на сайт)?|войти"
    r"|авторизация|вхід|увійти|giriş(?: yap)?|přihlášení|تسجيل الدخول|התחברות|ログイン|로그인|登录|登入)"
    r"(?: (?:to|or|bei|oder|à|ou|en|o|a|w|till|på|в|на|до) .{1,60})?\W*",
    re.IGNORECASE,
)
_LOG_IN: Final = _opening(
    r"(?:you (?:must|need to|have to) (?:be )?)?(?:log|logged|sign|signed) in (?:to|in order to|with)",
    r"(?:bitte )?(?:melden sie sich|loggen sie sich|melde dich|anmelden,? um)",
    r"connectez-vous pour|identifiez-vous|inicia sesión para|debes iniciar sesión|accedi per",
    r"(?:faça|inicie) (?:login|sessão) para|log in om|zaloguj się,? (?:aby|żeby|by)",
    r"logga in för|log ind for|logg inn for|(?:войдите|авторизуйтесь|зарегистрируйтесь),? (?:чтобы|для)",
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

_READ_ON: Final = (
    r"(?:continue|keep on|keep|finish) reading|read (?:on|the (?:full|rest|whole|entire|complete)|more of|this)"
    r"|(?:unlock|access|view|see) (?:this|the (?:full|rest|whole)|full|unlimited|exclusive)"
)
_SUBSCRIBE: Final = (
    r"subscribe|register|sign[ -]?up|sign in|log[ -]?in|join|become a|create (?:a|an|your)|get (?:full )?access"
    r"|start your|upgrade|buy|purchase|pay"
)
_READ_ON_BY_PAYING: Final = _any_of(
    rf"(?:{_SUBSCRIBE})\b.{{0,80}}\b(?:{_READ_ON})",
    r"to (?:continue|keep|finish) reading|to read (?:the (?:full|rest|whole|entire)|this)",
    r"(?:this|the) (?:\w+ )?(?:article|story|content|post|page) is (?:\w+ ){0,3}"
    r"(?:for|to) (?:\w+ ){0,4}(?:subscribers|members|registered|customers)",
    r"(?:for|to) (?:paid |paying |our )?(?:subscribers|members) only|subscribers?[ -](?:only|exclusive)\b",
    r"(?:you've|you’ve|you have) (?:reached|used|read) (?:your|all|the)\b.{0,40}\b(?:limit|articles?)",
    r"want to read (?:more|the rest|on)|the rest of this (?:article|story|post) is",
    # German
    r"(?:abonnieren|registrieren|anmelden|einloggen|testen|freischalten|abo)\b.{0,80}\bweiter(?:zu)?lesen",
    r"um (?:den|diesen|die|weiter|alle) ?(?:\w+ ){0,5}(?:weiter(?:zu)?lesen|(?:weiter ?)?zu lesen|lesen zu)",
    r"(?:jetzt |hier |einfach )weiterlesen|lesen sie (?:\w+ )?weiter mit|weiterlesen mit",
    r"(?:dieser|diesen|der) (?:artikel|inhalt|beitrag|text) (?:\w+ ){0,3}(?:nur )?(?:für|mit|exklusiv)\b.{0,30}"
    r"(?:abo|premium|plus|mitglied|registriert)",
    r"(?:nur|exklusiv) für (?:\w+ )?(?:abonnent|plus|premium|mitglied)",
    # Romance languages
    r"(?:abonnez|inscrivez|connectez|identifiez)[- ]vous\b.{0,60}(?:pour|et) (?:lire|continuer|poursuivre|acc)",
    r"pour (?:lire (?:la suite|cet|l['’])|continuer (?:la|votre|à)|poursuivre (?:la|votre))",
    r"(?:article|contenu|suite) (?:\w+ ){0,2}réservée? (?:aux|à nos) (?:abonn|membres)",
    r"(?:suscríb|regístr|inicia sesión|hazte|accede)\w*\b.{0,60}(?:para|y) (?:seguir|continuar|leer|acceder)",
    r"para (?:seguir|continuar) (?:leyendo|lendo|a ler)|(?:continue|continuar) lendo",
    r"(?:contenido|artículo|noticia|conteúdo|artigo|matéria) (?:\w+ ){0,2}(?:exclusiv|sol?o|só|reservad)\w*"
    r" (?:para|a) (?:\w+ )?(?:suscriptor|socios|abonad|assinante|subscritor)",
    r"(?:assine|cadastre|registe|faça login|torne-se)\b.{0,60}(?:para|e) (?:continuar|ler|ter|aceder)",
    r"(?:abbonati|registrati|accedi|iscriviti)\b.{0,60}(?:per|e) (?:continu|legg|prosegu|sblocc)",
    r"per (?:continuare a leggere|leggere (?:tutto|l['’]|il resto)|proseguire (?:la|nella))",
    r"(?:articolo|contenuto) (?:\w+ ){0,2}(?:riservat|sol|esclusiv)\w* (?:agli|per gli|ai) (?:abbonat|iscritt)",
    r"abonează-te\b.{0,50}(?:citi|continua)|doar pentru abonați",
    # Dutch and the north
    r"(?:abonn|log in|registreer|maak)\w*\b.{0,60}\b(?:om|en)\b.{0,40}\b(?:verder|lezen)",
    r"om (?:verder|dit|het hele) (?:\w+ ){0,3}(?:te )?lezen|lees (?:\w+ )?verder (?:met|voor)",
    r"(?:alleen|exclusief|enkel) (?:\w+ )?voor abonnees",
    r"(?:prenumerera|logga in|bli prenumerant|köp|skaffa)\b.{0,60}(?:för att|och) (?:forts|läs)",
    r"för att (?:fortsätta|läsa (?:hela|vidare))|läs vidare (?:med|som|för)|(?:endast|bara) för prenum",
    r"(?:abonner|log ind|logg inn|bliv|bli|køb|kjøp)\w*\b.{0,60}(?:for (?:at|å)|og) (?:læse|lese|forts)",
    r"for (?:at|å) (?:læse|lese) (?:videre|hele|resten)|l[æe]s videre (?:med|som|for)",
    r"(?:kun|bare|forbeholdt) (?:for )?abonnenter|(?:tilaa|kirjaudu)\b.{0,60}(?:jatka|lue)|vain tilaajille",
    # Slavic languages
    r"(?:subskrybuj|kup|wykup|zaloguj się|załóż konto|zarejestruj)\b.{0,60}(?:aby|by|i|żeby) .{0,20}czyta",
    r"(?:aby|by|żeby) (?:czytać dalej|przeczytać (?:cał|resz))|dalszy ciąg (?:\w+ )?dostępny",
    r"(?:artykuł|treść|tekst) (?:\w+ ){0,3}dla (?:prenumerator|subskrybent|zalogowan)",
    r"(?:předpla|přihlas|kupte)\w*\b.{0,60}(?:číst|čtení|dočíst)|(?:jen|pouze) pro předplatitele",
    r"(?:оформите|подпишитесь|войдите|зарегистрируйтесь|авторизуйтесь|купите)\b.{0,60}(?:чтобы|и) "
    r"(?:\w+ )?(?:чита|прочита|продолж|получ|дочита)",
    r"чтобы (?:продолжить (?:чтение|читать)|читать (?:дальше|далее)|прочитать|дочитать)",
    r"(?:материал|статья|текст|доступ\w*) (?:\w+ ){0,3}(?:только )?(?:для подписчик|по подписке)",
    r"(?:оформіть|передплатіть|підпишіться|увійдіть|зареєструйтес)\w*\b.{0,60}(?:щоб|та|і) (?:\w+ )?"
    r"(?:чита|прочита|продовж|отрима)",
    r"щоб (?:продовжити|читати (?:далі|повн)|прочитати)|(?:лише|тільки) для (?:передплатник|підписник)",
    # Turkish, Semitic, Persian, Greek, Hungarian, and the far east
    r"(?:abone|giriş yap|üye) ?\w*\b.{0,60}(?:devam|oku)|okumaya devam etmek|(?:sadece|yalnızca) abone",
    r"(?:haberin|yazının) devamı(?:nı)? .{0,30}abone|اشترك.{0,40}(?:لمتابعة|لقراءة|لمواصلة)",
    r"لمتابعة القراءة|للمشتركين فقط|למנויים בלבד|כדי להמשיך לקרוא|הכתבה .{0,10}למנויים",
    r"برای ادامه .{0,40}(?:اشتراک|عضو)|για να συνεχίσετε την ανάγνωση|μόνο (?:για|σε) συνδρομητές",
    r"előfizet\w*\b.{0,40}(?:olvas|tovább)|csak előfizető|続きを読むには",
    r"この記事は(?:有料|会員)|(?:구독|로그인)\S*.{0,20}(?:계속|전체|전문)|(?:订阅|登录|訂閱|登入).{0,12}(?:继续|全文|繼續)",
)  # fmt: skip
_MORE_IS_HIDDEN: Final = _any_of(
    r"il vous reste [\d.,]+ ?% (?:de (?:cet|ce) \w+ )?(?:à lire)?|la suite est réservée",
    r"\d{1,2} ?% (?:of (?:this|the) (?:article|story) (?:remain|left)|(?:des artikels|del artículo))",
    r"zbývá vám (?:ještě )?\d{1,2} ?%|pozostało (?:\w+ ){0,3}\d{1,2} ?%|te queda (?:por leer )?el \d",
    r"осталось (?:прочитать )?\d{1,2} ?%|残り\s?[\d,]+\s?文字|(?:이하|나머지) .{0,12}유료",
)  # fmt: skip


def is_consent_text(text: str) -> bool:
    """Say whether a text asks its reader for consent to cookies and the like.

    It speaks of them all the time, and to the reader: an article about them does one or neither.
    """
    words = len(text.split())
    if words not in _CONSENT_WORDS:
        return False
    folded = text.casefold()
    topic = sum(map(folded.count, _CONSENT_STEMS)) + sum(map(folded.count, _CONSENT_TERMS))
    strict = 2 if words > _LONG_NOTICE else 1
    if topic < _LEAST_CONSENT_HITS or 100 * topic < strict * _CONSENT_HITS_IN_100 * words:
        return False
    said = [len(pattern.findall(text)) for pattern in _TO_A_VISITOR]
    return (
        sum(said) >= _SAID_TO_VISITOR
        and sum(map(bool, said)) > 1
        and 100 * sum(said) >= _SAID_TO_VISITOR_IN_100 * words
    )


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


def sells_the_rest(line: str) -> bool:
    """Say whether a line asks its reader to subscribe or to register in order to read on."""
    return _READ_ON_BY_PAYING.search(line) is not None


def says_how_much_is_hidden(line: str) -> bool:
    """Say whether a line tells how much of the article it keeps back."""
    return _MORE_IS_HIDDEN.search(line) is not None
