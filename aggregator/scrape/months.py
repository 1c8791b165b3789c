"""Names of months in the languages of our feeds, as they stand in bylines."""

from typing import Final

# One language a paragraph, in the order of the year: full names and forms in use, several of one
# month set apart by "/". English, German, French, Spanish, Portuguese, Italian, Dutch; Nordic and
# Baltic; Slavic; Romanian, Hungarian, Turkish, Greek, Indonesian; Arabic (two traditions), Hebrew
# and Persian.
_NAMES: Final = """
january february march april may june july august september october november december

jan feb mar apr may jun jul aug sep/sept oct nov dec

januar/jänner februar/feber märz/mrz april mai juni juli august september oktober/okt november
dezember/dez

janvier/janv février/févr mars avril/avr mai juin juillet/juil août septembre octobre novembre
décembre/déc

enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre
noviembre diciembre/dic

janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro/set outubro/out novembro
dezembro

gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre ottobre/ott
novembre dicembre

januari februari maart/mrt april mei juni juli augustus september oktober november december

januari februari mars april maj juni juli augusti september oktober november december

januar februar mars/marts april mai/maj juni juli august september oktober november
desember/december/des

tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta
lokakuuta marraskuuta joulukuuta

jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember

января/янв февраля/фев марта/мар апреля/апр мая/май июня/июн июля/июл августа/авг сентября/сен
октября/окт ноября/ноя декабря/дек

январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь

січня/січ лютого/лют березня/бер квітня/квіт травня/трав червня/черв липня/лип серпня/серп
вересня/вер жовтня/жовт листопада/лист грудня/груд

stycznia/sty lutego/lut marca kwietnia/kwi maja czerwca/cze lipca/lip sierpnia/sie września/wrz
października/paź listopada/lis grudnia/gru

ledna února března dubna května června července srpna září října listopadu prosince

siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga
prosinca

јануар фебруар март април мај јун јул август септембар октобар новембар децембар

ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie
decembrie

január február március április május június július augusztus szeptember október november
december

ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık

ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου
νοεμβρίου δεκεμβρίου

januari februari maret april mei juni juli agustus september oktober november desember

يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر

كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول

ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט
ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר

ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
"""

MONTHS: Final[dict[str, int]] = {
    name: number
    for names in _NAMES.split("\n\n")
    for number, forms in enumerate(names.split(), start=1)
    for name in forms.split("/")
}
"""The number of a month by its name in lower case, without a final dot."""
