"""Names of months in the languages of feeds, as feeds write them: full, inflected and cut short."""

import unicodedata
from typing import Final

# Twelve months a language, alternatives joined by "/". Left out are names that mean another month
# in another language, as "-" (Croatian listopad is October, Polish and Czech listopad November;
# four Tigrinya names are in Amharic months of the Ethiopian calendar).
_GREGORIAN: Final = {
    "en": "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug"
    " september/sep/sept october/oct november/nov december/dec",
    "de": "januar/jänner/jän februar/feber märz/mär/mrz april mai juni juli august september"
    " oktober/okt november dezember/dez",
    "fr": "janvier/janv février/fevrier/févr/fev/fév mars avril/avr mai juin juillet/juil"
    " août/aout/aoû septembre octobre novembre décembre/decembre/déc",
    "es": "enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre"
    " octubre noviembre diciembre/dic",
    "pt": "janeiro fevereiro março/marco abril maio/mai junho julho agosto setembro/set"
    " outubro/out novembro dezembro",
    "it": "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto"
    " settembre/sett ottobre/ott novembre dicembre",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober november"
    " december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "fi": "tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu"
    " toukokuuta/toukokuu kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu"
    " syyskuuta/syyskuu lokakuuta/lokakuu marraskuuta/marraskuu joulukuuta/joulukuu",
    "pl": "stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj"
    " czerwca/czerwiec/cze lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz"
    " października/październik/paź listopada/listopad/lis grudnia/grudzień/gru",
    "cs": "ledna/leden února/únor března/březen dubna/duben května/květen června/červen"
    " července/červenec srpna/srpen září října/říjen listopadu/listopad prosince/prosinec",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november"
    " detsember",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "hr": "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj"
    " lipnja/lipanj srpnja/srpanj kolovoza/kolovoz rujna/rujan - studenoga/studeni"
    " prosinca/prosinac",
    "ro": "ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie"
    " octombrie noiembrie/noi decembrie",
    "hu": "január február/febr március/márc április/ápr május/máj június/jún július/júl"
    " augusztus szeptember/szept október november december",
    "tr": "ocak/oca şubat/şub mart nisan/nis mayıs/mayis haziran/haz temmuz/tem ağustos/ağu"
    " eylül/eyl ekim/eki kasım/kasim/kas aralık/aralik/ara",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "id": "januari februari maret april mei juni juli agustus/agu september oktober november"
    " desember/des",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "so": "janaayo febraayo maarso abriil maajo juun luulyo ogosto sebtembar oktoobar nofembar"
    " disembar",
    "ru": "января/январь/янв февраля/февраль/фев/февр марта/март/мар апреля/апрель/апр мая/май"
    " июня/июнь/июн июля/июль/июл августа/август/авг сентября/сентябрь/сен/сент"
    " октября/октябрь/окт ноября/ноябрь/ноя декабря/декабрь/дек",
    "uk": "січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/кві"
    " травня/травень/тра червня/червень/чер липня/липень/лип серпня/серпень/сер"
    " вересня/вересень/вер жовтня/жовтень/жов листопада/листопад/лис грудня/грудень/гру",
    "be": "студзеня/студзень лютага/люты сакавіка/сакавік красавіка/красавік мая/май"
    " чэрвеня/чэрвень ліпеня/ліпень жніўня/жнівень верасня/верасень кастрычніка/кастрычнік"
    " лістапада/лістапад снежня/снежань",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr": "јануар/јан фебруар/феб март/мар април/апр мај јун/јуни јул/јули август/авг"
    " септембар/септ октобар/окт новембар/нов децембар/дец",
    "sr-Latn": "januar/jan februar/feb mart/mar april/apr maj jun jul avgust/avg septembar/sep"
    " oktobar/okt novembar/nov decembar/dec",
    "bs": "januar/jan februar/feb mart/mar april/apr maj juni/jun juli/jul august/avgust/aug"
    " septembar/sep oktobar/okt novembar/nov decembar/dec",
    "sq": "janar/jan shkurt/shk mars/mar prill maj qershor/qer korrik/korr gusht/gush"
    " shtator/sht tetor nëntor/nën dhjetor/dhj",
    "el": "ιανουαρίου/ιαν φεβρουαρίου/φεβ μαρτίου/μαρ απριλίου/απρ μαΐου/μαϊ/μαι ιουνίου/ιουν"
    " ιουλίου/ιουλ αυγούστου/αυγ σεπτεμβρίου/σεπ οκτωβρίου/οκτ νοεμβρίου/νοε δεκεμβρίου/δεκ",
    "ar": "يناير/جانفي/كانون_الثاني فبراير/فيفري/شباط مارس/آذار/اذار أبريل/ابريل/إبريل/أفريل/نيسان"
    " مايو/ماي/أيار/ايار يونيو/يونيه/جوان/حزيران يوليو/يوليه/جويلية/تموز أغسطس/اغسطس/أوت/آب"
    " سبتمبر/أيلول/ايلول أكتوبر/اكتوبر/تشرين_الأول/تشرين_الاول نوفمبر/تشرين_الثاني"
    " ديسمبر/كانون_الأول/كانون_الاول",
    "fa": "ژانویه/ژانویهٔ فوریه مارس آوریل مه/می ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر"
    " دسامبر",
    "he": "ינואר/בינואר פברואר/בפברואר מרץ/מרס/במרץ/במרס אפריל/באפריל מאי/במאי יוני/ביוני"
    " יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "hi": "जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर"
    " नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "my": "ဇန်နဝါရီ/ဇန် ဖေဖော်ဝါရီ/ဖေ မတ် ဧပြီ မေ ဇွန် ဇူလိုင်/ဇူ ဩဂုတ်/သြဂုတ်/ဩ စက်တင်ဘာ/စက်"
    " အောက်တိုဘာ/အောက် နိုဝင်ဘာ/နို ဒီဇင်ဘာ/ဒီ",
    "am": "ጃንዋሪ/ጃንዩወሪ/ጃንዩ ፌብሩዋሪ/ፌብሩወሪ/ፌብሩ ማርች ኤፕሪል/ኤፕሪ ሜይ ጁን ጁላይ ኦገስት/ኦገስ"
    " ሴፕቴምበር/ሴፕቴ ኦክቶበር/ኦክቶ ኖቬምበር/ኖቬም ዲሴምበር/ዲሴም",
    "ti": "ጥሪ ለካቲት - - - ሰነ ሓምለ ነሓሰ - ጥቅምቲ ሕዳር ታሕሳስ",
}
_SOLAR_HIJRI: Final = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()

MONTHS: Final = {
    unicodedata.normalize("NFKC", name.replace("_", " ")): number
    for months in _GREGORIAN.values()
    for number, names in enumerate(months.split(), start=1)
    for name in names.split("/")
    if name != "-"
}
"""Name of a Gregorian month in lower case and NFKC -> 1 to 12."""

SOLAR_HIJRI_MONTHS: Final = {name: number for number, name in enumerate(_SOLAR_HIJRI, start=1)}
"""Name of a month of the Iranian calendar -> 1 to 12."""
