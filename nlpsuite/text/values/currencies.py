"""What money is called: signs, codes and names of currencies, by language."""

from __future__ import annotations

__all__ = ["ANY_CASE", "CODES", "NAMES", "OWN_SIGNS", "PARTS", "PREFIX_NAMES", "SIGNS", "SUFFIX_CODES", "TENTHS"]

SIGNS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₫": "VND",
    "฿": "THB", "₴": "UAH", "₪": "ILS", "₱": "PHP", "₦": "NGN", "円": "JPY", "us$": "USD", "u$s": "USD",
    "usd$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "nt$": "TWD", "nz$": "NZD",
    "s$": "SGD", "sg$": "SGD", "r$": "BRL", "mx$": "MXN", "mex$": "MXN", "cn¥": "CNY", "jp¥": "JPY", "rmb¥": "CNY",
}  # fmt: skip
"""Signs, in lower case, that stand before or after a number. A bare "$" is the US dollar in all languages; the
Brazilian one has a sign of its own."""
OWN_SIGNS = {"zh": {"¥": "CNY"}}

CODES = frozenset(
    "AED ARS AUD BGN BRL CAD CHF CLP CNH CNY CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW KZT MXN MYR NOK NZD"
    " PHP PKR PLN QAR RMB RON RSD RUB SAR SEK SGD THB TWD UAH USD VND ZAR".split()
)
SUFFIX_CODES = frozenset("BOB COP DZD KES MAD NGN PEN TND TRY UYU".split())
"""Codes that are words as well, and so count after a number only."""
ANY_CASE = frozenset("brl chf cny eur gbp jpy pln rmb usd".split())
"""Codes that also count in lower case."""

NAMES: dict[str, dict[str, str]] = {
    "en": {
        "EUR": "euro|euros",
        "USD": "dollar|dollars|us-dollar|us-dollars|bucks|us dollar|us dollars|u.s. dollars|american dollars",
        "AUD": "australian dollar|australian dollars", "CAD": "canadian dollar|canadian dollars",
        "HKD": "hong kong dollar|hong kong dollars", "SGD": "singapore dollar|singapore dollars",
        "NZD": "new zealand dollar|new zealand dollars", "GBP": "pound|pounds|pounds sterling|british pounds|quid",
        "CNY": "yuan|renminbi|chinese yuan", "JPY": "yen|japanese yen", "CHF": "swiss franc|swiss francs",
        "INR": "rupee|rupees|indian rupees", "RUB": "rouble|roubles|ruble|rubles", "BRL": "reais|brazilian reais",
        "KRW": "korean won|south korean won", "TRY": "turkish lira|turkish liras", "PLN": "zloty|zlotys",
        "SEK": "swedish kronor|swedish krona", "MXN": "mexican pesos", "ARS": "argentine pesos",
    },
    "de": {
        "EUR": "euro|euros", "USD": "dollar|dollars|us-dollar|us dollar|us-dollars", "AUD": "australische dollar",
        "CAD": "kanadische dollar", "GBP": "pfund sterling|britische pfund|britische pfund sterling|englische pfund",
        "CHF": "franken|schweizer franken|fr.|sfr.|sfr", "CNY": "yuan|renminbi|chinesische yuan",
        "JPY": "yen|japanische yen", "RUB": "rubel", "PLN": "zloty|złoty", "INR": "rupien|indische rupien",
        "TRY": "türkische lira", "SEK": "schwedische kronen", "DKK": "dänische kronen", "CZK": "tschechische kronen",
    },
    "fr": {
        "EUR": "euro|euros", "USD": "dollar|dollars|dollars américains|dollars us",
        "CAD": "dollars canadiens", "AUD": "dollars australiens", "GBP": "livres sterling|livre sterling",
        "CHF": "francs suisses|franc suisse", "CNY": "yuan|yuans|yuans chinois", "JPY": "yen|yens|yens japonais",
        "RUB": "rouble|roubles", "INR": "roupies|roupies indiennes", "PLN": "zlotys",
    },
    "es": {
        "EUR": "euro|euros", "USD": "dólar|dólares|dólares estadounidenses|dólares americanos",
        "CAD": "dólares canadienses", "AUD": "dólares australianos", "GBP": "libras esterlinas|libra esterlina",
        "CHF": "francos suizos", "CNY": "yuan|yuanes", "JPY": "yen|yenes", "MXN": "pesos mexicanos",
        "ARS": "pesos argentinos", "CLP": "pesos chilenos", "COP": "pesos colombianos", "RUB": "rublos",
        "BRL": "reales brasileños", "INR": "rupias|rupias indias",
    },
    "it": {
        "EUR": "euro|euri", "USD": "dollaro|dollari|dollari americani|dollari statunitensi|dollari usa",
        "CAD": "dollari canadesi", "AUD": "dollari australiani", "GBP": "sterlina|sterline|sterline inglesi",
        "CHF": "franco svizzero|franchi svizzeri", "CNY": "yuan|yuan cinesi", "JPY": "yen|yen giapponesi",
        "RUB": "rubli", "INR": "rupie|rupie indiane",
    },
    "nl": {
        "EUR": "euro|euro's|euros", "USD": "dollar|dollars|amerikaanse dollar|amerikaanse dollars|us dollar",
        "CAD": "canadese dollar", "AUD": "australische dollar", "GBP": "britse pond|pond sterling|engelse pond",
        "CHF": "zwitserse frank|zwitserse franken", "CNY": "yuan", "JPY": "yen|japanse yen", "RUB": "roebel",
        "INR": "roepie|roepies", "PLN": "zloty",
    },
    "pt": {
        "EUR": "euro|euros", "USD": "dólar|dólares|dólares americanos|dólares norte-americanos",
        "CAD": "dólares canadianos|dólares canadenses", "AUD": "dólares australianos",
        "GBP": "libras esterlinas|libra esterlina|libras", "BRL": "real|reais", "CHF": "francos suíços",
        "CNY": "yuan|yuans|iuan|iuans", "JPY": "iene|ienes", "MXN": "pesos mexicanos", "ARS": "pesos argentinos",
        "RUB": "rublos", "INR": "rupias|rupias indianas",
    },
    "zh": {
        "CNY": "元人民币|元人民幣|人民币|人民幣|块钱|塊錢|元钱|元錢|元|圆|圓|块|塊",
        "USD": "美元|美金|美刀", "EUR": "欧元|歐元", "GBP": "英镑|英鎊", "JPY": "日元|日圆|日圓|日币|日幣",
        "HKD": "港元|港币|港幣|元港币|元港幣", "TWD": "新台币|新臺幣|新台幣|台币|臺幣|台幣|元新台币|元新台幣",
        "MOP": "澳门元|澳門元|澳门币|葡币", "KRW": "韩元|韓元|韩币|韓幣|韩圆", "AUD": "澳元|澳币|澳幣",
        "CAD": "加元|加币", "NZD": "新西兰元|纽元|紐元",
        "SGD": "新加坡元|新元|新币|坡币", "CHF": "瑞士法郎|瑞郎",
        "RUB": "卢布|盧布", "INR": "印度卢比", "THB": "泰铢|泰銖", "MYR": "林吉特|令吉|马币", "VND": "越南盾",
        "IDR": "印尼盾", "BRL": "雷亚尔",
    },
}  # fmt: skip
"""Names that follow a number, in lower case; a stroke parts them."""

PREFIX_NAMES: dict[str, dict[str, str]] = {
    "zh": {
        code: "|".join(name for name in names.split("|") if not name.startswith(("元", "圆", "圓", "块", "塊")))
        for code, names in NAMES["zh"].items()
    },
}
"""Names that stand before a number."""

PARTS: dict[str, dict[str, str]] = {
    "en": {"USD": "cent|cents", "GBP": "pence|p"},
    "de": {"EUR": "cent|cents|eurocent|ct", "CHF": "rappen"},
    "fr": {"EUR": "centime|centimes|cents d'euro|centimes d'euro"},
    "es": {"EUR": "céntimo|céntimos|céntimos de euro"},
    "it": {"EUR": "centesimo|centesimi|centesimi di euro"},
    "nl": {"EUR": "cent|cents|eurocent"},
    "pt": {"EUR": "cêntimo|cêntimos", "BRL": "centavo|centavos"},
    "zh": {"USD": "美分", "CNY": "分钱|分錢"},
}
"""Names of the hundredth part, which follow a number."""
TENTHS: dict[str, dict[str, str]] = {"zh": {"CNY": "毛钱|毛錢|角钱|角錢"}}
"""Names of the tenth part."""
