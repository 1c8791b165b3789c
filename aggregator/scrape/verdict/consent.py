"""Notices that ask for consent to cookies, known from articles about them."""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


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
            r"we (?:and|&) (?:our|selected|third)",
            r"we (?:also |only )?(?:use|value|care about|ask)",
            r"our (?:\d+ )?(?:trusted )?partners",
            r"th(?:is|e) (?:web)?site uses", r"is part of the .{0,30}family of brands",
            r"wir (?:und|verwenden|nutzen|benötigen|brauchen|verarbeiten|setzen|bitten)",
            r"diese (?:web)?(?:site|seite) (?:verwendet|nutzt|benutzt)|unsere (?:\d+ )?partner",
            r"markenfamilie|nous (?:et nos|utilisons|respectons|demandons)|ce site utilise",
            r"nos (?:\d+ )?partenaires|nosotros y|nuestros (?:\d+ )?socios|utilizamos|usamos",
            r"est[ea] (?:sitio|web|página) (?:web )?utiliza|noi e |utilizziamo|usiamo",
            r"questo sito (?:utilizza|usa)|wij? (?:en onze|gebruiken|vragen)",
            r"onze (?:\d+ )?partners",
            r"deze (?:web)?site gebruikt|my i nasi|(?:nasi|naszymi) (?:zaufani )?partner",
            r"(?:wy)?korzystamy|używamy|szanujemy|ta strona (?:wy)?korzysta|nós e ",
            r"este site (?:usa|utiliza)|vi (?:och|og) (?:våra|vores|våre)|våra partner",
            r"vores partner",
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
            r"einstellungen (?:verwalten|anpassen|ändern|oder)",
            r"mit werbung (?:und .{0,20})?\w*lesen",
            r"klick\w* (?:sie )?auf|cookies zulassen|auf \W?akzeptieren",
            r"tout (?:accepter|refuser)|accepter et|continuer sans accepter",
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
            r"you (?:can|may|consent|agree) |on (?:a|your) device|wenn (?:du|sie) |sie können ",
            r"sie (?:haben|willigen)",
            r"ihre[nrs]? (?:einwilligung|zustimmung|privatsphäre|daten|auswahl|datenschutz|rechte)",
            r"auf (?:einem|ihrem) gerät|votre (?:consentement|vie privée|choix|terminal)",
            r"vos (?:choix|préférences|données)|vous pouvez ",
            r"su (?:consentimiento|privacidad|elección)",
            r"tus? (?:consentimiento|privacidad|datos|preferencias)|sus (?:datos|preferencias)",
            r"puedes? |(?:tuo|suo) consenso|(?:tua|sua) privacy|tuoi dati",
            r"tue (?:scelte|preferenze)",
            r"puoi |(?:uw|je|jouw) (?:toestemming|privacy|keuzes?|voorkeuren|gegevens|apparaat)",
            r"(?:je|u) kunt |(?:twoj|swoj)\w+ (?:zgod|prywatno|dan|preferencj|wyb)|możesz ",
            r"mogą państwo|seu consentimento|sua privacidade|(?:seus|teus) dados",
            r"você (?:pode|aceita)",
            r"suas (?:escolhas|preferências)|(?:ditt?|din|dina|dine) (?:samty|integritet|val|data)",
            r"(?:dina|dine) (?:person|uppgift|opplys|oplys|inställning|indstilling|præfer)|du kan ",
            r"ваш\w* (?:согласи|данны|выбор|конфиденциальн|персональн|устройств|предпочтен)",
            r"вы (?:можете|соглашаетесь|да[её]те|принимаете)|ви (?:можете|погоджуєтес|даєте)",
            r"ваш\w* (?:згод|дан[иі]|вибір|конфіденційн|пристр)",
            r"(?:rıza|gizlili|veri|tercih|onay)\w*n[ıi]z",
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
