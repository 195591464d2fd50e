/** Texts to try. All names and events in them are made up. `pair` is the second text where there is one. */

const one = (text, pair = "") => ({ text, pair });

export const EXAMPLES = {
  "finance-sentiment": {
    zh: [
      one("澄岳新材前三季度营收同比增长12%，但净利润下滑近四成，公司称主要受原料涨价拖累。"),
      one("监管部门对云庭置业立案调查，公司债券盘中一度跌逾两成。远川银行表示敞口有限，风险可控。"),
      one("亏损收窄！海棠医疗上半年少亏1.8亿元，二季度单季已转正。"),
    ],
    en: [
      one("Harlow Foods cut its full-year forecast for the second time after two plants stood still in August."),
      one("Brightwater beat Corvane to the £300m rail contract, and its shares rose 6% while Corvane's fell 9%."),
      one("The quarterly loss narrowed to $14m, less than a third of what analysts had feared."),
    ],
    de: [
      one("Die Lindauer Maschinenbau AG hebt nach einem starken dritten Quartal ihre Jahresprognose an."),
      one("Wegen Bilanzfälschung ermittelt die Staatsanwaltschaft gegen zwei frühere Vorstände der Kestrel Handel SE."),
      one("Der Umsatz blieb stabil, doch unter dem Strich steht erstmals seit zehn Jahren ein Verlust."),
    ],
  },
  "customer-intent": {
    zh: [
      one("订单 A20931 都一周了还没到，催了三次没人理，不想要了，给我退款！"),
      one("请问怎么开发票？抬头写错了还能改吗？"),
      one("就第二个吧", "客服：您想退款，还是换一件新的？"),
    ],
    en: [
      one("My parcel #GX-20931 never came, and why was I charged 20 EUR twice?"),
      one("Lovely service, thank you! One more thing: do you open on Sundays?"),
      one("The second one, please.", "Agent: Would you like a refund or a replacement?"),
    ],
    de: [
      one("Der Mixer ist mit gesprungenem Glas angekommen. Ich hätte gern einen neuen, Bestellnummer 88-4152."),
      one("Seit dem Update stürzt die App beim Anmelden ab – ich komme nicht mehr an mein Konto."),
      one("Ich möchte mit einem Menschen sprechen, nicht mit einem Automaten."),
    ],
  },
  ner: {
    zh: [
      one("昨天下午，林若澜代表青禾大学与远川银行在成都签署协议，三年内投入1200万元支持川西的乡村图书馆。"),
      one("导演周以安的新片《雾江》将于9月12日在威尼斯电影节首映，主演为陆鸣和韩国演员金秀妍。"),
    ],
    en: [
      one("On 3 March 2025 Amara Osei left Norvik Bank in Zurich to lead the University of Bristol's new climate institute."),
      one("Ferries between Oban and Mull were cancelled on Tuesday, said CalMac's Fiona Reid, as Storm Henrik reached Scotland."),
    ],
    de: [
      one("Angela Keller von der Universität Zürich erhielt am 3. März 2025 in Wien 1,2 Mio. Euro von der Norvik-Stiftung."),
      one("Zwischen Bremen und Oldenburg fährt die Nordwestbahn wieder, teilte Sprecher Jens Wübben am Montag mit."),
    ],
  },
  recommend: {
    zh: [
      one(
        "徒步滇越铁路：沿着长草的枕木往南走一百七十公里。\n骑行川藏二十六天，爆胎十一次。\n高原训练营的一年：跑得飞快却没有合同的青年。",
        "第一次百公里越野：夜里最难熬的那段路。\n家庭理财入门：从记账开始。\n雨崩徒步手记：雪山下的五天。\n三十道快手晚餐。\n阿尔卑斯环线，一个人和一顶帐篷。",
      ),
    ],
    en: [
      one(
        "Tide tables: how sailors learned to read the moon.\nThe lighthouse keepers of Skerryvore.\nSalt on the Doorstep: a year in a fishing village.",
        "The last wooden trawlers of Cornwall.\nTen quick suppers for students.\nA history of the sea chart.\nHow index funds work.\nWinter storms, and the women who forecast them.",
      ),
    ],
    de: [
      one(
        "Brot backen mit Sauerteig: ein Winter voller Versuche.\nDie Mühlen der Uckermark.\nVom Korn zum Laib: Besuch bei einer Bäckerin in Graubünden.",
        "Alte Getreidesorten und wer sie noch anbaut.\nDer Fußball der siebziger Jahre.\nHolzöfen selbst gebaut.\nSteuererklärung leicht gemacht.\nKäse, Hefe, Zeit: Was Fermentieren kann.",
      ),
    ],
  },
};

/** Those of one language, or of the languages there are, one of each, where that one has none. */
export function examplesFor(app, lang, first) {
  const mine = Object.hasOwn(EXAMPLES, app.name) ? EXAMPLES[app.name] : {};
  if (Object.hasOwn(mine, lang)) return mine[lang].map((example) => ({ ...example, lang }));
  return Object.keys(mine)
    .sort((a, b) => (b === first) - (a === first))
    .flatMap((code) => mine[code].slice(0, code === first ? 2 : 1).map((example) => ({ ...example, lang: code })));
}
