"""Words that stand before the number of an order, invoice, ticket, parcel or customer; a stroke parts them."""

from __future__ import annotations

__all__ = ["ALONE", "COMPOUNDS", "CUES", "FILLERS", "NUMBERS", "OF"]

CUES = {
    "en": "order|invoice|ticket|tracking|customer|case|booking|reservation|reference|ref|ref.|shipment|parcel|package"
    "|receipt|contract|policy|claim|confirmation|purchase order|account|rma|po|consignment|delivery",
    "de": "bestellung|auftrag|rechnung|ticket|sendung|kunde|vorgang|fall|buchung|reservierung|referenz|paket|vertrag"
    "|lieferung|order|tracking|aktenzeichen",
    "fr": "commande|facture|ticket|suivi|client|cliente|dossier|réservation|référence|réf|réf.|colis|contrat|reçu"
    "|livraison|expédition|billet|avoir",
    "es": "pedido|factura|ticket|tique|seguimiento|cliente|clienta|expediente|reserva|referencia|ref|ref.|envío"
    "|paquete|contrato|incidencia|caso|orden|recibo|albarán|rastreo|guía|localizador",
    "it": "ordine|fattura|ticket|tracking|spedizione|cliente|pratica|prenotazione|riferimento|rif|rif.|pacco"
    "|contratto|scontrino|ricevuta|reclamo|tracciamento",
    "nl": "bestelling|order|factuur|ticket|tracking|klant|dossier|reservering|boeking|referentie|ref|ref.|pakket"
    "|zending|contract|kenmerk|zaak|bon|melding",
    "pt": "encomenda|pedido|fatura|factura|ticket|rastreio|rastreamento|cliente|processo|reserva|referência|ref|ref."
    "|contrato|protocolo|nota fiscal|recibo|envio|chamado|compra",
    "zh": "订单|訂單|运单|運單|快递|快遞|物流|发票|發票|工单|工單|包裹|合同|保单|保單|票据",
}
"""Words after which a number may follow at once, as in "order 48213"."""

NUMBERS = {
    "en": "no.|no|nr.|nr|number|num|#|id|code",
    "de": "nr.|nr|nummer|no.|#|id|code",
    "fr": "n°|nº|no|no.|numéro|num|n|#|code",
    "es": "nº|n.º|n°|n.°|núm.|núm|num.|no.|nro.|nro|número|#|código",
    "it": "n.|n°|nº|n.º|nr.|nr|num.|numero|#|codice",
    "nl": "nr.|nr|nummer|no.|#|code",
    "pt": "nº|n.º|n°|n.°|núm.|no.|nro.|número|#|código",
    "zh": "号|號|号码|號碼|编号|編號|单号|單號|#|no.|no",
}
"""Words beside a cue that say that a number is meant."""

OF = {
    "en": "", "de": "der |des |vom ", "fr": "de la |de |d'|du ", "es": "de |del |de la ",
    "it": "di |d'|dell'|del |della ",
    "nl": "van de |van ", "pt": "de |da |do ", "zh": "",
}  # fmt: skip
"""What stands between one of `NUMBERS` and a cue that follows it, as in "número de pedido"."""

ALONE = {
    "en": "no.|nr.",
    "de": "nr.|no.",
    "fr": "n°|nº|numéro",
    "es": "nº|n.º|n°|n.°|núm.",
    "it": "n.|n°|nº|n.º|nr.",
    "nl": "nr.",
    "pt": "nº|n.º|n°|n.°",
    "zh": "单号|單號|编号|編號|流水号|流水號|会员号|會員號|客户号|客戶號|no.",
}
"""Words that need no cue beside them."""

COMPOUNDS = {
    "de": "bestell|auftrags|rechnungs|kunden|sendungs|sendungsverfolgungs|tracking|vorgangs|ticket|vertrags|buchungs"
    "|reservierungs|fall|referenz|order|paket|liefer|lieferschein|beleg|schaden|schadens|policen|mitglieds|beschwerde",
    "nl": "bestel|order|factuur|klant|klanten|zending|zendings|track|ticket|tracking|contract|boekings|dossier"
    "|reserverings|referentie|pakket|polis|zaak|bon|case",
    "zh": "订单|訂單|运单|運單|快递|快遞|物流|发票|發票|工单|工單|客户|客戶|会员|會員|合同"
    "|预订|預訂|保单|保單|交易|流水|包裹",
}
"""First parts of words whose second part is one of `NUMBERS`, as in "Bestellnummer"."""

FILLERS = {
    "en": "is|was",
    "de": "ist|lautet|mit|mit der",
    "fr": "est|est le|avec le",
    "es": "es|es el|con el|con",
    "it": "è|con",
    "nl": "is|met",
    "pt": "é|é o|com o",
    "zh": "是|为|為",
}
"""Words that may stand between a cue and the number."""
