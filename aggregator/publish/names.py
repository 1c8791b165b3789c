"""Codes as English words: languages (ISO 639), countries (ISO 3166-1) and kinds of source."""

from typing import Final


def _table(text: str) -> dict[str, str]:
    entries = (item.strip().partition(" ") for item in text.split(";"))
    return {code: name for code, _, name in entries}


_LANGUAGES: Final = _table("""
am Amharic; ar Arabic; az Azerbaijani; be Belarusian; bg Bulgarian; bn Bengali; bs Bosnian;
ckb Sorani Kurdish; cs Czech; da Danish; de German; el Greek; en English; es Spanish; et Estonian;
fa Persian; fi Finnish; fr French; ha Hausa; he Hebrew; hi Hindi; hr Croatian; ht Haitian Creole;
hu Hungarian; hy Armenian; id Indonesian; it Italian; ja Japanese; ka Georgian; kk Kazakh;
km Khmer; ko Korean; ku Kurdish; ky Kyrgyz; lt Lithuanian; lv Latvian; mk Macedonian; my Burmese;
nb Norwegian; ne Nepali; nl Dutch; om Oromo; pl Polish; ps Pashto; pt Portuguese; ro Romanian;
ru Russian; rw Kinyarwanda; si Sinhala; sk Slovak; sl Slovenian; so Somali; sq Albanian;
sr Serbian; sv Swedish; sw Swahili; ta Tamil; tg Tajik; th Thai; ti Tigrinya; tk Turkmen;
tr Turkish; ug Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; yi Yiddish; zh Chinese
""")

_COUNTRIES: Final = _table("""
AE United Arab Emirates; AF Afghanistan; AL Albania; AM Armenia; AO Angola; AR Argentina;
AT Austria; AU Australia; AZ Azerbaijan; BA Bosnia and Herzegovina; BD Bangladesh; BE Belgium;
BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BO Bolivia; BR Brazil; BW Botswana;
BY Belarus; CA Canada; CD DR Congo; CF Central African Republic; CG Congo; CH Switzerland;
CI Côte d’Ivoire; CL Chile; CM Cameroon; CN China; CO Colombia; CR Costa Rica; CU Cuba; CY Cyprus;
CZ Czechia; DE Germany; DJ Djibouti; DK Denmark; DO Dominican Republic; DZ Algeria; EC Ecuador;
EE Estonia; EG Egypt; ER Eritrea; ES Spain; ET Ethiopia; EU European Union; FI Finland; FR France;
GA Gabon; GB United Kingdom; GE Georgia; GH Ghana; GM Gambia; GN Guinea; GQ Equatorial Guinea;
GR Greece; GT Guatemala; GW Guinea-Bissau; GY Guyana; HK Hong Kong; HN Honduras; HR Croatia;
HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IN India; IQ Iraq; IR Iran; IS Iceland;
IT Italy; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KP North Korea;
KR South Korea; KW Kuwait; KZ Kazakhstan; LA Laos; LB Lebanon; LK Sri Lanka; LR Liberia;
LT Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MD Moldova; ME Montenegro;
MG Madagascar; MK North Macedonia; ML Mali; MM Myanmar; MN Mongolia; MR Mauritania; MT Malta;
MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NE Niger; NG Nigeria; NI Nicaragua;
NL Netherlands; NO Norway; NP Nepal; NZ New Zealand; OM Oman; PA Panama; PE Peru;
PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PS Palestine; PT Portugal;
PY Paraguay; QA Qatar; RO Romania; RS Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SD Sudan;
SE Sweden; SG Singapore; SI Slovenia; SK Slovakia; SL Sierra Leone; SN Senegal; SO Somalia;
SS South Sudan; SV El Salvador; SY Syria; TD Chad; TG Togo; TH Thailand; TJ Tajikistan;
TM Turkmenistan; TN Tunisia; TR Türkiye; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda;
UN United Nations; US United States; UY Uruguay; UZ Uzbekistan; VE Venezuela; VN Vietnam;
XK Kosovo; YE Yemen; ZA South Africa; ZM Zambia; ZW Zimbabwe
""")

# One source, several sources.
_KINDS: Final = {
    "wire": ("news agency", "news agencies"),
    "newspaper": ("newspaper", "newspapers"),
    "state media": ("state media", "state media"),
    "government": ("government source", "government sources"),
    "ngo": ("NGO", "NGOs"),
    "thinktank": ("think tank", "think tanks"),
    "blog": ("blog", "blogs"),
}


def language_name(code: str | None) -> str:
    """Return "Arabic" for "ar"; an unknown code stays as it is, none becomes ""."""
    return _LANGUAGES.get(code, code) if code else ""


def country_name(code: str | None) -> str:
    """Return "Sudan" for "SD"; an unknown code stays as it is, none becomes ""."""
    return _COUNTRIES.get(code, code) if code else ""


def kind_name(kind: str, count: int = 1) -> str:
    """Return what `count` sources of a kind are called; an unknown kind stays as it is."""
    one, several = _KINDS.get(kind, (kind, kind))
    return one if count == 1 else several
