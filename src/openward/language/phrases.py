"""The set phrases of order sentences, English and Chinese: routes, frequencies, forms, start and stop.

Frequencies are (administrations, hours of the period). Route codes: HL7 v3 RouteOfAdministration; SNOMED CT values are
those of the FHIR R4 value set route-codes.
"""

from functools import cache
from typing import Final, Literal

import msgspec

from openward.language.words import normal, tokens

Kind = Literal[
    "route", "frequency", "moment", "form", "as-needed", "once", "start", "stop", "continuous", "filler", "for",
    "every", "times", "max", "site", "weekday",
]  # fmt: skip

DAY: Final = 24.0
WEEK: Final = 168.0
MONTH: Final = 730.5


class Route(msgspec.Struct, frozen=True):
    """A way into the body: our word, the SNOMED CT and the HL7 v3 code where one is certain."""

    code: str
    snomed: str | None = None
    v3: str | None = None


class Phrase(msgspec.Struct, frozen=True):
    """What a set phrase means."""

    kind: Kind
    route: Route | None = None
    times: float | None = None
    hours: float | None = None
    word: str = ""


ROUTES: Final[dict[str, tuple[Route, str]]] = {
    "oral": (Route("oral", "26643006", "PO"), (
        "oral;orally;po;p.o.;per os;by mouth;per oral;口服;po口服;吞服;内服;嚼服"
    )),
    "sublingual": (Route("sublingual", "37839007", "SL"), (
        "sublingual;sublingually;sl;s.l.;under the tongue;舌下;舌下含服;含服"
    )),
    "buccal": (Route("buccal", "54471007", "BUC"), "buccal;buccally"),
    "intravenous": (
        Route("intravenous", "47625008", "IV"),
 (
            "iv;i.v.;intravenous;intravenously;ivpb;iv push;ivp;iv bolus;iv infusion;iv drip;ivgtt;"
            "静滴;静脉滴注;静脉注射;静注;静脉推注;静推;静脉泵入;静脉;iv drip;泵入;微泵;静脉输注;输注;"
            "入壶"
        ),
    ),
    "intramuscular": (Route("intramuscular", "78421000", "IM"), (
        "im;i.m.;intramuscular;intramuscularly;肌注;肌肉注射;肌内注射"
    )),
    "subcutaneous": (
        Route("subcutaneous", "34206005", "SQ"),
        "sc;s.c.;subcut;subcutaneous;subcutaneously;sq;s.q.;subq;sub q;subcu;under the skin;皮下;皮下注射;ih;皮下注",
    ),
    "intradermal": (Route("intradermal", "372464004", "IDINJ"), "intradermal;intradermally;皮内;皮内注射;皮试"),
    "intrathecal": (Route("intrathecal", "72607000", "IT"), "intrathecal;intrathecally;鞘内;鞘内注射"),
    "epidural": (Route("epidural"), "epidural;硬膜外"),
    "intravitreal": (Route("intravitreal"), "intravitreal;玻璃体内;玻璃体腔注射;玻璃体内注射"),
    "intraarticular": (Route("intraarticular"), "intraarticular;intra-articular;关节腔;关节腔注射;关节腔内注射"),
    "topical": (
        Route("topical", "6064005", "TOP"),
 (
            "topical;topically;to the skin;on the skin;cutaneous;to affected area;"
            "to the affected area;to affected areas;外用;外涂;涂抹;涂患处;患处涂抹;局部外用;皮肤外用"
        ),
    ),
    "transdermal": (Route("transdermal", "45890007", "TRNSDERM"), "transdermal;transdermally;透皮;贴皮"),
    "ophthalmic": (
        Route("ophthalmic", "54485002", None),
 (
            "ophthalmic;into the eye;into the eyes;in both eyes;in each eye;in the right eye;"
            "in the left eye;into both eyes;in right eye;in left eye;to both eyes;to right eye;"
            "to left eye;into the affected eye;滴眼;点眼;双眼;左眼;右眼;涂眼;滴双眼"
        ),
    ),
    "otic": (
        Route("otic", "10547007", None),
 (
            "otic;into the ear;in both ears;in each ear;in the right ear;in the left ear;"
            "in affected ear;滴耳;点耳;双耳;左耳;右耳"
        ),
    ),
    "nasal": (
        Route("nasal", "46713006", "NASINHLC"),
 (
            "nasal;nasally;intranasal;intranasally;in each nostril;into each nostril;per nostril;"
            "in both nostrils;喷鼻;滴鼻;鼻喷;鼻用"
        ),
    ),
    "inhaled": (
        Route("inhaled", "447694001", "IHINHL"),
 (
            "inhaled;inhalation;by inhalation;inhale;inh;neb;nebs;nebulized;nebulised;via nebulizer;"
            "via nebuliser;by nebulizer;nebulizer;nebuliser;吸入;雾化;雾化吸入;喷吸;口腔吸入;经口吸入"
        ),
    ),
    "rectal": (Route("rectal", "37161004", "PR"), (
        "rectal;rectally;pr;p.r.;per rectum;直肠;纳肛;塞肛;直肠给药;灌肠;肛塞"
    )),
    "vaginal": (Route("vaginal", "16857009", None), (
        "vaginal;vaginally;pv;per vagina;阴道;阴道给药;塞阴道;阴道用药;阴道放置"
    )),
    "tube": (
        Route("nasogastric"),
        "ng;via ng;per ng tube;via ng tube;per tube;via peg;per peg;via g-tube;via feeding tube;鼻饲;胃管注入;管饲",
    ),
}  # fmt: skip
FREQUENCIES: Final[dict[tuple[float, float], str]] = {
    (1, DAY): (

            "qd;q.d.;od;o.d.;daily;once daily;once a day;once per day;once every day;every day;"
            "each day;per day;a day;/day;/d;/日;/天;one time daily;one time a day;1 time a day;"
            "1 time daily;1x daily;1x/day;x1/day;every 24 hours;once every 24 hours;q day;qday;1/d;"
            "1/day;每日;每天;一日;1日;一天;日"

    ),
    (2, DAY): (
        "bid;b.i.d.;bd;b.d.;bds;twice daily;twice a day;twice per day;two times daily;"
        "two times a day;2x daily;2x/day;2/d"
    ),
    (3, DAY): (
        "tid;t.i.d.;tds;t.d.s.;thrice daily;three times daily;three times a day;three times per day;"
        "3x daily;3x/day;3/d"
    ),
    (4, DAY): "qid;q.i.d.;qds;q.d.s.;four times daily;four times a day;four times per day;4x daily;4x/day;4/d",
    (5, DAY): "five times daily;five times a day;5x daily;5x/day",
    (6, DAY): "six times daily;six times a day",
    (1, 2 * DAY): (
        "qod;q.o.d.;eod;every other day;alternate days;on alternate days;every second day;隔日;隔天;"
        "每两天;每两日"
    ),
    (1, WEEK): (
        "weekly;once weekly;once a week;once per week;every week;each week;qw;q.w.;qwk;1x weekly;"
        "one time weekly;每周;一周;每星期;1周"
    ),
    (2, WEEK): "biw;b.i.w.;twice weekly;twice a week;two times a week;two times weekly;2x weekly",
    (3, WEEK): "tiw;t.i.w.;thrice weekly;three times weekly;three times a week;3x weekly",
    (1, 2 * WEEK): "every other week;fortnightly;every fortnight;隔周;每两周",
    (1, MONTH): (
        "monthly;once monthly;once a month;once per month;every month;each month;qmonth;q month;每月;"
        "一月;每个月"
    ),
    (1, 6 * MONTH): "twice yearly;every six months;每半年",
    (1, 12 * MONTH): "yearly;once yearly;annually;once a year;every year;每年",
}  # fmt: skip
# A time of day, once a day each; several of them add up ("morning and evening").
MOMENTS: Final = (
    "qhs;q.h.s.;hs;h.s.;at bedtime;before bed;before bedtime;bedtime;nightly;at night;"
    "every night;nocte;qn;q.n.;each night;every bedtime;qam;q.a.m.;every morning;in the morning;"
    "each morning;mane;am;a.m.;in the am;with breakfast;before breakfast;after breakfast;qpm;"
    "q.p.m.;every evening;in the evening;each evening;pm;p.m.;in the pm;with dinner;with supper;"
    "before dinner;after dinner;with evening meal;with lunch;at noon;noon;midday;at midday;"
    "in the afternoon;morning;evening;night;每晚;睡前;晚上;临睡前;晚;每晚睡前;睡前服;每早;早晨;"
    "早上;晨起;晨;早;中午;午;清晨;每晨;晨起空腹;早餐前;晚餐前;午餐前;晚餐后;早餐后;空腹晨起"
)
MEALS: Final = (
    "with meals;with each meal;before meals;after meals;ac;a.c.;pc;p.c.;with food;"
    "on an empty stomach;without food;with water;餐前;餐后;饭前;饭后;餐中;随餐;空腹;饭后服;餐后服;"
    "饭前服;与餐同服;温水送服;with a meal;after food;before food;swallow whole;三餐前;三餐后"
)
FORMS: Final = (
    "tablet;tablets;tab;tabs;capsule;capsules;cap;caps;puff;puffs;actuation;actuations;"
    "inhalation dose;spray;sprays;drop;drops;gtt;gtts;patch;patches;suppository;suppositories;"
    "sachet;sachets;vial;vials;ampoule;ampoules;ampule;ampules;amp;lozenge;lozenges;pill;pills;"
    "caplet;caplets;application;applications;teaspoon;teaspoons;tsp;tablespoon;tablespoons;tbsp;"
    "pen;syringe;implant;片;粒;支;瓶;袋;喷;揿;滴;贴;枚;丸;吸;包;颗;板;盒;滴眼;cream;ointment;gel;"
    "lotion;solution;suspension;syrup;elixir;inhaler;powder;foam;paste;oral tablet;oral capsule;"
    "injection;eye drops;nasal spray;ear drops;oral solution;oral suspension;胶囊;片剂;缓释片;"
    "控释片;肠溶片;分散片;缓释胶囊;软胶囊;肠溶胶囊;颗粒;注射液;软膏;乳膏;凝胶;滴眼液;口服液;"
    "口服溶液;糖浆;混悬液;气雾剂;粉雾剂;贴剂;栓;吸入剂;吸入粉雾剂;吸入气雾剂;注射用;咀嚼片;"
    "泡腾片;滴丸;干混悬剂;鼻喷雾剂;喷雾剂;眼膏;胶丸;溶液;口崩片;散"
)
AS_NEEDED: Final = (
    "prn;p.r.n.;as needed;as required;when needed;when required;if needed;if required;sos;必要时;"
    "需要时;按需;prn必要时;疼痛时;发热时;备用;必要时服"
)
ONCE: Final = (
    "stat;st;once;once only;single dose;one time;one time only;as a single dose;one dose;now;x1;x 1;"
    "x1 dose;immediately;立即;即刻;一次性;单次;临时;顿服;st立即;术前"
)
START: Final = (
    "start;begin;initiate;add;give;take;apply;administer;continue;resume;use;inject;instill;instil;"
    "prescribe;order;please give;开始;给予;予;使用;继续;服用;加用;应用;予以;用;注射;服"
)
STOP: Final = "stop;discontinue;d/c;dc;hold;cease;withhold;停用;停;停药;暂停;停止"
CONTINUOUS: Final = (
    "continuous;continuously;continuous infusion;cont infusion;as continuous infusion;持续;持续泵入;"
    "持续静滴;维持;持续静脉泵入;持续泵注"
)
FILLER: Final = (
    "the;a;an;of;to;then;and;or;via;at;in;by;on;with;per;each;dose;doses;total;is;be;sig;rx;tx;：;"
    "用法;用量;每次;一次;1次;次;用药;连;连续;共;for;given;over;once each;剂量;一次量;首剂;初始;于;时"
)


WEEKDAYS: Final = (
    "monday;mondays;mon;周一;星期一",
    "tuesday;tuesdays;tue;tues;周二;星期二",
    "wednesday;wednesdays;wed;周三;星期三",
    "thursday;thursdays;thu;thur;thurs;周四;星期四",
    "friday;fridays;fri;周五;星期五",
    "saturday;saturdays;sat;周六;星期六",
    "sunday;sundays;sun;周日;星期日;星期天",
)


@cache
def lexicon() -> tuple[dict[tuple[str, ...], Phrase], int]:
    """All set phrases by their words, and how many words the longest has."""
    found: dict[tuple[str, ...], Phrase] = {}
    for kind, listed in (("filler", FILLER), ("form", FORMS), ("start", START), ("stop", STOP), ("site", MEALS)):
        _add(found, listed, Phrase(kind))  # type: ignore[arg-type]
    for (times, hours), listed in FREQUENCIES.items():
        _add(found, listed, Phrase("frequency", times=times, hours=hours))
    for moment in MOMENTS.split(";"):
        _add(found, moment, Phrase("moment", word=moment))
    for route, listed in ROUTES.values():
        _add(found, listed, Phrase("route", route=route))
    for day, listed in enumerate(WEEKDAYS):
        _add(found, listed, Phrase("weekday", word=str(day)))
    _add(found, AS_NEEDED, Phrase("as-needed"))
    _add(found, ONCE, Phrase("once"))
    _add(found, CONTINUOUS, Phrase("continuous"))
    _add(found, "max;maximum;not to exceed;up to;nte;max dose;最多;不超过;最大;日最大量", Phrase("max"))
    _add(found, "for;连用;连服;共;疗程;共用;持续用", Phrase("for"))
    _add(found, "every;q;each;每;每隔;间隔", Phrase("every"))
    _add(found, "times;time;x;次", Phrase("times"))
    return found, max(len(words) for words in found)


def _add(found: dict[tuple[str, ...], Phrase], listed: str, phrase: Phrase) -> None:
    for text in listed.split(";"):
        words = tuple(token.word for token in tokens(normal(text)))
        if words:
            found[words] = phrase
