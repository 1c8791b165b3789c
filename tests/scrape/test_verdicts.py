"""What kind of page it is. The file is long because it is a table of pages in a dozen languages.

Each page is put together from the parts that pages of its kind have; the services and platforms
are those that publishers use.
"""

import json

import pytest

from aggregator.model import Article, BodySource, Verdict
from aggregator.scrape.article import extract

NEWS = (
    (
        "The ferry to Dalen sails again on Monday, after the harbour office cleared the second of"
        " two mines from the channel and let the pilots test it for a night and a day."
    ),
    (
        "Pilots will go in pairs until the buoys are back, the office said, and no ship may enter"
        " the channel between dusk and dawn without a tug beside it."
    ),
    (
        "Fishermen of the three villages on the far shore had been cut off since the autumn and"
        " lived on what a helicopter brought them on Fridays."
    ),
)
LONG = NEWS + tuple(
    f"On day {number} of the search a diver found nothing but the anchor of a barge, which the"
    " crane of the yard lifted on the pier, where children climbed on it until it was dark and the"
    " watchman sent them home to their parents."
    for number in range(12)
)
FLASH = (
    "Two drones fell on the grain terminal of Orm shortly before five in the morning, the governor"
    " of the region wrote. One silo burned for an hour. Nobody was hurt, and the port opened its"
    " gates at seven as on any other day. It is the third such night within two weeks."
)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/war'>War</a></li></ul></nav>"
LONG_MENU = (
    "<nav><ul>"
    + "".join(
        f"<li><a href='/s{n}'>A section with a name of its own, number {n}</a></li>"
        for n in range(40)
    )
    + "</ul></nav>"
)
FOOTER = "<footer><p><a href='/imprint'>Imprint</a> <a href='/privacy'>Privacy</a></p></footer>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def structured(**node: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **node}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


DATED = structured(headline="Ferry sails again", datePublished="2026-03-09T08:00:00Z")


def page(
    content: str, *, title: str = "Ferry sails again", head: str = "", heading: str | None = None
) -> str:
    """Return a page with a menu and a footer; its h1 is its title unless `heading` is given."""
    return (
        f"<!DOCTYPE html><html><head><title>{title} - Harrow Post</title>{head}</head><body>"
        f"<header>{MENU}</header><main><h1>{title if heading is None else heading}</h1>{content}"
        f"</main>{FOOTER}</body></html>"
    )


def bare(content: str, *, title: str = "", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{content}</body></html>"


def told(markup: str, url: str = "https://harrow-post.example/2026/ferry") -> Article:
    return extract(markup.encode(), url)


ARTICLES = {
    "plain": page(paragraphs(*NEWS)),
    "a flash without any mark": bare(f"<h1>Drones fall on terminal</h1><p>{FLASH}</p>"),
    "a flash in a page with menus": page(f"<p>{FLASH}</p>", title="Drones fall on terminal"),
    "a flash with a film": page(
        f"<div class='player'><video src='/v.mp4'></video></div><p>{FLASH}</p>",
        head=DATED + structured(**{"@type": "VideoObject"}, name="Silo"),
    ),
    "a flash of forty words that says what it is": page(f"<p>{FLASH[:220]}.</p>", head=DATED),
    "a flash under a long menu": page(f"{LONG_MENU}<p>{FLASH}</p>"),
    "about cookies": page(
        paragraphs(
            "The data protection office of Orm fined the tram company for its cookie notice on"
            " Tuesday. The banner had asked for consent to tracking and advertising by 800"
            " partners, and hid the button to refuse.",
            "Cookies without consent are against the privacy law, the office said. Personal data"
            " of 90,000 passengers went to advertising partners, who built profiles from it.",
            "The company wants to change its cookie banner by May. Consent will then be as easy to"
            " refuse as to give, a manager promised.",
        ),
        title="Tram company fined for cookie banner",
    ),
    "about a consent notice that it quotes": page(
        paragraphs(
            "“We and our partners use cookies”: so begins the notice that greets every visitor of"
            " the town hall's site since Monday, and few of them read on, a study found.",
            *LONG[3:9],
        ),
        title="Nobody reads the notice",
    ),
    "about robots tests": page(
        paragraphs(
            "Port gates in Dalen ask drivers to prove that they are human. A screen shows nine"
            " pictures of cranes, and whoever fails to tap the right ones waits for a guard.",
            "Verify that you are human, says the screen in four languages. Lorry drivers call it"
            " the captcha, and some of them have been blocked for a morning.",
        ),
        title="Are you a robot? Port asks every driver",
    ),
    "about a blocked site": page(
        paragraphs(
            "The regulator blocked the site of the weekly on Friday. Access denied, readers saw,"
            " and nothing else. The editors moved to another address within an hour.",
            *NEWS[1:],
        ),
        title="Access denied: weekly blocked for a day",
    ),
    "about a service against attacks": page(
        paragraphs(
            "Checking your browser before accessing the site: these words of a service against"
            " attacks greeted readers of the ministry's pages for two days.",
            *NEWS,
        ),
        head=DATED,
    ),
    "about paywalls": page(
        paragraphs(
            "Three dailies of the valley put their war coverage outside the paywall on Monday."
            " Readers need not subscribe to continue reading about the shelling.",
            *LONG[3:14],
        ),
        title="Dailies open their paywalls",
    ),
    "about a live stream": page(
        paragraphs(
            "The court will show the hearing in a live stream from 10:00, its clerk said. Those who"
            " watch live may not record the picture.",
            *NEWS,
        ),
        title="Court shows hearing live",
    ),
    "about a missing page": page(
        paragraphs(
            "Page not found: so a search for the ministry's list of bridges ends.", *LONG[:9]
        ),
        title="Page not found: how a ministry lost its archive",
        head=DATED,
    ),
    "about a log-in": page(
        paragraphs("Log in to vote: the town tried it on Sunday with 900 voters.", *LONG[:6]),
        title="Log in to vote",
    ),
    "about scripts": page(
        paragraphs(
            "Sites that require JavaScript shut out one reader in fifty, a study says.", *NEWS
        ),
        title="Pages without scripts",
    ),
    "not free, but all there": page(
        paragraphs(*LONG), head=structured(isAccessibleForFree=False, headline="Ferry sails again")
    ),
    "not free, short, and as long as it says": page(
        paragraphs(*NEWS),
        head=structured(isAccessibleForFree="False", wordCount=86, headline="Ferry sails again"),
    ),
    "a call to subscribe under a whole text": page(
        paragraphs(*LONG) + "<div class='box'><p>Subscribe to continue reading.</p></div>"
    ),
    "a call of blog software under a short text": page(
        paragraphs(*NEWS)
        + "<div class='wp-block-jetpack-subscriptions'><p>Subscribe now to keep reading and get"
        " access to the full archive.</p></div>"
    ),
    "a newsletter under a short text": page(
        paragraphs(*NEWS)
        + "<div class='newsletter'><p>Sign up to read our week in your mail.</p></div>"
    ),
    "a list of articles for subscribers under a short text": page(
        paragraphs(*NEWS)
        + "<div class='more'><h2>More</h2><ul>"
        + "".join(
            f"<li><a href='/{n}'>A story about town number {n}</a><span>Article réservé aux"
            " abonnés</span></li>"
            for n in range(8)
        )
        + "</ul></div>"
    ),
    "a body that is named after the wall": page(
        f"<div class='paywall article-text'>{paragraphs(*NEWS)}</div>"
    ),
    "a gallery with a text": page(
        paragraphs(*LONG)
        + "".join(f"<figure><img src=a.jpg><p>{n}/9</p></figure>" for n in range(1, 9)),
        head=structured(**{"@type": "ImageGallery"}),
    ),
    "a film with a text": page(
        paragraphs(*LONG), head="<meta property='og:type' content='video.other'>"
    ),
    "related headings under short paragraphs": page(
        paragraphs(
            *[
                f"Paragraph {n} of a column in short paragraphs, as some papers like."
                for n in range(30)
            ]
        )
        + "".join(f"<h3><a href='/{n}'>Another story, number {n}</a></h3>" for n in range(9))
    ),
    "times of a night": page(
        paragraphs(
            *[
                f"At 0{n}:10 the sirens went off in the quarter by the river once more."
                for n in range(1, 8)
            ]
        ),
        title="A night under alarm",
    ),
    "a section that is called live": page(
        paragraphs(*NEWS) + "<p>10:20</p>", title="Where to live in Dalen"
    ),
    "a cookie bar beside": page(
        paragraphs(*NEWS)
        + "<div id='cookie-bar'><p>We use cookies. By continuing you agree to our privacy policy."
        "</p><button>Accept all</button></div>"
    ),
    "a canonical address by mistake": page(
        paragraphs(*NEWS), head="<link rel=canonical href='https://harrow-post.example/'>"
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_stays_one_whatever_it_is_about(name: str) -> None:
    article = told(ARTICLES[name])
    assert (article.verdict, article.body_reason) == (Verdict.ARTICLE, "")
    assert article.body


ENDINGS = {
    "en": "The villages must pay for access to the full grid, and to keep it they joined a union.",
    "en members": "The hall, which opened to members only, sent the families on to the school.",
    "de": "Der Beitrag für die Mitgliedstaaten soll steigen, um die Lage an der Grenze zu ändern.",
    "fr": "L'armée mobilise pour continuer la lutte et pour poursuivre la guerre, dit-il.",
    "es": "El ejército accede a la zona y continuará para seguir avanzando, dijo el alcalde.",
    "it": "Sono stati registrati dodici attacchi e continuano gli scontri per proseguire.",
    "nl": "Het leger maakt zich op en trekt verder, zegt de burgemeester van het dorp aan de dijk.",
    "sv": "De köpte båtar för att fortsätta över sundet och fortsatte sedan till fots.",
    "da": "Soldaterne bliver på øen og fortsætter eftersøgningen, siger politiet i byen.",
    "ru": "Он вышел к солдатам, чтобы прочитать им приказ, и остался, чтобы продолжить оборону.",
    "uk": "Він вийшов, щоб прочитати наказ, і лишився, щоб продовжити оборону міста.",
    "tr": "Üye ülkeler yardıma devam edecek, ittifak üyesi olarak devam kararı alındı.",
    "ar": "اشترك مئات المقاتلين في الهجوم لمواصلة القتال حول المدينة القديمة.",
}


@pytest.mark.parametrize("language", ENDINGS)
def test_the_last_line_of_a_flash_is_no_call_to_subscribe(language: str) -> None:
    article = told(page(paragraphs(FLASH, ENDINGS[language])))
    assert article.verdict is Verdict.ARTICLE
    assert article.body == f"{FLASH}\n\n{ENDINGS[language]}"


@pytest.mark.parametrize(
    "title",
    [
        "Article 70 has been removed from the law",
        "Border post not found on new map",
        "Nothing found at crash site, divers say",
        "Oops: general sends plan to baker",
        "No existe el riesgo de inundación",
        "Радиоактивный материал не найден",
        "Доступ в порт ограничен",
    ],
)
def test_a_flash_may_have_a_headline_like_a_notice(title: str) -> None:
    article = told(page(f"<p>{FLASH}</p>", title=title))
    assert (article.verdict, article.body) == (Verdict.ARTICLE, FLASH)


CONSENT = {
    "en": "We value your privacy. We and our 843 partners store and access personal data on your"
    " device, such as cookies, for personalised advertising and content. You can change your"
    " preferences or withdraw your consent at any time. By clicking accept all you agree.",
    "de": "Wir und unsere 180 Partner verwenden Cookies und ähnliche Techniken, um Informationen"
    " auf Ihrem Gerät zu speichern. Sie können Ihre Einwilligung jederzeit in den"
    " Datenschutzeinstellungen widerrufen. Mit Ihrer Zustimmung zeigen wir Werbung.",
    "de pur": "Mit Werbung weiterlesen. Besuchen Sie uns wie gewohnt mit Werbung und Cookies."
    " Details zum Tracking im Datenschutz. Wir und unsere Partner verarbeiten personenbezogene"
    " Daten. Sie haben die Wahl: Ihre Zustimmung oder ein Abo ohne Werbung.",
    "fr": "Nous et nos 210 partenaires utilisons des cookies pour stocker des données personnelles"
    " et mesurer la publicité. Vous pouvez retirer votre consentement à tout moment. En cliquant"
    " sur tout accepter, vous consentez à ces finalités. Continuer sans accepter.",
    "es": "Nosotros y nuestros 320 socios utilizamos cookies para tratar datos personales y mostrar"
    " publicidad. Puede retirar su consentimiento cuando quiera. Al pulsar aceptar todo, consiente"
    " estas finalidades. Rechazar todo o configurar sus preferencias de privacidad.",
    "it": "Noi e terze parti selezionate utilizziamo cookie per trattare dati personali e mostrare"
    " pubblicità. Puoi revocare il tuo consenso in ogni momento. Accetta tutto oppure rifiuta"
    " tutto; le tue preferenze si cambiano nella informativa sulla privacy.",
    "nl": "Wij en onze 150 partners gebruiken cookies om persoonsgegevens te verwerken en"
    " advertenties te tonen. Je kunt je toestemming altijd intrekken. Alles accepteren of alles"
    " weigeren: jouw keuzes beheer je in het privacybeleid.",
    "pl": "My i nasi zaufani partnerzy używamy plików cookie do przetwarzania danych osobowych i"
    " wyświetlania reklam. Możesz wycofać swoją zgodę w każdej chwili. Klikając „Przejdź do"
    " serwisu” wyrażasz zgodę. Szanujemy Twoją prywatność.",
    "pt": "Nós e os nossos parceiros utilizamos cookies para tratar dados pessoais e mostrar"
    " publicidade. Você pode retirar o seu consentimento a qualquer momento. Ao clicar em aceitar"
    " todos, concorda com estas finalidades e com a política de privacidade.",
    "sv": "Vi och våra partner använder cookies för att behandla personuppgifter och visa"
    " annonser. Du kan återkalla ditt samtycke när som helst. Acceptera alla eller avvisa alla"
    " cookies: dina val sparas på enheten.",
    "da": "Vi og vores partnere bruger cookies til at behandle personoplysninger og vise annoncer."
    " Du kan trække dit samtykke tilbage når som helst. Acceptér alle eller afvis alle cookies.",
    "ru": "Мы и наши партнёры используем файлы cookie, чтобы обрабатывать персональные данные и"
    " показывать рекламу. Вы можете отозвать ваше согласие в любое время. Нажимая «Принять все», вы"
    " соглашаетесь с политикой конфиденциальности.",
    "uk": "Ми та наші партнери використовуємо файли cookie, щоб обробляти персональні дані й"
    " показувати рекламу. Ви можете відкликати вашу згоду будь-коли. Натискаючи «Прийняти все», ви"
    " погоджуєтесь із політикою конфіденційності.",
    "tr": "Biz ve iş ortaklarımız kişisel verilerinizi işlemek ve reklam göstermek için çerez"
    " kullanıyoruz. Rızanızı istediğiniz zaman geri çekebilirsiniz. Tümünü kabul et seçeneğine"
    " tıklayarak gizlilik politikasını kabul edersiniz.",
}
LAYERS = {
    "OneTrust": "<div id='onetrust-consent-sdk'><div class='ot-sdk-row'>{}</div></div>",
    "Didomi": "<div id='didomi-host'><div class='didomi-popup-notice'>{}</div></div>",
    "Sourcepoint": "<div id='sp_message_container_1'><div class='message-component'>{}</div></div>",
    "Quantcast": "<div id='qc-cmp2-container'><div class='qc-cmp2-summary-info'>{}</div></div>",
    "Usercentrics": "<div id='usercentrics-root'><section>{}</section></div>",
    "Yahoo": "<form class='consent-form' method='post'>{}</form>",
    "none": "<div class='box'><div class='text'>{}</div></div>",
}


@pytest.mark.parametrize("language", CONSENT)
def test_a_consent_page_is_no_article(language: str) -> None:
    text = CONSENT[language]
    for layer in LAYERS.values():
        markup = page(layer.format(f"<p>{text}</p>"), title="Harrow Post", heading="")
        article = told(markup)
        assert (article.verdict, article.body) == (Verdict.CONSENT_PAGE, ""), layer
        assert "consent" in article.body_reason


def test_a_consent_page_with_the_articles_metadata_is_no_article() -> None:
    article = told(page(f"<div><p>{CONSENT['en']}</p></div>", head=DATED))
    assert (article.verdict, article.body) == (Verdict.CONSENT_PAGE, "")
    assert article.title == "Ferry sails again"


def test_where_an_address_leads_to_a_consent_page_the_host_tells() -> None:
    head = "<link rel=canonical href='https://consent.harrow-post.example/gate?to=/ferry'>"
    article = told(page("<p>Choose what we may keep.</p><button>Agree</button>", head=head))
    assert article.verdict is Verdict.CONSENT_PAGE


WALLS = {
    "Cloudflare": bare(
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt={cType:'managed'};</script>",
        title="Just a moment...",
    ),
    "DataDome": bare(
        "<p>Please enable JS and disable any ad blocker</p>"
        "<script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>",
        title="harrow-post.example",
    ),
    "HUMAN (PerimeterX)": bare(
        "<div id='px-captcha'></div>", title="Access to this page has been denied"
    ),
    "Akamai": bare("<div id='sec-if-cpt-container'></div>", title="Challenge Validation"),
    "Imperva": bare(
        "<iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful. Incapsula incident ID:"
        " 7-1</iframe>"
    ),
    "AWS WAF": bare("<script>window.gokuProps = {};</script><div id=challenge-container></div>"),
    "DDoS-Guard": bare(
        "<h1>Проверка браузера</h1><p>Подождите несколько секунд.</p>"
        "<script src='https://check.ddos-guard.net/check.js'></script>",
        title="DDoS-Guard",
    ),
    "Qrator": bare("<script src='/__qrator/qauth_utm_v2.js'></script>"),
    "Kasada": bare("<script>window.KPSDK={};</script>"),
    "Anubis": bare("<script id='anubis_challenge'>{}</script>", title="Making sure"),
}
TESTS_IN_WORDS = {
    "en": ("Security check", "Verify you are human by completing the action below."),
    "en blocked": (
        "Attention",
        "Sorry, you have been blocked. You are unable to access this site.",
    ),
    "en traffic": ("Sorry", "Our systems have detected unusual traffic from your network."),
    "ru": ("Проверка", "Подтвердите, что вы не робот, и нажмите на кнопку."),
    "ru browser": ("Подождите", "Проверяем ваш браузер перед переходом на сайт. Защита от DDoS."),
    "ru denied": ("Ошибка", "Доступ к сайту временно ограничен. Ваш IP заблокирован."),
    "uk": ("Перевірка", "Підтвердьте, що ви не робот. Доступ до сайту обмежено."),
    "de": ("Prüfung", "Bitte bestätigen Sie, dass Sie ein Mensch sind."),
    "fr": ("Contrôle", "Confirmez que vous n'êtes pas un robot. Trafic inhabituel détecté."),
    "es": ("Control", "Verifique que no es un robot para seguir."),
    "tr": ("Kontrol", "Robot olmadığınızı doğrulayın."),
    "pl": ("Kontrola", "Potwierdź, że nie jesteś robotem."),
    "zh": ("验证", "请完成下面的操作。人机验证 确认您是真人"),
    "ar": ("تحقق", "تحقق من أنك إنسان"),
}


@pytest.mark.parametrize("service", WALLS)
def test_a_test_of_a_service_is_a_bot_wall(service: str) -> None:
    article = told(WALLS[service])
    assert (article.verdict, article.body) == (Verdict.BOT_WALL, "")
    assert article.body_source is BodySource.NONE
    assert service in article.body_reason


@pytest.mark.parametrize("language", TESTS_IN_WORDS)
def test_a_test_in_words_is_a_bot_wall(language: str) -> None:
    title, text = TESTS_IN_WORDS[language]
    for head in ("", "<meta property='og:type' content='article'>"):
        article = told(bare(f"<h1>{title}</h1><p>{text}</p>", title=title, head=head))
        assert (article.verdict, article.body) == (Verdict.BOT_WALL, "")
        assert "robot" in article.body_reason


NO_SUCH_PAGE = {
    "en": ("Page not found", "The page you asked for may have been moved."),
    "en 404": ("404", "Nothing here."),
    "en error": ("Error 404 - Not Found", "Try the search."),
    "en gone": ("This article is no longer available", "Its rights have expired."),
    "de": ("Seite nicht gefunden", "Die Seite wurde leider nicht gefunden. Hier geht es weiter."),
    "fr": ("Page introuvable", "La page demandée n'existe plus."),
    "es": ("Página no encontrada", "Lo sentimos, no hemos encontrado la página."),
    "it": ("Pagina non trovata", "Torna alla pagina iniziale."),
    "pt": ("Página não encontrada", "Volte ao início."),
    "nl": ("Pagina niet gevonden", "Deze pagina bestaat niet meer."),
    "pl": ("Nie znaleziono strony", "Strona nie istnieje."),
    "sv": ("Sidan kunde inte hittas", "Den har flyttats."),
    "ru": ("Страница не найдена", "Возможно, она была удалена."),
    "ru gone": ("Материал удалён", "Запрашиваемая вами страница недоступна."),
    "uk": ("Сторінку не знайдено", "Можливо, її видалено."),
    "tr": ("Sayfa bulunamadı", "Aradığınız sayfa kaldırılmış olabilir."),
    "ar": ("الصفحة غير موجودة", "عد إلى الصفحة الرئيسية."),
    "he": ("הדף לא נמצא", "נסו לחפש."),
    "zh": ("页面不存在", "返回首页。"),
}


@pytest.mark.parametrize("language", NO_SUCH_PAGE)
def test_a_page_that_is_missing_is_no_article(language: str) -> None:
    title, text = NO_SUCH_PAGE[language]
    for head in ("", "<meta property='og:type' content='article'>"):
        article = told(page(f"<p>{text}</p>", title=title, head=head))
        assert (article.verdict, article.body) == (Verdict.NOT_AN_ARTICLE, "")
        assert article.body_reason == "the page says that there is no such page"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Log in", "Your name and the word that only you know."),
        ("Sign in to Harrow Post", "Your name and the word that only you know."),
        ("Anmelden", "Name und Kennwort."),
        ("Вход", "Имя и пароль."),
        ("Harrow Post", "Please log in to continue."),
        ("Harrow Post", "Увійдіть, щоб переглянути цю сторінку."),
    ],
)
def test_a_form_to_log_in_is_no_article(title: str, text: str) -> None:
    form = "<form><input name='user'><input type='password' name='word'></form>"
    article = told(page(f"<p>{text}</p>{form}", title=title))
    assert (article.verdict, article.body) == (Verdict.NOT_AN_ARTICLE, "")
    assert article.body_reason == "the page asks its visitor to log in"


@pytest.mark.parametrize(
    "shell",
    [
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>",
        "<noscript>Bitte aktivieren Sie JavaScript.</noscript><div id='app'></div>",
        "<div id='__next'><p>Please enable JavaScript to view this site.</p></div>",
        "<div><p>Включите JavaScript в браузере, чтобы увидеть страницу.</p></div>",
    ],
)
def test_a_shell_for_scripts_is_empty_and_says_why(shell: str) -> None:
    article = told(bare(shell, title="Harrow Post"))
    assert (article.verdict, article.body) == (Verdict.EMPTY, "")
    assert "scripts" in article.body_reason


CALLS = {
    "en": "Subscribe to continue reading",
    "en account": "Create a free account to read the full story.",
    "en only": "This article is for subscribers only.",
    "en limit": "You've reached your limit of free articles this month.",
    "en paid post": "This post is for paid subscribers",
    "de": "Jetzt abonnieren und weiterlesen",
    "de to": "Um den ganzen Artikel weiterzulesen, brauchen Sie ein Abo.",
    "fr": "Abonnez-vous pour lire la suite de cet article",
    "es": "Suscríbete para seguir leyendo",
    "it": "Abbonati per continuare a leggere",
    "pt": "Assine para continuar lendo",
    "nl": "Word abonnee om verder te lezen",
    "pl": "Zaloguj się, aby czytać dalej",
    "sv": "Logga in för att läsa hela artikeln",
    "da": "Bliv abonnent for at læse videre",
    "ru": "Оформите подписку, чтобы читать дальше",
    "uk": "Передплатіть, щоб продовжити читання",
    "tr": "Okumaya devam etmek için abone olun",
    "cs": "Předplaťte si a pokračujte ve čtení",
    "el": "Για να συνεχίσετε την ανάγνωση, συνδεθείτε",
    "ar": "اشترك الآن لمتابعة القراءة",
    "ja": "続きを読むにはログインしてください",
}


@pytest.mark.parametrize("language", CALLS)
def test_a_text_cut_by_a_call_to_subscribe_is_a_teaser(language: str) -> None:
    call = CALLS[language]
    for gate in (
        f"<p>{call}</p>",
        f"<div class='gate'><h3>{call}</h3><a href='/buy'>1 €</a></div>",
    ):
        article = told(page(f"<div class='text'>{paragraphs(*NEWS[:2])}{gate}</div>"))
        assert article.verdict is Verdict.PAYWALL
        assert article.body == "\n\n".join(NEWS[:2])
        assert "paywall" in article.body_reason


@pytest.mark.parametrize(
    ("content", "head"),
    [
        (paragraphs(*NEWS), structured(isAccessibleForFree=False)),
        (paragraphs(*NEWS), structured(isAccessibleForFree="http://schema.org/False")),
        (
            paragraphs(*NEWS),
            structured(
                hasPart={
                    "@type": "WebPageElement",
                    "isAccessibleForFree": "False",
                    "cssSelector": ".rest",
                }
            ),
        ),
        (paragraphs(*LONG), structured(isAccessibleForFree=False, wordCount=2400)),
        (paragraphs(*LONG) + "<p>Il vous reste 57.09% de cet article à lire.</p>", ""),
        (
            paragraphs(*NEWS) + "<div class='piano-offer'><p>All stories for 1 € a week</p></div>",
            "",
        ),
        (
            paragraphs(*NEWS)
            + "<section subscriptions-section='content-not-granted' class='regwall'>"
            "<p>Welcome! One step is left.</p></section>",
            "",
        ),
    ],
)
def test_other_marks_of_a_teaser(content: str, head: str) -> None:
    article = told(page(f"<article>{content}</article>", head=head))
    assert article.verdict is Verdict.PAYWALL
    assert article.body.startswith(NEWS[0])
    assert "Il vous reste" not in article.body


def posts(*, name: str = "", moment: str = "<time>1{}:20</time>") -> str:
    return "".join(
        f"<div class='{name}' id='block-77{n}'>{moment.format(n)}<p>{text}</p></div>"
        for n, text in enumerate(LONG[:6])
    )


LIVE_BLOGS = {
    "by its word": (page(posts(), head=structured(**{"@type": "LiveBlogPosting"})), "/2026/ferry"),
    "by its markup": (page(posts(name="liveblog-post", moment="")), "/2026/ferry"),
    "by other markup": (page(posts(name="live-ticker__entry", moment="")), "/2026/ferry"),
    "by its address": (page(posts(moment="<div>1{}:20 Uhr</div>")), "/ausland/liveticker-dalen"),
    "by its address, ago": (page(posts(moment="<div>{} min ago</div>")), "/live/2026/mar/09/ferry"),
    "by its title": (
        page(posts(moment="<span>1{}:20 GMT</span><br>"), title="Dalen under fire: live updates"),
        "/2026/dalen",
    ),
    "by its Russian title": (
        page(posts(moment="<div>1{}:20</div>"), title="Ночь в Далене: онлайн"),
        "/2026/dalen",
    ),
}


@pytest.mark.parametrize("name", LIVE_BLOGS)
def test_a_live_blog_is_marked_and_keeps_its_text_in_page_order(name: str) -> None:
    markup, path = LIVE_BLOGS[name]
    article = told(markup, f"https://harrow-post.example{path}")
    assert (article.verdict, article.body_reason) == (Verdict.LIVE_BLOG, "")
    found = [article.body.find(text) for text in LONG[:6]]
    assert found == sorted(found)
    assert min(found) >= 0


@pytest.mark.parametrize(
    "address", ["live#block-773", "live?page=with:block-773", "live?post=asset%3A773#top"]
)
def test_of_a_live_blog_the_post_that_is_addressed_is_taken(address: str) -> None:
    markup = page(posts(name="liveblog-post"), head=structured(**{"@type": "LiveBlogPosting"}))
    article = told(markup, f"https://harrow-post.example/{address}")
    assert article.verdict is Verdict.LIVE_BLOG
    assert LONG[3] in article.body
    assert LONG[2] not in article.body


def test_of_a_live_blog_the_post_may_stand_in_its_data() -> None:
    updates = [
        {
            "@type": "BlogPosting",
            "url": f"https://harrow-post.example/live#p-{n}",
            "articleBody": text,
        }
        for n, text in enumerate(NEWS, start=10)
    ]
    head = structured(**{"@type": "LiveBlogPosting"}, liveBlogUpdate=updates)
    article = told(page(paragraphs(*LONG), head=head), "https://harrow-post.example/live#p-11")
    assert article.body == NEWS[1]


CAPTION = "<p>Divers at the pier of Dalen, with the second of two mines.</p>"
MEDIA = {
    "a film by its type": (
        page(CAPTION, head="<meta property='og:type' content='video.other'>"),
        "/2026/mines",
    ),
    "a film by its data": (
        page(CAPTION, head=structured(**{"@type": "VideoObject"}, name="Mines")),
        "/2026/mines",
    ),
    "a film by its address": (
        page(CAPTION, head=DATED + structured(**{"@type": "VideoObject"}, name="Mines")),
        "/videos/mines",
    ),
    "a film by address and player": (
        page(f"<p>{FLASH}</p>", head="<meta name='twitter:card' content='player'>"),
        "/video/2026/mines",
    ),
    "a gallery by its data": (
        page(CAPTION * 3, head=structured(**{"@type": "ImageGallery"})),
        "/2026/mines",
    ),
    "a gallery by its address": (page(CAPTION), "/fotostrecke/mines-12"),
    "a gallery by its counters": (
        page(
            "".join(
                f"<figure><img src='{n}.jpg'></figure><div>{n} / 12</div><p>Pier number {n}.</p>"
                for n in range(1, 13)
            )
        ),
        "/2026/mines",
    ),
}


@pytest.mark.parametrize("name", MEDIA)
def test_pictures_with_hardly_any_text_are_a_gallery(name: str) -> None:
    markup, path = MEDIA[name]
    article = told(markup, f"https://harrow-post.example{path}")
    assert article.verdict is Verdict.GALLERY
    assert article.body_reason == "the page shows pictures or a film with little text"


def cards(number: int) -> str:
    return "".join(
        f"<div class='card'><h2><a href='/story-{n}'>Story number {n} of the day</a></h2>"
        f"<p>What it is about in one line, for those in a hurry, number {n}.</p></div>"
        for n in range(number)
    )


LISTINGS = {
    "a section": (page(cards(12), title="War"), "/section/war"),
    "a tag": (page(cards(5), title="Posts about ferries"), "/tag/ferries"),
    "a collection by its word": (
        page(cards(2), title="War", head=structured(**{"@type": "CollectionPage"})),
        "/war",
    ),
    "a home page at an article's address": (
        page(cards(4), head="<link rel=canonical href='https://harrow-post.example/'>"),
        "/2026/ferry",
    ),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_a_page_that_lists_others_is_no_article(name: str) -> None:
    markup, path = LISTINGS[name]
    article = told(markup, f"https://harrow-post.example{path}")
    assert (article.verdict, article.body) == (Verdict.NOT_AN_ARTICLE, "")
    assert article.body_reason in {
        "the page lists other pages",
        "the address leads to the site's home page",
    }
