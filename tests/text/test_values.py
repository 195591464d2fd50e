from __future__ import annotations

import datetime
import decimal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.text.values import KINDS, Value, find_values
from tests.text.nasty import texts

TODAY = datetime.date(2025, 3, 5)  # a Wednesday
LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")


def found(text: str, lang: str, today: datetime.date | None = None) -> list[str]:
    """What is found, written as in the tables below."""
    values = find_values(text, lang, today=today)
    return [f"{text[v.start : v.end]} = {v.kind} {v.value} {v.unit}".rstrip() for v in values]


# A text and all that is to be found in it.
CASES: dict[str, list[tuple[str, ...]]] = {
    "zh": [
        ("公司全年净利润12亿元", "12亿元 = amount 1200000000 CNY"),
        ("定价为人民币3.5万元，含税", "人民币3.5万元 = amount 35000 CNY"),
        ("港币约500元", "港币约500元 = amount 500 HKD"),
        ("一共八百元", "八百元 = amount 800 CNY"),
        ("昨晚充了¥300没到账", "¥300 = amount 300 CNY"),
        ("融资1.2万亿美元", "1.2万亿美元 = amount 1200000000000 USD"),
        ("投入3亿5000万元", "3亿5000万元 = amount 350000000 CNY"),
        ("人民币叁万伍仟元整", "人民币叁万伍仟元 = amount 35000 CNY"),
        ("预算5到10万元", "5 = amount 50000 CNY", "10万元 = amount 100000 CNY"),
        ("亏损1.6亿-2.1亿元", "1.6亿 = amount 160000000 CNY", "2.1亿元 = amount 210000000 CNY"),
        ("一杯三块五，两杯七块", "三块五 = amount 3.5 CNY", "七块 = amount 7 CNY"),
        ("才５毛钱，不是１，２００元", "５毛钱 = amount 0.5 CNY", "１，２００元 = amount 1200 CNY"),
        ("20多万歐元", "20多万歐元 = amount 200000 EUR"),
        ("净利润为-3.5亿元", "-3.5亿元 = amount -350000000 CNY"),
        ("同比增长百分之三十点五", "百分之三十点五 = percentage 30.5"),
        ("跌了三成，后来又跌两成半", "三成 = percentage 30", "两成半 = percentage 25"),
        ("占三到五成", "三 = percentage 30", "五成 = percentage 50"),
        ("百分之三到五", "百分之三 = percentage 3", "五 = percentage 5"),
        ("提高0.5个百分点，也就是50个基点", "0.5个百分点 = percentage 0.5 points", "50个基点 = percentage 0.5 points"),
        ("预增８％至10%-12%", "８％ = percentage 8", "10% = percentage 10", "12% = percentage 12"),
        ("2025年3月1日发货", "2025年3月1日 = date 2025-03-01"),
        ("二〇二五年十二月二十五日", "二〇二五年十二月二十五日 = date 2025-12-25"),
        ("请在3月8号之前", "3月8号 = date --03-08"),
        ("2025年第三季度与2024Q1", "2025年第三季度 = date 2025-Q3", "2024Q1 = date 2024-Q1"),
        ("自2025年3月起，2024年不算", "2025年3月 = date 2025-03", "2024年 = date 2024"),
        ("3月1日至5日休息", "3月1日 = date --03-01", "5日 = date --03-05"),
        ("更新于2025/3/1和2025.3.2", "2025/3/1 = date 2025-03-01", "2025.3.2 = date 2025-03-02"),
        (
            "打13812345678或010-62345678",
            "13812345678 = phone +8613812345678",
            "010-62345678 = phone +861062345678",
        ),
        ("发到abc@QQ.com谢谢", "abc@QQ.com = email abc@qq.com"),
        ("访问https://a.cn/b?c=d，谢谢", "https://a.cn/b?c=d = url https://a.cn/b?c=d"),
        ("订单号：2024030112345还没到", "2024030112345 = reference 2024030112345"),
        ("运单号sf1234567890", "sf1234567890 = reference SF1234567890"),
        ("发票号码12345678，金额20元", "12345678 = reference 12345678", "20元 = amount 20 CNY"),
        ("订单号13812345678", "13812345678 = reference 13812345678"),
    ],
    "en": [
        ("profit of $1.2bn", "$1.2bn = amount 1200000000 USD"),
        ("USD 300m bond", "USD 300m = amount 300000000 USD"),
        ("it costs £5 or 20p", "£5 = amount 5 GBP", "20p = amount 0.2 GBP"),
        ("paid 1,234.50 EUR", "1,234.50 EUR = amount 1234.5 EUR"),
        ("¥5,000 and 20 euros", "¥5,000 = amount 5000 JPY", "20 euros = amount 20 EUR"),
        ("a $5-million deal, -$3.5m", "$5-million = amount 5000000 USD", "-$3.5m = amount -3500000 USD"),
        ("$10-20 each", "$10 = amount 10 USD", "20 = amount 20 USD"),
        ("EUR 5–7 million", "EUR 5 = amount 5000000 EUR", "7 million = amount 7000000 EUR"),
        ("between 5 and 10 dollars", "5 = amount 5 USD", "10 dollars = amount 10 USD"),
        ("₹1,00,000 or 5 lakh rupees", "₹1,00,000 = amount 100000 INR", "5 lakh rupees = amount 500000 INR"),
        ("twenty-five dollars, A$50", "twenty-five dollars = amount 25 USD", "A$50 = amount 50 AUD"),
        ("a hundred and fifty dollars", "a hundred and fifty dollars = amount 150 USD"),
        ("I have $500 MXN", "$500 MXN = amount 500 MXN"),
        ("win #100-200 €", "100 = amount 100 EUR", "200 € = amount 200 EUR"),
        ("EUR 200 USD 300", "EUR 200 = amount 200 EUR", "USD 300 = amount 300 USD"),
        ("up 30 per cent, down -2.5%", "30 per cent = percentage 30", "-2.5% = percentage -2.5"),
        (
            "3 percentage points or 25bp",
            "3 percentage points = percentage 3 points",
            "25bp = percentage 0.25 points",
        ),
        ("5-10% or fifty percent off", "5 = percentage 5", "10% = percentage 10", "fifty percent = percentage 50"),
        ("due 2025-03-01T12:00", "2025-03-01 = date 2025-03-01"),
        ("3/4/2025 and 15/4/2025", "3/4/2025 = date 2025-03-04", "15/4/2025 = date 2025-04-15"),
        ("Sat, March 1st, 2025 at noon", "Sat, March 1st, 2025 = date 2025-03-01"),
        ("the 1st of May, 18 May and May 5", "1st of May = date --05-01", "18 May = date --05-18",
        "May 5 = date --05-05"),
        ("March 1–5, 2025", "March 1 = date 2025-03-01", "5, 2025 = date 2025-03-05"),
        ("in June 2025 or 01-Mar-25", "June 2025 = date 2025-06", "01-Mar-25 = date 2025-03-01"),
        ("Q3 2025, third quarter of 2024, 3Q23", *(
            "Q3 2025 = date 2025-Q3",
            "third quarter of 2024 = date 2024-Q3",
            "3Q23 = date 2023-Q3",
        )),
        ("FY25 and fiscal year 2024", "FY25 = date 2025", "fiscal year 2024 = date 2024"),
        ("by 5/18, as agreed on 8 April.", "5/18 = date --05-18", "8 April = date --04-08"),
        ("call (415) 555-2671", "(415) 555-2671 = phone +14155552671"),
        (
            "020 7946 0958 or +49 30 123456",
            "020 7946 0958 = phone +442079460958",
            "+49 30 123456 = phone +4930123456",
        ),
        ("mail John.Doe+x@Example.COM.", "John.Doe+x@Example.COM = email John.Doe+x@example.com"),
        ("(see HTTPS://Example.com/A(b)?x=1)", "HTTPS://Example.com/A(b)?x=1 = url https://example.com/A(b)?x=1"),
        ("www.foo.de, ok", "www.foo.de = url www.foo.de"),
        ("my order 48213 hasn't come", "48213 = reference 48213"),
        ("#A-10293, DE-2024-00871", "A-10293 = reference A-10293", "DE-2024-00871 = reference DE-2024-00871"),
        ("order no. 415-555-2671", "415-555-2671 = reference 415-555-2671"),
        ("tracking number: 1z 999 AA1 01 2345 6784", "1z 999 AA1 01 2345 6784 = reference 1Z999AA10123456784"),
        ("invoice 2024-0315 over $20", "2024-0315 = reference 2024-0315", "$20 = amount 20 USD"),
        ("the order placed 2025-03-01", "2025-03-01 = date 2025-03-01"),
    ],
    "de": [
        ("Umsatz von 1,2 Mrd. €", "1,2 Mrd. € = amount 1200000000 EUR"),
        ("nur 20 Euro!", "20 Euro = amount 20 EUR"),
        ("2.500,00 € brutto, 1.500 € netto", "2.500,00 € = amount 2500 EUR", "1.500 € = amount 1500 EUR"),
        ("5 Mio. CHF", "5 Mio. CHF = amount 5000000 CHF"),
        ("EUR 13.1 mn", "EUR 13.1 mn = amount 13100000 EUR"),
        ("CHF 1'234.50 oder 20,- €", "CHF 1'234.50 = amount 1234.5 CHF", "20,- € = amount 20 EUR"),
        ("zwischen 5 und 10 Mio. Euro", "5 = amount 5000000 EUR", "10 Mio. Euro = amount 10000000 EUR"),
        ("10–20 €", "10 = amount 10 EUR", "20 € = amount 20 EUR"),
        ("fünfundzwanzig Euro", "fünfundzwanzig Euro = amount 25 EUR"),
        ("eine Million Euro", "eine Million Euro = amount 1000000 EUR"),
        ("zweihundertfünfzig Euro und 50 Cent", *(
            "zweihundertfünfzig Euro = amount 250 EUR",
            "50 Cent = amount 0.5 EUR",
        )),
        ("500 T€, 30 US-Dollar", "500 T€ = amount 500000 EUR", "30 US-Dollar = amount 30 USD"),
        ("$1,200 sind zu viel", "$1,200 = amount 1200 USD"),
        ("ein Minus von –5 €", "–5 € = amount -5 EUR"),
        ("3,5 Prozent", "3,5 Prozent = percentage 3.5"),
        ("zwanzig Prozent, 30 %", "zwanzig Prozent = percentage 20", "30 % = percentage 30"),
        ("5 bis 10 %", "5 = percentage 5", "10 % = percentage 10"),
        (
            "um 2 Prozentpunkte (200 Basispunkte)",
            "2 Prozentpunkte = percentage 2 points",
            "200 Basispunkte = percentage 2 points",
        ),
        ("am 01.03.2025 und 1.4.25", "01.03.2025 = date 2025-03-01", "1.4.25 = date 2025-04-01"),
        ("Samstag, den 1. März 2025", "Samstag, den 1. März 2025 = date 2025-03-01"),
        ("bis zum 18.05. fertig", "18.05. = date --05-18"),
        ("vom 1.–3. Mai", "1. = date --05-01", "3. Mai = date --05-03"),
        ("Sa., 1. Mrz. 2025", "Sa., 1. Mrz. 2025 = date 2025-03-01"),
        ("im Jänner 2025, Maerz 2024", "Jänner 2025 = date 2025-01", "Maerz 2024 = date 2024-03"),
        ("im dritten Quartal 2025", "dritten Quartal 2025 = date 2025-Q3"),
        ("Q1/2025, Geschäftsjahr 2024", "Q1/2025 = date 2025-Q1", "Geschäftsjahr 2024 = date 2024"),
        ("Tel. 030 123456", "030 123456 = phone +4930123456"),
        ("12/ 020-1234567", "020-1234567 = phone +49201234567"),
        ("( 020-1234567", "020-1234567 = phone +49201234567"),
        ("mobil +49 171 1234567.", "+49 171 1234567 = phone +491711234567"),
        ("an info@Müller.de", "info@Müller.de = email info@müller.de"),
        ("http://de.wikipedia.org/wiki/Köln!",
        "http://de.wikipedia.org/wiki/Köln = url http://de.wikipedia.org/wiki/Köln"),
        ("Bestellnummer 0171 1234567", "0171 1234567 = reference 01711234567"),
        ("Rechnung Nr. 2024-00871 über 20 €", "2024-00871 = reference 2024-00871", "20 € = amount 20 EUR"),
        ("Kd.-Nr.: 4711-0815", "4711-0815 = reference 4711-0815"),
        ("Meine Sendung 00340434161094042557", "00340434161094042557 = reference 00340434161094042557"),
    ],
    "fr": [
        ("1 234,50 €", "1 234,50 € = amount 1234.5 EUR"),
        ("1\u202f234,50\u00a0€", "1\u202f234,50\u00a0€ = amount 1234.5 EUR"),
        ("3,4 Mds € de dette", "3,4 Mds € = amount 3400000000 EUR"),
        ("5 millions d'euros", "5 millions d'euros = amount 5000000 EUR"),
        ("deux milliards de dollars", "deux milliards de dollars = amount 2000000000 USD"),
        ("quatre-vingt-dix-sept euros", "quatre-vingt-dix-sept euros = amount 97 EUR"),
        ("un café à 3€50", "3€50 = amount 3.5 EUR"),
        ("10 k€ ou 2 M€", "10 k€ = amount 10000 EUR", "2 M€ = amount 2000000 EUR"),
        ("34,99 $ et 50 francs suisses", "34,99 $ = amount 34.99 USD", "50 francs suisses = amount 50 CHF"),
        ("de 5 à 10 euros", "5 = amount 5 EUR", "10 euros = amount 10 EUR"),
        ("-12 €", "-12 € = amount -12 EUR"),
        ("mille euros", "mille euros = amount 1000 EUR"),
        ("£20, 300 livres sterling", "£20 = amount 20 GBP", "300 livres sterling = amount 300 GBP"),
        ("30 pour cent, 3,5 %", "30 pour cent = percentage 30", "3,5 % = percentage 3.5"),
        ("entre 5 et 10 %", "5 = percentage 5", "10 % = percentage 10"),
        (
            "2 points de pourcentage, 25 points de base",
            "2 points de pourcentage = percentage 2 points",
            "25 points de base = percentage 0.25 points",
        ),
        ("cinquante pour cent", "cinquante pour cent = percentage 50"),
        ("le 1er mars 2025", "1er mars 2025 = date 2025-03-01"),
        ("samedi 14 juillet", "samedi 14 juillet = date --07-14"),
        ("du 1er au 3 mars 2025", "1er = date 2025-03-01", "3 mars 2025 = date 2025-03-03"),
        ("01/03/2025 ou le 18/05", "01/03/2025 = date 2025-03-01", "18/05 = date --05-18"),
        ("5 janv. 2025", "5 janv. 2025 = date 2025-01-05"),
        ("en fevrier 2024, août 2025", "fevrier 2024 = date 2024-02", "août 2025 = date 2025-08"),
        ("troisième trimestre 2025", "troisième trimestre 2025 = date 2025-Q3"),
        ("T3 2025 et 2e trimestre de 2024", "T3 2025 = date 2025-Q3", "2e trimestre de 2024 = date 2024-Q2"),
        ("exercice 2024", "exercice 2024 = date 2024"),
        ("au 06 12 34 56 78", "06 12 34 56 78 = phone +33612345678"),
        ("tél. 01.45.67.89.10", "01.45.67.89.10 = phone +33145678910"),
        ("écrire à jean-luc@Orange.fr.", "jean-luc@Orange.fr = email jean-luc@orange.fr"),
        ("sur www.exemple.fr/aide ?", "www.exemple.fr/aide = url www.exemple.fr/aide"),
        ("commande n° 48213", "48213 = reference 48213"),
        ("numéro de commande : fr-48213", "fr-48213 = reference FR-48213"),
        ("facture F2024-118 de 20 €", "F2024-118 = reference F2024-118", "20 € = amount 20 EUR"),
    ],
    "es": [
        ("300 millones de dólares", "300 millones de dólares = amount 300000000 USD"),
        ("dos mil millones de euros", "dos mil millones de euros = amount 2000000000 EUR"),
        ("2.500 €", "2.500 € = amount 2500 EUR"),
        ("1.234,56 euros", "1.234,56 euros = amount 1234.56 EUR"),
        ("US$ 1.2 millones", "US$ 1.2 millones = amount 1200000 USD"),
        ("treinta y cinco euros", "treinta y cinco euros = amount 35 EUR"),
        ("doscientos cincuenta euros", "doscientos cincuenta euros = amount 250 EUR"),
        ("de $300 a $450 millones", "$300 = amount 300000000 USD", "$450 millones = amount 450000000 USD"),
        ("cuesta $1,200.50", "$1,200.50 = amount 1200.5 USD"),
        ("entre 5 y 10 euros", "5 = amount 5 EUR", "10 euros = amount 10 EUR"),
        ("10 M€ y 50 céntimos", "10 M€ = amount 10000000 EUR", "50 céntimos = amount 0.5 EUR"),
        ("500 pesos mexicanos", "500 pesos mexicanos = amount 500 MXN"),
        ("20 dolares", "20 dolares = amount 20 USD"),
        ("30 por ciento", "30 por ciento = percentage 30"),
        ("del 5 al 10%", "10% = percentage 10"),
        ("un 3,5 % o veinte por ciento", "3,5 % = percentage 3.5", "veinte por ciento = percentage 20"),
        (
            "5 puntos porcentuales, 25 puntos básicos",
            "5 puntos porcentuales = percentage 5 points",
            "25 puntos básicos = percentage 0.25 points",
        ),
        ("1 de marzo de 2025", "1 de marzo de 2025 = date 2025-03-01"),
        ("el lunes, 3 de marzo", "lunes, 3 de marzo = date --03-03"),
        ("del 3 al 5 de mayo de 2025", "3 = date 2025-05-03", "5 de mayo de 2025 = date 2025-05-05"),
        ("01/03/2025, 5-4-2025", "01/03/2025 = date 2025-03-01", "5-4-2025 = date 2025-04-05"),
        ("5 mar 2025", "5 mar 2025 = date 2025-03-05"),
        ("marzo de 2025", "marzo de 2025 = date 2025-03"),
        ("1º de mayo", "1º de mayo = date --05-01"),
        ("primero de enero de 2024", "primero de enero de 2024 = date 2024-01-01"),
        ("tercer trimestre de 2025, 3T24", "tercer trimestre de 2025 = date 2025-Q3", "3T24 = date 2024-Q3"),
        ("ejercicio 2024", "ejercicio 2024 = date 2024"),
        ("llama al 612 345 678", "612 345 678 = phone +34612345678"),
        ("desde México: +52 55 1234 5678", "+52 55 1234 5678 = phone +525512345678"),
        ("ana_ruiz@Correo.es", "ana_ruiz@Correo.es = email ana_ruiz@correo.es"),
        ("¿viste https://ejemplo.es/a_b?", "https://ejemplo.es/a_b = url https://ejemplo.es/a_b"),
        ("pedido 48213", "48213 = reference 48213"),
        ("número de pedido: ES-99812", "ES-99812 = reference ES-99812"),
        ("factura nº 2024/118", "2024/118 = reference 2024/118"),
    ],
    "it": [
        ("3 mila euro", "3 mila euro = amount 3000 EUR"),
        ("5 miliardi di euro", "5 miliardi di euro = amount 5000000000 EUR"),
        ("€ 1.234,56", "€ 1.234,56 = amount 1234.56 EUR"),
        ("mille euro, venticinque euro", "mille euro = amount 1000 EUR", "venticinque euro = amount 25 EUR"),
        ("2,5 mln di euro", "2,5 mln di euro = amount 2500000 EUR"),
        ("GUADAGNA 3.000€", "3.000€ = amount 3000 EUR"),
        ("da 5 a 10 euro", "5 = amount 5 EUR", "10 euro = amount 10 EUR"),
        ("tra 5 e 10 milioni di dollari", "5 = amount 5000000 USD", "10 milioni di dollari = amount 10000000 USD"),
        ("venti sterline", "venti sterline = amount 20 GBP"),
        ("50 centesimi", "50 centesimi = amount 0.5 EUR"),
        ("100 franchi svizzeri", "100 franchi svizzeri = amount 100 CHF"),
        ("USD 300 mila", "USD 300 mila = amount 300000 USD"),
        ("2,5 per cento", "2,5 per cento = percentage 2.5"),
        ("il 30% circa", "30% = percentage 30"),
        ("5-10%", "5 = percentage 5", "10% = percentage 10"),
        (
            "5 punti percentuali, 25 punti base",
            "5 punti percentuali = percentage 5 points",
            "25 punti base = percentage 0.25 points",
        ),
        ("venti percento", "venti percento = percentage 20"),
        ("1° marzo 2025", "1° marzo 2025 = date 2025-03-01"),
        ("sabato 1 marzo", "sabato 1 marzo = date --03-01"),
        ("dal 3 al 5 maggio", "3 = date --05-03", "5 maggio = date --05-05"),
        ("il 18/05 o il 01/03/2025", "18/05 = date --05-18", "01/03/2025 = date 2025-03-01"),
        ("primo maggio 2025", "primo maggio 2025 = date 2025-05-01"),
        ("1 gen. 2025, 5 mar 2024", "1 gen. 2025 = date 2025-01-01", "5 mar 2024 = date 2024-03-05"),
        ("marzo 2025", "marzo 2025 = date 2025-03"),
        ("terzo trimestre 2025", "terzo trimestre 2025 = date 2025-Q3"),
        ("Q2 2024, esercizio 2023", "Q2 2024 = date 2024-Q2", "esercizio 2023 = date 2023"),
        ("chiamare 347 123 4567", "347 123 4567 = phone +393471234567"),
        ("fisso 06 1234 5678", "06 1234 5678 = phone +390612345678"),
        ("a maria.rossi@Libero.it", "maria.rossi@Libero.it = email maria.rossi@libero.it"),
        ("su http://www.esempio.it.", "http://www.esempio.it = url http://www.esempio.it"),
        ("ordine n. 48213", "48213 = reference 48213"),
        ("numero d'ordine 48213", "48213 = reference 48213"),
        ("pratica 8820/EXT del 3 marzo", "8820/EXT = reference 8820/EXT", "3 marzo = date --03-03"),
    ],
    "nl": [
        ("€ 5,- per stuk", "€ 5,- = amount 5 EUR"),
        ("5 miljoen euro", "5 miljoen euro = amount 5000000 EUR"),
        ("3 euro's", "3 euro's = amount 3 EUR"),
        ("€59,90", "€59,90 = amount 59.9 EUR"),
        ("vijfentwintig euro", "vijfentwintig euro = amount 25 EUR"),
        ("tweehonderd dollar", "tweehonderd dollar = amount 200 USD"),
        ("1,5 mld. euro", "1,5 mld. euro = amount 1500000000 EUR"),
        ("5 tot 10 euro", "5 = amount 5 EUR", "10 euro = amount 10 EUR"),
        ("tussen 5 en 10 duizend euro", "5 = amount 5000 EUR", "10 duizend euro = amount 10000 EUR"),
        ("50 cent", "50 cent = amount 0.5 EUR"),
        ("1.250 euro", "1.250 euro = amount 1250 EUR"),
        ("USD 20, 30 Britse pond", "USD 20 = amount 20 USD", "30 Britse pond = amount 30 GBP"),
        ("10% korting", "10% = percentage 10"),
        ("3,5 procent", "3,5 procent = percentage 3.5"),
        ("5 à 10 %", "5 = percentage 5", "10 % = percentage 10"),
        (
            "2 procentpunten, 25 basispunten",
            "2 procentpunten = percentage 2 points",
            "25 basispunten = percentage 0.25 points",
        ),
        ("twintig procent", "twintig procent = percentage 20"),
        ("1 maart 2025", "1 maart 2025 = date 2025-03-01"),
        ("zaterdag 1 maart", "zaterdag 1 maart = date --03-01"),
        ("op 18-5, 01-03-2025", "18-5 = date --05-18", "01-03-2025 = date 2025-03-01"),
        ("1 mrt. 2025", "1 mrt. 2025 = date 2025-03-01"),
        ("3 mei tot 5 juni", "3 mei = date --05-03", "5 juni = date --06-05"),
        ("van 3 t/m 5 mei", "3 = date --05-03", "5 mei = date --05-05"),
        ("januari 2023", "januari 2023 = date 2023-01"),
        ("derde kwartaal van 2025", "derde kwartaal van 2025 = date 2025-Q3"),
        ("Q2 2024, boekjaar 2023", "Q2 2024 = date 2024-Q2", "boekjaar 2023 = date 2023"),
        ("ma. 3 maart 2025", "ma. 3 maart 2025 = date 2025-03-03"),
        ("bel 06 12345678", "06 12345678 = phone +31612345678"),
        ("020-1234567", "020-1234567 = phone +31201234567"),
        ("naar jan.de.vries@Ziggo.nl", "jan.de.vries@Ziggo.nl = email jan.de.vries@ziggo.nl"),
        ("via https://voorbeeld.nl/x;", "https://voorbeeld.nl/x = url https://voorbeeld.nl/x"),
        ("bestelnummer 48213", "48213 = reference 48213"),
        ("factuur 2024-118 van 20 euro", "2024-118 = reference 2024-118", "20 euro = amount 20 EUR"),
        ("boekingsnummer hx4471q", "hx4471q = reference HX4471Q"),
    ],
    "pt": [
        ("R$ 1.234,56", "R$ 1.234,56 = amount 1234.56 BRL"),
        ("R$ 5 mil", "R$ 5 mil = amount 5000 BRL"),
        ("R$1,2 bi", "R$1,2 bi = amount 1200000000 BRL"),
        ("entre R$ 1,1 bi e R$ 1,2 bi.", "R$ 1,1 bi = amount 1100000000 BRL", "R$ 1,2 bi = amount 1200000000 BRL"),
        ("5 milhões de euros", "5 milhões de euros = amount 5000000 EUR"),
        ("dois mil milhões de dólares", "dois mil milhões de dólares = amount 2000000000 USD"),
        ("cem reais, vinte e cinco reais", "cem reais = amount 100 BRL", "vinte e cinco reais = amount 25 BRL"),
        ("$20 e US$ 30", "$20 = amount 20 USD", "US$ 30 = amount 30 USD"),
        ("12,50 €", "12,50 € = amount 12.5 EUR"),
        ("1 200 euros", "1 200 euros = amount 1200 EUR"),
        ("de 5 a 10 reais", "5 = amount 5 BRL", "10 reais = amount 10 BRL"),
        ("50 cêntimos ou 30 centavos", "50 cêntimos = amount 0.5 EUR", "30 centavos = amount 0.3 BRL"),
        ("meio saldo: -R$ 40", "-R$ 40 = amount -40 BRL"),
        ("30 por cento", "30 por cento = percentage 30"),
        ("IVA a 23%", "23% = percentage 23"),
        ("entre 5 e 10 %", "5 = percentage 5", "10 % = percentage 10"),
        (
            "2 pontos percentuais, 25 pontos base",
            "2 pontos percentuais = percentage 2 points",
            "25 pontos base = percentage 0.25 points",
        ),
        ("vinte por cento", "vinte por cento = percentage 20"),
        ("1 de março de 2025", "1 de março de 2025 = date 2025-03-01"),
        ("1º de maio", "1º de maio = date --05-01"),
        ("sábado, 1 de março", "sábado, 1 de março = date --03-01"),
        ("dia 15/03, 10/12/2024", "15/03 = date --03-15", "10/12/2024 = date 2024-12-10"),
        ("de 3 a 5 de maio de 2025", "3 = date 2025-05-03", "5 de maio de 2025 = date 2025-05-05"),
        ("março de 2025", "março de 2025 = date 2025-03"),
        ("5 out. 2024, 12 de marco", "5 out. 2024 = date 2024-10-05", "12 de marco = date --03-12"),
        ("terceiro trimestre de 2025, 3T24", "terceiro trimestre de 2025 = date 2025-Q3", "3T24 = date 2024-Q3"),
        ("exercício de 2024", "exercício de 2024 = date 2024"),
        ("ligue 912 345 678", "912 345 678 = phone +351912345678"),
        ("(11) 91234-5678", "(11) 91234-5678 = phone +5511912345678"),
        ("joao@Sapo.pt", "joao@Sapo.pt = email joao@sapo.pt"),
        ("em www.exemplo.com.br/a.", "www.exemplo.com.br/a = url www.exemplo.com.br/a"),
        ("encomenda 48213", "48213 = reference 48213"),
        ("Recall nº 07/2025", "07/2025 = reference 07/2025"),
        ("número do pedido 48213", "48213 = reference 48213"),
        ("protocolo nº 2024-00871", "2024-00871 = reference 2024-00871"),
    ],
}  # fmt: skip

NOTHING: dict[str, list[str]] = {
    "zh": [
        "3 成人和2个孩子", "一成不变", "完成交易", "几百元", "两三万元", "千元机", "一块去吧", "两块巧克力",
        "一元二次方程", "几十块", "1990年代", "2月30日", "2025年2月30日", "1500年的历史", "1200年树龄",
        "三个月", "3月1号楼", "三点五十分", "版本2.3.4", "第三元件", "2025年级", "雷鸣拾到", "四季如春",
        "订单10000件", "去年", "昨天", "ISBN 978-7-302-12345-6", "三人成虎",
    ],
    "en": [
        "May I come in?", "you may 5 times", "we march 5 miles", "v1.2.2025", "version 3.4.20", "10.0.0.1",
        "31.02.2025",
        "Feb 31, 2025", "32 March 2025", "29 Feb 2023", "open 24/7", "on 24/7", "season 2011-12", "in 2025", "COP 26",
        "TOP 10", "ISBN 978-3-16-148410-0", "order 10000 chairs", "#EURO2024", "#FF5733", "CVE-2024-12345",
        "ISO-27001-2013",
        "5 pounds of flour", "one two dollars", "340 pp.", "v2.5 %", "a@b", "foo@bar..com", "@user", "1.2.3 €",
        "yesterday",
        "next Monday", "team 5 won", "case 2024/25", "Monday", "in Q3", "order RTX4090", "$ and €", "4/5 stars", "3:30",
        "his IBAN DE89 3704 0044 0532 0130 00", "http://", "twenty-five", "phone no. 12345", "€/$",
    ],
    "de": [
        "42 %ig", "42%ige Lösung", "20-Euro-Schein", "20 Euro-Länder", "Version 3.4.", "Version 1.2.2025", "31.02.",
        "30.02.2025",
        "31. Februar 2025", "3.4. Ergebnisse", "im Jahr 2025", "im Mai", "mache ich morgen", "am Montag",
        "2 Pfund Mehl",
        "ISBN 978-3-16-148410-0", "Zimmer 12", "5 kr", "3.4.5", "IP 192.168.1.12", "um 12.30 Uhr", "der 3. Platz",
        "DIN-66001-2020", "Steuernummer 030 123456", "Bestellung vom Mai",
    ],
    "fr": [
        "mars est proche", "5 livres", "31/02/2025", "version 2.3.4", "en 2025", "à 10h42", "le 3", "janv.", "demain",
        "un sur deux", "3/4 des gens", "ISBN 978-2-07-036822-8", "commande de 12345 chaises", "deux sept", "ce lundi",
        "vingt-cinq", "1 an", "v.3",
    ],
    "es": [
        "el mar 5", "a 5 mar", "el mar Mediterráneo", "31/02/2025", "en 2025", "versión 1.2.2025", "mañana",
        "500 pesos", "5 libras",
        "a las 10:30", "3/4 partes", "ISBN 978-84-376-0494-7", "el 3", "una mar de dudas", "5 may", "día 3", "hace 3",
    ],
    "it": [
        "5 mar", "mar 2025 volte", "il mare", "31/02/2025", "nel 2025", "versione 2.3.4", "domani", "alle 11.42",
        "3 su 4",
        "ISBN 978-88-04-66823-7", "set 5", "il 12", "due tre euro", "3 etti", "vale cento",
    ],
    "nl": [
        "30-02-2025", "goede morgen", "in 2025", "versie 2.3.4", "om 10.30 uur", "morgen", "5 pond kaas", "3/4 deel",
        "eind mei",
        "ISBN 978-90-274-3964-2", "5 kr", "vijf drie euro", "kamer 12", "t/m 5", "42%-ige",
    ],
    "pt": [
        "o mar", "5 mar", "31/02/2025", "em 2025", "versão 1.2.2025", "amanhã", "às 10h30", "3/4 da turma",
        "na segunda",
        "ISBN 978-85-359-0277-5", "dez 5", "500 pesos", "real madrid", "out 3", "p.p.", "1ª vez",
    ],
}  # fmt: skip

# Counted from Wednesday, 5 March 2025.
RELATIVE: dict[str, list[tuple[str, str]]] = {
    "zh": [
        ("昨天下单", "昨天 = date 2025-03-04 relative"), ("大后天", "大后天 = date 2025-03-08 relative"),
        ("去年亏了", "去年 = date 2024 relative"), ("去年3月1日", "去年3月1日 = date 2024-03-01 relative"),
        ("明年第三季度", "明年第三季度 = date 2026-Q3 relative"), ("上周五", "上周五 = date 2025-02-28 relative"),
        ("下周一", "下周一 = date 2025-03-10 relative"), ("这周日", "这周日 = date 2025-03-09 relative"),
        ("三天前", "三天前 = date 2025-03-02 relative"), ("两周后", "两周后 = date 2025-03-19 relative"),
        ("上个月", "上个月 = date 2025-02 relative"), ("本季度", "本季度 = date 2025-Q1 relative"),
        ("今天天气", "今天 = date 2025-03-05 relative"),
    ],
    "en": [
        ("yesterday's", "yesterday = date 2025-03-04 relative"), ("next Monday",
        "next Monday = date 2025-03-10 relative"),
        ("last Wednesday", "last Wednesday = date 2025-02-26 relative"),
        ("next Wednesday", "next Wednesday = date 2025-03-12 relative"),
        ("this Sunday", "this Sunday = date 2025-03-09 relative"), ("last year", "last year = date 2024 relative"),
        ("next month", "next month = date 2025-04 relative"), ("last quarter", "last quarter = date 2024-Q4 relative"),
        ("3 days ago", "3 days ago = date 2025-03-02 relative"), ("in two weeks",
        "in two weeks = date 2025-03-19 relative"),
        ("the day after tomorrow", "the day after tomorrow = date 2025-03-07 relative"),
    ],
    "de": [
        ("gestern", "gestern = date 2025-03-04 relative"), ("Nächsten Montag",
        "Nächsten Montag = date 2025-03-10 relative"),
        ("morgen früh", "morgen = date 2025-03-06 relative"), ("übermorgen", "übermorgen = date 2025-03-07 relative"),
        ("letztes Jahr", "letztes Jahr = date 2024 relative"), ("vor 3 Tagen",
        "vor 3 Tagen = date 2025-03-02 relative"),
        ("in zwei Wochen", "in zwei Wochen = date 2025-03-19 relative"),
        ("im letzten Monat", "letzten Monat = date 2025-02 relative"),
    ],
    "fr": [
        ("avant-hier", "avant-hier = date 2025-03-03 relative"), ("lundi prochain",
        "lundi prochain = date 2025-03-10 relative"),
        ("aujourd’hui", "aujourd’hui = date 2025-03-05 relative"), ("l'an dernier", "an dernier = date 2024 relative"),
        ("il y a 3 jours", "il y a 3 jours = date 2025-03-02 relative"),
        ("dans deux semaines", "dans deux semaines = date 2025-03-19 relative"),
        ("ce mois-ci", "ce mois-ci = date 2025-03 relative"),
    ],
    "es": [
        ("ayer", "ayer = date 2025-03-04 relative"), ("mañana por la mañana", "mañana = date 2025-03-06 relative"),
        ("pasado mañana", "pasado mañana = date 2025-03-07 relative"),
        ("el lunes que viene", "lunes que viene = date 2025-03-10 relative"),
        ("el próximo lunes", "próximo lunes = date 2025-03-10 relative"), ("el año pasado",
        "año pasado = date 2024 relative"),
        ("hace 3 días", "hace 3 días = date 2025-03-02 relative"),
    ],
    "it": [
        ("l'altro ieri", "l'altro ieri = date 2025-03-03 relative"), ("domani", "domani = date 2025-03-06 relative"),
        ("lunedì prossimo", "lunedì prossimo = date 2025-03-10 relative"), ("quest'anno",
        "quest'anno = date 2025 relative"),
        ("3 giorni fa", "3 giorni fa = date 2025-03-02 relative"),
        ("tra due settimane", "tra due settimane = date 2025-03-19 relative"),
    ],
    "nl": [
        ("eergisteren", "eergisteren = date 2025-03-03 relative"), ("morgen", "morgen = date 2025-03-06 relative"),
        ("volgende maandag", "volgende maandag = date 2025-03-10 relative"), ("vorig jaar",
        "vorig jaar = date 2024 relative"),
        ("3 dagen geleden", "3 dagen geleden = date 2025-03-02 relative"),
        ("over twee weken", "over twee weken = date 2025-03-19 relative"),
    ],
    "pt": [
        ("anteontem", "anteontem = date 2025-03-03 relative"), ("depois de amanhã",
        "depois de amanhã = date 2025-03-07 relative"),
        ("próxima segunda-feira", "próxima segunda-feira = date 2025-03-10 relative"),
        ("sexta passada", "sexta passada = date 2025-02-28 relative"), ("mês que vem",
        "mês que vem = date 2025-04 relative"),
        ("há 3 dias", "há 3 dias = date 2025-03-02 relative"), ("ano passado", "ano passado = date 2024 relative"),
    ],
}  # fmt: skip

NO_DAY = {
    "zh": ["当前天气", "第三天后", "今日头条"],
    "en": ["the last quarter of nothing", "Monday"],
    "de": ["Guten Morgen", "am Morgen"],
    "es": ["por la mañana", "esta mañana"],
    "nl": ["goede morgen"],
}


def test_every_language_has_its_share_of_cases() -> None:
    assert set(CASES) == set(LANGUAGES) and all(len(cases) >= 25 for cases in CASES.values())
    for lang, cases in CASES.items():
        kinds = {line.split(" = ")[1].split()[0] for _, *lines in cases for line in lines}
        assert kinds == set(KINDS), lang


@pytest.mark.parametrize(("lang", "case"), [(lang, case) for lang in CASES for case in CASES[lang]])
def test_finds(lang: str, case: tuple[str, ...]) -> None:
    text, *expected = case
    assert found(text, lang) == expected


@pytest.mark.parametrize(("lang", "case"), [(lang, case) for lang in CASES for case in CASES[lang]])
def test_finds_the_same_within_other_text(lang: str, case: tuple[str, ...]) -> None:
    text, *expected = case
    before, after = ("（", "）。") if lang == "zh" else ("(", ") ...")
    assert found(f"{before}{text}{after}", lang) == expected


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang in NOTHING for text in NOTHING[lang]])
def test_finds_nothing(lang: str, text: str) -> None:
    assert found(text, lang) == []


@pytest.mark.parametrize(("lang", "text", "line"), [(lang, *case) for lang in RELATIVE for case in RELATIVE[lang]])
def test_counts_from_today(lang: str, text: str, line: str) -> None:
    assert found(text, lang, TODAY) == [line]
    assert not any("relative" in other for other in found(text, lang))


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang in NO_DAY for text in NO_DAY[lang]])
def test_does_not_count_what_is_no_day(lang: str, text: str) -> None:
    assert found(text, lang, TODAY) == []


@pytest.mark.parametrize("today", [datetime.date.min, datetime.date.max])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ends_of_time(lang: str, today: datetime.date) -> None:
    for text, _ in RELATIVE[lang]:
        counted = [value for value in find_values(text, lang, today=today) if value.unit == "relative"]
        assert all(len(value.value.split("-")[0]) == 4 for value in counted)


def test_a_value_tells_all_about_itself() -> None:
    assert find_values("ab 20 €", "de") == [Value(3, 7, "amount", "20", "EUR")]
    assert find_values("30 %", "de") == [Value(0, 4, "percentage", "30")]


def test_the_same_digits_by_the_habits_of_the_language() -> None:
    assert found("1.234 €", "de") == ["1.234 € = amount 1234 EUR"]
    assert found("1.234 €", "en") == ["1.234 € = amount 1.234 EUR"]
    assert found("1,234 €", "de") == ["1,234 € = amount 1.234 EUR"]
    assert found("1,234 €", "en") == ["1,234 € = amount 1234 EUR"]
    assert found("3/4/2025", "es") == ["3/4/2025 = date 2025-04-03"]
    assert found("¥20", "zh") == ["¥20 = amount 20 CNY"]
    assert found("¥20", "de") == ["¥20 = amount 20 JPY"]


@pytest.mark.parametrize("lang", ["ja", "xx", "", "no-such-language"])
def test_a_language_without_rules_is_read_like_english(lang: str) -> None:
    text = "€5, 1,234 USD, 30 %, 3/4/2025, a@b.de"
    assert found(text, lang) == found(text, "en") != []


@pytest.mark.parametrize("lang", ["de-AT", "DE", "de_CH"])
def test_a_language_may_have_a_region(lang: str) -> None:
    assert found("1,5 Mio. Euro", lang) == ["1,5 Mio. Euro = amount 1500000 EUR"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_found_of_a_kind_does_not_depend_on_the_others(lang: str) -> None:
    text = "\n".join(text for text, *_ in CASES[lang])
    everything = find_values(text, lang, today=TODAY)
    assert {value.kind for value in everything} == set(KINDS)
    for kind in KINDS:
        assert find_values(text, lang, kinds=[kind], today=TODAY) == [v for v in everything if v.kind == kind]


def test_no_kinds_find_nothing() -> None:
    assert find_values("20 €", "de", kinds=()) == []


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'number'.*amount, percentage, date, phone, email, url, reference"):
        find_values("20", "de", kinds=("amount", "number"))


def test_arithmetic_does_not_depend_on_the_callers_context() -> None:
    with decimal.localcontext(decimal.Context(prec=2, traps=[decimal.Inexact, decimal.Rounded])):
        assert found("$1,234,567.89 and 33.333 bp", "en") == [
            "$1,234,567.89 = amount 1234567.89 USD",
            "33.333 bp = percentage 0.33333 points",
        ]


def test_huge_numbers_are_left_alone_or_right() -> None:
    assert found("$" + "9" * 15, "en") == [f"${'9' * 15} = amount {'9' * 15} USD"]
    assert found("$" + "9" * 400, "en") == []


def test_phone_numbers_are_looked_for_only_when_wanted() -> None:
    code = (
        "import sys; from nlpsuite.text.values import *; find_values('030 123456', 'de', kinds=['amount', 'date']);"
        "print([name for name in ('phonenumbers', 'spacy', 'jieba', 'numpy', 'torch') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


HOSTILE = [
    "1", "1 ", "1\u00a0111", "111 ", "1.", "1,", "1'", "1-2-", "12/", "1/1/", "$", "$1", "#1", "1%", "a@", "a.", "www.",
    "http://", "https://a(", "order no. 1 ", "Bestellnummer: ", "order is ", "一", "十", "第1", "3成", "3块", "１，",
    "万",
    "2025年", "3月1", "去年", "订单号:", "may 1 ", "1 de ", "Mon, ", "million ", "einseins", "ein und ", "vingt-",
    "mil ",
    "5 to ", "1 bis ", "next ", "vor 3 ", "Q1 ", "1.1. ", "A-2024-1", "(", "a'", "İ", "\n",
]  # fmt: skip


# What is slowest, and what each language has of its own.
SLOW = [
    ("zh", "1%"), ("zh", "1 "), ("zh", "3成"), ("zh", "3块"), ("zh", "１，"), ("zh", "一"), ("zh", "2025年"), ("zh",
    "订单号:"),
    ("en", "#1"), ("en", "111 "), ("en", "may 1 "), ("en", "a."), ("en", "1\u00a0111"), ("en", "https://a("), ("en",
    "a@"),
    ("en", "order no. 1 "), ("de", "einseins"), ("de", "1.1. "), ("de", "Bestellnummer: "), ("fr", "vingt-"), ("fr",
    "1,"),
    ("es", "1 de "), ("es", "mil "), ("it", "1-2-"), ("nl", "12/"), ("pt", "$1"), ("pt", "1'"), ("pt", "A-2024-1"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "unit"), SLOW)
def test_hostile_texts_take_linear_time(lang: str, unit: str) -> None:
    start = time.process_time()
    find_values((unit * 100_000)[:100_000], lang, kinds=set(KINDS) - {"phone"}, today=TODAY)
    # It takes 1.5 s at worst; in quadratic time it would be minutes.
    assert time.process_time() - start < 8


@pytest.mark.parametrize("unit", ["111 ", "0 0/", "(1)"])
def test_hostile_texts_are_soon_searched_for_phone_numbers(unit: str) -> None:
    start = time.process_time()
    find_values((unit * 30_000)[:30_000], "de", kinds=["phone"])
    assert time.process_time() - start < 10


WORDS = [text for cases in CASES.values() for case in cases for text in case[0].split()]
mixtures = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(HOSTILE), texts, st.text(max_size=8)), max_size=8
).flatmap(lambda parts: st.sampled_from(["", " ", "\u00a0", "\n"]).map(lambda joint: joint.join(parts)))


@settings(max_examples=300)
@given(mixtures, st.sampled_from([*LANGUAGES, "ja"]), st.none() | st.dates())
def test_any_text_gives_values_in_order_that_do_not_overlap(text: str, lang: str, today: datetime.date | None) -> None:
    values = find_values(text, lang, today=today)
    end = 0
    for value in values:
        assert end <= value.start < value.end <= len(text)
        assert value.kind in KINDS and value.value
        shown = text[value.start : value.end]
        assert shown == shown.strip()
        end = value.end


@settings(max_examples=100)
@given(st.text(alphabet=st.characters(), max_size=40), st.sampled_from(LANGUAGES))
def test_surrogates_and_all_else_are_no_error(text: str, lang: str) -> None:
    find_values(text, lang, today=TODAY)


def test_lone_surrogates_keep_the_offsets() -> None:
    assert find_values("\ud800 20 €", "de") == [Value(2, 6, "amount", "20", "EUR")]


def test_every_character_keeps_its_place() -> None:
    characters = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]))
    text = f"{characters} 20 €"
    assert find_values(text, "de", kinds=["amount"])[-1] == Value(len(text) - 4, len(text), "amount", "20", "EUR")


amounts = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@given(amounts)
def test_amounts_come_back_in_either_notation(amount: decimal.Decimal) -> None:
    english = f"{amount:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    narrow = continental.replace(".", "\u202f")
    expected = f"{amount.normalize():f}" if amount else "0"
    for text, lang in (
        (f"${english}", "en"),
        (f"{continental} €", "de"),
        (f"{narrow} €", "fr"),
        (f"R$ {continental}", "pt"),
    ):
        assert [value.value for value in find_values(text, lang, kinds=["amount"])] == [expected]


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
JOINTS = {"en": " ", "de": ". ", "fr": " ", "nl": " "}


@given(st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from(sorted(MONTHS)))
def test_dates_come_back_in_every_notation(day: datetime.date, lang: str) -> None:
    month = MONTHS[lang].split()[day.month - 1]
    notations = [
        f"{day:%Y-%m-%d}",
        f"{day.day}{JOINTS[lang]}{month} {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
    ]
    for text in notations if day.year < 3000 else []:
        assert found(text, lang) == [f"{text} = date {day.isoformat()}"]


CHINESE_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below 100 million in Chinese, as it is written out in full."""
    if number >= 10_000:
        rest = number % 10_000
        middle = "零" if 0 < rest < 1000 else ""
        return in_chinese(number // 10_000) + "万" + (middle + in_chinese(rest) if rest else "")
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if gap and written else "") + CHINESE_DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return written


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert [value.value for value in find_values(f"{in_chinese(number)}元", "zh")] == [str(number)]
