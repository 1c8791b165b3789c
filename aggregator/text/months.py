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
    "ms": "januari februari - april mei jun julai ogos september oktober november disember",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "so": "janaayo/jannaayo febraayo/febaraayo maarso/maarij abriil/abril maajo/maayo juun/juunyo"
    " luulyo/luuliyo ogosto/agoosto sebtembar/sebteembar/sebtember oktoobar nofembar/nofember"
    " disembar/diseembar",
    "ku": "çile/rêbendan sibat adar nîsan gulan hezîran tîrmeh tebax îlon cotmeh mijdar berfanbar",
    "ru": "января/январь/янв февраля/февраль/фев/февр марта/март/мар апреля/апрель/апр мая/май"
    " июня/июнь/июн июля/июль/июл августа/август/авг сентября/сентябрь/сен/сент"
    " октября/октябрь/окт ноября/ноябрь/ноя декабря/декабрь/дек",
    "uk": "січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/кві"
    " травня/травень/тра червня/червень/чер липня/липень/лип серпня/серпень/сер"
    " вересня/вересень/вер жовтня/жовтень/жов листопада/листопад/лис грудня/грудень/гру",
    "be": "студзеня/студзень лютага/люты сакавіка/сакавік красавіка/красавік мая/май"
    " чэрвеня/чэрвень ліпеня/ліпень жніўня/жнівень верасня/верасень кастрычніка/кастрычнік"
    " лістапада/лістапад снежня/снежань",
    "bg": "януари/ян февруари март април май юни юли август септември/сеп октомври ноември/ное"
    " декември",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
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
    " مايو/ماي/أيار/ايار يونيو/يونيه/جوان/حزيران يوليو/يوليه/يوليوز/جويلية/تموز"
    " أغسطس/اغسطس/غشت/أوت/آب سبتمبر/شتنبر/أيلول/ايلول أكتوبر/اكتوبر/تشرين_الأول/تشرين_الاول"
    " نوفمبر/نونبر/تشرين_الثاني ديسمبر/دجنبر/كانون_الأول/كانون_الاول",
    "fa": "ژانویه/ژانویهٔ فوریه مارس/مارچ آوریل/اپریل مه/می ژوئن/جون ژوئیه/ژوییه/جولای"
    " اوت/آگوست/اگست سپتامبر/سپتمبر اکتبر/اکتوبر نوامبر/نومبر دسامبر/دسمبر",
    "ps": "جنوري فبروري مارچ اپریل مې جون جولای اګست سپتمبر اکتوبر نومبر ډسمبر",
    "ckb": "کانوونی_دووەم شوبات ئازار/ئادار نیسان ئایار حوزەیران تەممووز/تەمووز ئاب ئەیلوول/ئەیلول"
    " تشرینی_یەکەم تشرینی_دووەم کانوونی_یەکەم",
    "he": "ינואר/בינואר פברואר/בפברואר מרץ/מרס/במרץ/במרס אפריל/באפריל מאי/במאי יוני/ביוני"
    " יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "hi": "जनवरी फरवरी/फ़रवरी मार्च अप्रैल/अप्रेल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर"
    " नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "my": "ဇန်နဝါရီ/ဇန် ဖေဖော်ဝါရီ/ဖေဖေါ်ဝါရီ/ဖေ မတ် ဧပြီ မေ ဇွန် ဇူလိုင်/ဇူလှိုင်/ဇူ ဩဂုတ်/သြဂုတ်/ဩ စက်တင်ဘာ/စက်"
    " အောက်တိုဘာ/အောက် နိုဝင်ဘာ/နို ဒီဇင်ဘာ/ဒီ",
    "am": "ጃንዋሪ/ጃንዩወሪ/ጃንዩ ፌብሩዋሪ/ፌብሩወሪ/ፌብርዋሪ/ፌብሩ ማርች ኤፕሪል/አፕሪል/ኤፕሪ ሜይ ጁን ጁላይ"
    " ኦገስት/ኦገስ ሴፕቴምበር/ሴፕተምበር/ሴፕቴ ኦክቶበር/ኦክቶ ኖቬምበር/ኖቨምበር/ኖቬም ዲሴምበር/ዲሰምበር/ዲሴም",
    "ka": "იანვარი/იან თებერვალი/თებ მარტი/მარ აპრილი/აპრ მაისი/მაი ივნისი/ივნ ივლისი/ივლ"
    " აგვისტო/აგვ სექტემბერი/სექ ოქტომბერი/ოქტ ნოემბერი/ნოე დეკემბერი/დეკ",
    "hy": "հունվարի/հունվար փետրվարի/փետրվար մարտի/մարտ ապրիլի/ապրիլ մայիսի/մայիս հունիսի/հունիս"
    " հուլիսի/հուլիս օգոստոսի/օգոստոս սեպտեմբերի/սեպտեմբեր հոկտեմբերի/հոկտեմբեր"
    " նոյեմբերի/նոյեմբեր դեկտեմբերի/դեկտեմբեր",
    "ti": "ጥሪ ለካቲት - - - ሰነ ሓምለ ነሓሰ - ጥቅምቲ ሕዳር ታሕሳስ",
}
# Iranian, Afghan Persian and Pashto names.
_SOLAR_HIJRI: Final = (
    "فروردین/حمل/وری اردیبهشت/ثور/غویی خرداد/جوزا/غبرګولی تیر/سرطان/چنګاښ مرداد/امرداد/اسد/زمری"
    " شهریور/سنبله/وږی مهر/میزان/تله آبان/عقرب/لړم آذر/قوس/لیندۍ دی/جدی/مرغومی بهمن/دلو/سلواغه"
    " اسفند/حوت/کب"
)
_ETHIOPIAN: Final = (
    "መስከረም ጥቅምት ኅዳር/ህዳር/ሕዳር ታኅሣሥ/ታህሳስ/ታኅሳስ/ታሕሳስ ጥር የካቲት መጋቢት ሚያዝያ/ሚያዚያ ግንቦት ሰኔ"
    " ሐምሌ/ሀምሌ ነሐሴ/ነሀሴ/ነሃሴ ጳጉሜን/ጳጉሜ/ጷጉሜን/ጷጉሜ"
)
# Arabic, Persian and Urdu spellings.
_ISLAMIC: Final = (
    "محرم/المحرم صفر ربيع_الأول/ربیع_الاول ربيع_الآخر/ربيع_الثاني/ربیع_الثانی"
    " جمادى_الأولى/جمادی_الاول/جمادی_الاولی جمادى_الآخرة/جمادى_الثانية/جمادی_الثانی رجب شعبان"
    " رمضان شوال ذو_القعدة/ذي_القعدة/ذیقعده/ذوالقعده ذو_الحجة/ذي_الحجة/ذیحجه/ذوالحجه"
)
_THAI: Final = (
    "มกราคม/ม.ค. กุมภาพันธ์/ก.พ. มีนาคม/มี.ค. เมษายน/เม.ย. พฤษภาคม/พ.ค. มิถุนายน/มิ.ย. กรกฎาคม/ก.ค."
    " สิงหาคม/ส.ค. กันยายน/ก.ย. ตุลาคม/ต.ค. พฤศจิกายน/พ.ย. ธันวาคม/ธ.ค."
)


def _numbered(months: str) -> dict[str, int]:
    return {
        unicodedata.normalize("NFKC", name.replace("_", " ")): number
        for number, names in enumerate(months.split(), start=1)
        for name in names.split("/")
        if name != "-"
    }


MONTHS: Final = {
    name: number for months in _GREGORIAN.values() for name, number in _numbered(months).items()
}
"""Name of a Gregorian month in lower case and NFKC -> 1 to 12."""

SOLAR_HIJRI_MONTHS: Final = _numbered(_SOLAR_HIJRI)
"""Name of a month of the Iranian calendar, also in Afghanistan -> 1 to 12."""

ETHIOPIAN_MONTHS: Final = _numbered(_ETHIOPIAN)
"""Name of a month of the Ethiopian calendar in Amharic -> 1 to 13."""

TIGRINYA_MONTHS: Final = {
    **_numbered(_GREGORIAN["ti"]),
    "መጋቢት": 3,
    "ሚያዝያ": 4,
    "ግንቦት": 5,
    "መስከረም": 9,
}
"""Names that Tigrinya gives to Gregorian months -> 1 to 12; some are Ethiopian ones in Amharic."""

ISLAMIC_MONTHS: Final = _numbered(_ISLAMIC)
"""Name of a month of the lunar Islamic calendar -> 1 to 12."""

THAI_MONTHS: Final = _numbered(_THAI)
"""Thai name of a Gregorian month -> 1 to 12; the years beside them are mostly Buddhist ones."""
