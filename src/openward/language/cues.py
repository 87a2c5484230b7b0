"""The words that change what a statement means: negation, doubt, condition, past, other persons; English and Chinese.

A cue that ends in `_list` reaches over a list with commas, one without only to the next comma; `after` cues look back.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

from openward.language.numbers import WORDS
from openward.language.prose import Node, Prose, found_at

Kind = Literal[
    "no_list", "no", "no_after", "none_after", "yes_after", "doubt", "doubt_after", "if_list", "if", "past_list",
    "past", "past_after", "gone_after", "family", "family_after", "other", "other_after", "stop", "turn", "soft",
    "mask", "save", "no_next", "if_after",
]  # fmt: skip

_TIMES: Final = frozenset({
    "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years", "hr", "hrs", "wk", "yr", "mo",
    "night", "decade", "minute", "minutes", "s", "long", "recent", "longstanding", "standing", "short",
    "brief", "chronic",
})  # fmt: skip
_COUNTS: Final = frozenset({*WORDS, "few", "several", "couple", "of", "many"})
# `has gone numb` is a beginning, no end.
_TURNED: Final = frozenset({
    "numb", "white", "pale", "blue", "cold", "limp", "weak", "dead", "black", "yellow", "blind", "deaf", "stiff",
    "grey", "red", "hard", "quiet", "floppy", "dark", "purple",
})  # fmt: skip
_NO_DENIAL: Final = (["insulin"], ["st"], ["hodgkin"], ["small"], ["alcoholic"], ["specific"])
_CUES: Final[dict[Kind, str]] = {
    # what follows is denied, a list with commas included
    "no_list": (
        "have n't had;has n't had;did n't have;do n't have;does n't have;have n't noticed;is negative for;"
        "was negative for;were negative for;are negative for;tested negative for;no;denies;denied;denying;deny;"
        "without;negative for;negative for any;absence of;no evidence of;no sign of;no signs of;no complaints of;"
        "no complaint of;no history of;free of;free from;lack of;lacks;lacking;neither;no evidence for;"
        "does not have;doesn't have;did not have;didn't have;do not have;don't have;has not had;hasn't had;"
        "have not had;haven't had;had no;has no;is without;w/o;nil;no reported;no known;not have;not complain of;"
        "does not report;did not report;does not complain of;not reporting;does not endorse;no mention of;"
        "has never had;have never had;never had;never experienced;has not experienced;not experienced;"
        "not experiencing;has not noticed;hasn't noticed;haven't noticed;not noticed;has not noted;not noted any;"
        "nor;not any;none of;absent for;without any;without evidence of;unremarkable for;no new;no recent;"
        "no prior;no previous;no past;ruled out for;was ruled out for;we ruled out;has ruled out;have ruled out;"
        "excluded;excludes;excluding;否认;否认有;否认曾有;未诉;不诉;均无;没有诉;否认既往;不伴有;不伴"
    ),
    # what follows is denied, up to the next comma
    "no": (
        "n't;not;never;cannot;can't;isn't;wasn't;aren't;weren't;doesn't;didn't;don't;hasn't;haven't;hadn't;"
        "couldn't;rules out;ruled out;no longer;no longer has;no longer have;no more;nothing like;not had;"
        "not seen;not found;rather than;instead of;resolution of;fails to show;failed to show;fails to reveal;"
        "failed to reveal;did not show;does not show;did not reveal;does not reveal;not show;not reveal;"
        "inconsistent with;not consistent with;not suggestive of;-ve for;neg for;not in;无;没有;没;未见;未见明显;"
        "未闻及;未闻;未触及;未及;未扪及;未发现;未查见;未出现;未发生;未曾;未有;未再;未再出现;从未;从无;并无;并未;"
        "不存在;无明显;无任何;没有明显;无伴;无伴有;未伴;未伴有;不是;并非;不再;已排除;排除;排除了;除外;可排除;"
        "可除外;没有出现;没有发现;无既往;无伴随;不曾;未患;未患过;无自觉;未感;未感觉;不觉;不感;未觉;未提示;不支持;"
        "未累及;未检出;未探及;未显示;非;不吸;未合并;不合并;不会;缺乏;暂无;尚无;亦无;也无;也没有;也不"
    ),
    # only a finding right behind it is denied
    "no_next": ("不;未;negative"),
    # what stands before is a danger or an aim
    "if_after": (
        "风险;的风险;危险;可能性;高危;疫苗;筛查;risk;prophylaxis;prevention;screening;vaccine;vaccination;precautions"
    ),
    # what stands before is denied
    "no_after": (
        "均否认;否认;都没有;都无;均没有;均未见;was ruled out;were ruled out;is ruled out;are ruled out;"
        "been ruled out;ruled out;was excluded;were excluded;been excluded;is excluded;is absent;are absent;"
        "was absent;were absent;absent;was denied;were denied;are denied;is denied;denied;not present;"
        "is not present;was not present;not seen;was not seen;were not seen;not noted;was not noted;"
        "were not noted;not observed;not detected;not found;not reported;not appreciated;not elicited;"
        "not identified;not evident;is negative;was negative;were negative;are negative;negative;-ve;"
        "tested negative;came back negative;not palpable;not felt;not heard;not demonstrated;not visualized;阴性;"
        "均阴性;为阴性;呈阴性;被排除;已排除;已除外;排除;不明显;均不明显;未见;未触及;未闻及;未引出;未及;均无;消失"
    ),
    # a lone "none" right behind a finding
    "none_after": (
        ": no;: none;: nil;: denies;: denied;: absent;: negative;: neg;: never;- no;- none;- denied;- denies;"
        "- absent;- negative;- nil;: not present;= no;= none;( - );( no );( none );( negative );( neg );(-);: 无;"
        ": 否;: 阴性;: 没有;: 否认;: 未见;( 无 );( 否认 );( 阴性 );: -;-ve;: n;: 0;: false;no,;无,;no.;no;none;"
        "nil"
    ),
    "yes_after": (": yes;: present;: positive;- yes;- present;( + );( yes );: 有;: +;: 阳性"),
    "doubt": (
        "possible;possibly;probable;probably;suspected;suspect;suspects;suspecting;suspicion of;suspicion for;"
        "suspicious for;suspicious of;concern for;concerning for;concerns for;likely;presumed;presumptive;"
        "questionable;?;rule out;rules out?;r/o;to rule out;to exclude;exclude;cannot rule out;can not rule out;"
        "can't rule out;cannot exclude;can't exclude;could not exclude;not ruled out;could not rule out;"
        "cannot be sure about;may have;might have;could have;may be;might be;could be;could represent;"
        "may represent;suggestive of;suggests;suggesting;suggest;differential includes;"
        "differential diagnosis includes;differential diagnosis of;ddx;versus;vs;consider;considering;considered;"
        "question of;unclear if;unclear whether;uncertain if;not sure if;not sure whether;not certain;unsure;"
        "wonders if;thinks it may be;equivocal for;potential;potentially;unlikely;less likely;not clear if;maybe;"
        "perhaps;apparent;i think;query;evaluate for;evaluation for;work up for;workup for;tentative;"
        "as well as possible;low suspicion for;cannot be excluded;可疑;疑似;疑;怀疑;怀疑为;考虑;考虑为;考虑诊断;"
        "可能;可能为;可能是;可能有;不除外;不能除外;不能排除;待排除;待排;待除外;未排除;未除外;尚不能排除;不排除;"
        "需排除;以排除;为排除;需除外;拟诊;疑为;倾向于;倾向;似有;似;或许;也许;可能存在;疑有;好像;需警惕;需考虑;"
        "有待排除;尚不能除外;需鉴别;鉴别;需与;进一步排除;不确定是否;不知是否;明确有无;了解有无;大概;估计;是否有;"
        "是否存在;是否为;是否"
    ),
    "doubt_after": (
        "is possible;possible;is suspected;was suspected;suspected;are suspected;is likely;is unlikely;unlikely;"
        "cannot be excluded;cannot be ruled out;can't be ruled out;can't be excluded;could not be excluded;"
        "not excluded;not ruled out;was not ruled out;is not ruled out;not been ruled out;has not been ruled out;"
        "less likely;is less likely;was considered;is considered;to be ruled out;to be excluded;is in question;"
        "is probable;cannot be completely excluded;should be considered;must be excluded;must be considered;"
        "should be ruled out;must be ruled out;is questionable;is less probable;is a possibility;is equivocal;"
        "可能;待排;待排除;待查;待除外;可疑;可能性大;可能性小;不除外;不能除外;不能排除;未排除;未除外;待定;?;"
        "尚待排除;不排除;待明确"
    ),
    # only a condition, a plan or a danger, the rest of the sentence
    "if_list": (
        "if;should you;should she;should he;should the patient;in case of;in the event of;return for;return if;"
        "return with;call if;call for;come back if;come back for;return precautions;seek care for;watch for;"
        "watch out for;monitor for;look for;to watch for;be alert for;unless;whether;in order to prevent;"
        "to prevent;prevention of;prevent;warned about;counseled about;counselled about;educated about;"
        "educated on;advised about;discussed the risks;side effects include;side effects such as;"
        "possible side effects;adverse effects include;precautions for;report any;notify if;"
        "return to the emergency department for;return to the ed for;ask about;asked about;asked whether;"
        "asked if;when to return;any new;worrisome for;do you have;have you had;are you having;any history of;"
        "如出现;如有;如果;若;若出现;若有;一旦;一旦出现;倘若;万一;如再次出现;如再;如发生;假如;要是;警惕;注意有无;"
        "观察有无;注意观察;密切观察;监测有无;以防;防止;避免;预防;谨防;有无;有没有;会不会;可致;可引起;可导致;"
        "可出现;可能导致;可能引起;可能出现;可能发生"
    ),
    "if": (
        "risk of;risks of;risk for;at risk for;at risk of;high risk for;high risk of;risk factors for;"
        "risk factor for;chance of;fear of;fears;afraid of;worried about;worry about;worries about;worried that;"
        "concerned about;concern about;concerned that;anxious about;scared of;prophylaxis for;prophylaxis of;"
        "prophylactic;screening for;screen for;screened for;prevention against;vaccinated against;vaccine for;"
        "vaccination against;vaccine against;immunized against;test for;tested for;testing for;could lead to;"
        "can lead to;may lead to;may cause;can cause;could cause;might cause;may develop;might develop;"
        "could develop;may experience;can occur;may occur;predisposed to;exposure to;exposed to;筛查;风险;担心;"
        "担忧;害怕;怕;恐;担心是;担心有;惧怕;疫苗;接种;防治;高危因素;危险因素;以免"
    ),
    "past_list": (
        "history of;hx of;h/o;history significant for;past history of;past medical history of;pmh of;pmh;"
        "past medical history significant for;past medical history is significant for;medical history includes;"
        "past medical history includes;history includes;history notable for;history positive for;pmhx;"
        "past surgical history of;remote history of;personal history of;status post;s/p;had a history of;"
        "past medical history notable for;past history notable for;no history of;any history of;既往有;既往;"
        "既往曾;既往曾有;既往患;既往患有;曾患;曾患有;曾有;曾;曾经;以往;以前;过去;从前;幼年;幼时;儿时;小时候;"
        "否认既往;无既往"
    ),
    "past": (
        "年前行;月前行;年前因;年前曾;月前因;年前患;previous;previously;prior;past;former;formerly;childhood;"
        "in the past;old;remote;recovered from;survivor of;as a child;no longer;no longer has;no longer have;"
        "used to have;used to get;used to;resolved;healed;quit;stopped;gave up;ex;no prior;no previous;no past;"
        "last year;had had;曾因;前次;上次;陈旧性;陈旧;愈后;恢复期;戒"
    ),
    "past_after": (
        "in the past;as a child;in childhood;in infancy;previously;in her youth;in his youth;years earlier;"
        "history;hx;last year;at that time;when she was young;when he was young;in his twenties;in her twenties;"
        "病史;史;个人史;既往史"
    ),
    "gone_after": (
        "resolved;has resolved;have resolved;had resolved;is resolved;now resolved;since resolved;"
        "has since resolved;resolved spontaneously;resolved completely;went away;has gone away;have gone away;"
        "gone away;is gone;are gone;has gone;disappeared;has disappeared;subsided;has subsided;cleared;"
        "cleared up;has cleared;has passed;stopped;has stopped;have stopped;ceased;now gone;completely resolved;"
        "healed;no longer present;has settled;settled;abated;已缓解;缓解;已消失;消失;已愈;已治愈;治愈;痊愈;"
        "已痊愈;已好;好转后消失;自行缓解;已退;退热;已停止;停止;已止;已恢复;恢复正常;已消退;消退;完全缓解;已戒;"
        "戒除"
    ),
    "family": (
        "mother;father;brother;sister;brothers;sisters;sibling;siblings;parent;parents;grandmother;grandfather;"
        "grandparent;grandparents;aunt;uncle;cousin;cousins;son;daughter;sons;daughters;family history of;"
        "family hx of;fh of;fhx of;family history;family history is positive for;family members;family member;"
        "relative;relatives;mom;dad;mum;twin;niece;nephew;grandson;granddaughter;maternal;paternal;父亲;母亲;"
        "父母;兄弟;姐妹;哥哥;弟弟;姐姐;妹妹;祖父;祖母;外祖父;外祖母;爷爷;奶奶;外公;外婆;姥姥;姥爷;儿子;女儿;子女;"
        "叔叔;舅舅;姑姑;姨妈;家族;家族中;家族史;家人;家属;其父;其母;父;母;其兄;其姐;其弟;其妹;亲属;一级亲属;爸爸;"
        "妈妈;堂兄;表姐;表哥"
    ),
    "family_after": (
        "in his mother;in her mother;in his father;in her father;in the mother;in the father;in mother;in father;"
        "in her family;in his family;in the family;in family;runs in the family;run in the family;"
        "on his father's side;on her father's side;on his mother's side;on her mother's side;"
        "on the maternal side;on the paternal side;( mother );( father );( brother );( sister );- mother;"
        "- father;: mother;: father;in her sister;in his sister;in her brother;in his brother;in a brother;"
        "in a sister;in his brothers;in first degree relatives;in several relatives;in relatives;in both parents;"
        "in her son;in his son;in a sibling;in siblings;in a maternal aunt;in a grandparent;in her grandmother;"
        "in his grandfather;in his grandmother;in her grandfather;in her aunt;in his uncle;in an uncle;"
        "in an aunt;家族史;遗传史;(父亲);(母亲)"
    ),
    "other": (
        "husband;wife;boyfriend;girlfriend;partner;spouse;roommate;roommates;coworker;coworkers;colleague;"
        "colleagues;friend;friends;neighbor;neighbour;neighbors;classmate;classmates;donor;"
        "contact with a person with;contact with someone with;children at school;people with;someone with;"
        "household contact;household contacts;sick contacts with;sick contact with;contacts with;stepfather;"
        "stepmother;丈夫;妻子;同事;同学;室友;朋友;邻居;配偶;爱人;老公;老婆;男友;女友;供者;舍友;同伴;他人;周围人"
    ),
    "other_after": ("in her husband;in his wife;in contacts;in a coworker;at school;at his workplace;in the partner"),
    # ends every scope
    "stop": (
        "presents;presented;presenting;complains;complained;complaining;comes;came;now;currently;today;"
        "on examination;examination;on exam;physical exam;查体;就诊;来诊;来院;but;however;although;though;"
        "nevertheless;except;except for;apart from;aside from;other than;besides;yet;still;whereas;despite;"
        "but now;which;because;because of;due to;secondary to;as a result of;caused by;but has;followed by;then;"
        "until;with the exception of;otherwise;only;just;但;但是;然而;不过;仅;只有;仅有;除;除了;。;却;而;因;由于;"
        "唯;惟;直到;后;之后;随后;继而;遂;故;伴有;出现;近;目前;现;现在;今;今日;入院;本次;此次;今晨;昨日;突发;突然;"
        "同时;偶;偶有;时有;有时"
    ),
    # a new clause about the patient
    "turn": ("he;she;patient;pt;they;we;i;there is;there are;there was;there were;患者;患儿;病人;本人;自诉;自述"),
    # a new statement when something was already denied
    "soft": (
        "normal;, +;and is;and are;and was;and were;, is;, are;, was;, were;and looks;and seems;, looks;, seems;"
        "and cannot;and can't;, cannot;, can't;has;had;have;reports;reported;reporting;endorses;endorsed;admits;"
        "admitted;states;stated;notes;describes;developed;develops;experiences;experienced;positive for;positive;"
        "noticed;appears;feels;"
        "shows;showed;reveals;revealed;showing;demonstrates;demonstrated;significant for;remarkable for;"
        "notable for;associated with;, with;takes;taking;started;began;presence of;complaints of;also;is having;"
        "are having;is now;who;有;伴;诉;可见;见;可闻及;可触及;患;患有;感;感到;觉;存在;合并;表现为;并;并有;且"
    ),
    # looks like a cue and is none
    "mask": (
        "no increase;no change;no changes;no improvement;no relief;no relief of;no response;no further;no doubt;"
        "no worsening;no apparent cause;no obvious cause;no clear cause;no decrease;no difference;no matter;"
        "no significant change;no interval change;no known cause;no effect;no benefit;no help;no better;"
        "not better;not only;not just;not improved;not improving;not improve;not resolved;not resolve;"
        "not resolving;not relieved;not responded;not responding;not respond;not responsive;not gone;"
        "not going away;not go away;not subsided;not controlled;not well controlled;not stop;not stopped;"
        "not stopping;not changed;not helped;not help;not necessarily;not able to;not able;unable to;"
        "not been able to;not feel well;not feeling well;not well;not sleep;not eat;not eating;not sleeping;"
        "not taking;not take;not tolerate;not tolerating;not been taking;without relief;without improvement;"
        "without response;without help;without any improvement;without any relief;without effect;without benefit;"
        "without success;without any effect;without trauma;without warning;without change;without any change;"
        "without provocation;without an obvious cause;without apparent cause;without difficulty;gram negative;"
        "gram-negative;rh negative;rh-negative;hiv negative;cannot sleep;can't sleep;can't breathe;"
        "cannot breathe;can't stop;cannot stop;couldn't stop;can't keep;cannot keep;can't eat;cannot eat;"
        "cannot walk;can't walk;can't move;cannot move;can't see;cannot see;cannot lie;can't lie;not because;"
        "not due to;not getting better;not in keeping with;as if;even if;even though;not associated;don't know;"
        "don't think so;never before;never been this;never felt;don't feel well;doesn't go away;won't go away;"
        "don't feel right;does not go away;nor does it;not painless;not without;history of present illness;"
        "history of presenting complaint;presents with a history of;presented with a history of;"
        "present with a history of;presenting with a history of;gives a history of;gave a history of;"
        "long history of;longstanding history of;chronic history of;recent history of;brief history of;"
        "known history of;known case of;past few days;past day;past week;past month;past year;past few weeks;"
        "past few months;past few hours;past several days;past several weeks;past two days;past several months;"
        "past two weeks;past couple;prior to;previous day;previous night;day prior;days prior;weeks prior;"
        "month prior;months prior;hours prior;past hour;past weekend;past 24 hours;old man;old woman;old male;"
        "old female;old boy;old girl;years old;year old;month old;months old;week old;weeks old;day old;days old;"
        "year-old;former premature;ex-smoker;still present;at least;not known;stopped smoking;stopped taking;"
        "may be worse;now and then;every now and then;by now;until now;up to now;just now;most likely due to;"
        "cannot see well;old one;past the;history and physical;history taking;history is;history was;no test;"
        "not tested;likely to;if anything;if not worse;only if;worse if;as though;than previous;than previously;"
        "无明显诱因;无诱因;无明显原因;无原因;无缘无故;无明显诱因下;无明显缓解;无缓解;无好转;无明显好转;无改善;"
        "未缓解;未见缓解;未见好转;未好转;无效;未见改善;不缓解;无减轻;未减轻;无明显减轻;无法;无意中;无论;无菌;"
        "无意间;无意识地;无人;无特殊处理;未治疗;未予治疗;未予处理;未予重视;未重视;未处理;未就诊;未诊治;未服药;"
        "未予特殊处理;未在意;未治;没有好转;没有缓解;没有改善;未退;未愈;不愈;未控制;控制不佳;未规律;未监测;未规范;"
        "未停;不止;未止;无规律;不能平卧;不能入睡;不能进食;不能行走;不能活动;不能站立;不能说话;不能忍受;难以忍受;"
        "不敢;不愿;不想;没有变化;无变化;无明显变化;无明显加重;无加重;未加重;革兰阴性;不仅;不但;不只;非常;"
        "非霍奇金;非甾体;非典型;非小细胞;非特异;非胰岛素依赖;非酒精性;无明显改善;无明显诱因出现;无诱因出现;无痛;"
        "已止血;已经止血;血已止;无痛性;无症状;曾用名;母乳;父母代诉;家属代诉;家属诉;母亲诉;父亲诉;妈妈诉;家长诉;家人诉;其母诉;其父诉;"
        "代诉;家人发现;家属发现;家属送;家人送;家属陪同;母亲发现;妈妈发现;父亲发现;家长发现;家人代诉;母亲代诉;"
        "父母发现;同事发现;朋友发现;邻居发现;路人发现;同学发现;由家属;由家人;与家人;和家人;与父母;酵母;保姆;母婴;"
        "孕母;母亲带;父亲带;奶奶带;家长带;被家人;被同事;被家属;被家人发现;朋友聚餐;与朋友;和朋友;同事聚餐;和同事;"
        "与同事;同学聚会;与同学;近亲;现病史;无创;无烟;没事;没劲;没力;没力气;没精神;没胃口;没睡好;不知;不详;未详;"
        "不明原因;原因不明;不适;不明;后背;后枕;后颈;后头;后脑;后腰;而且;因此;因素;偶尔;最近;近期;附近;近视;近端;"
        "接近;发现;表现;呈现;今年;现年;入院时;产后;术后;餐后;饭后;饭前;活动后;运动后;劳累后;受凉后;进食后;饮酒后;"
        "醒后;晨起后;外伤后;用药后;服药后;休息后;病后;伤后;后伴;绝经后;睡后;排便后;性交后;热后;背后;后部;前后;"
        "后出现;除外伤;胸膜摩擦;心悸感;若干;假如说;不良反应;史密斯;过敏史;如下;如前;如常;例如;比如;如厕;如水样;"
        "如针刺;如刀割;如上;如洗;疼痛难忍;意见;常见;少见;多见;罕见;可见光;见效;看见;听见;见红;见习;听诊;患处;"
        "患侧;患肢;患者;觉得;睡觉;视觉;感觉;听觉;嗅觉;味觉;幻觉;感染;感冒;敏感;伴侣;并发;并发症;老伴;而言;恐惧;"
        "恐慌;恐水;害怕的感觉;怕冷;怕热;怕光;怕风;曾祖;似乎没有变化;戒断;鉴别诊断;停止吸烟;似的;蚁走感似;类似;"
        "相似;倾向性;出血倾向;考虑到;避免了;因为;原因;诱因;病因;主因"
    ),
    # a finding of the exception is neither denied nor new
    "save": (
        "except mentioned;except as mentioned;except as noted;except as noted above;except those mentioned;"
        "except for those mentioned;except as above;other than mentioned;other than those mentioned;"
        "other than as above;except as described;except those described;except where mentioned;"
        "other than described;other than stated;other than above;except above;except the above;除上述;除以上;"
        "除前述"
    ),
}


@cache
def _tree() -> tuple[Node, tuple[frozenset[Kind], ...]]:
    """All cues as a tree; each value is the number of a set of kinds, as one phrase may be several cues."""
    kinds: dict[tuple[str, ...], set[Kind]] = {}
    for kind, listed in _CUES.items():
        for cue in listed.replace(";;", ";").split(";"):
            kinds.setdefault(tuple(Prose(cue).words), set()).add(kind)
    kinds.setdefault((";",), set()).add("stop")
    kinds.pop((), None)
    root, sets = Node(), []
    for number, (words, found) in enumerate(kinds.items()):
        root.add(words, number)
        sets.append(frozenset(found))
    return root, tuple(sets)


class Cue(NamedTuple):
    """One cue: its words from `start` to `end`, and what it may be."""

    start: int
    end: int
    kinds: frozenset[Kind]


def cues(prose: Prose, covered: Sequence[bool]) -> list[Cue]:
    """The cues of a text in order, the longest at each place; words covered by findings are none."""
    root, sets = _tree()
    words, first = prose.words, root.next
    found: list[Cue] = []
    place = 0
    while place < len(words):
        node = None if covered[place] else first.get(words[place])
        if node is None or not (node.values or (words[place + 1 : place + 2] and words[place + 1] in node.next)):
            place += 1
            continue
        ends = [
            (end, values)
            for end, values in found_at(root, words, words, place)
            if end - place == 1 or not any(covered[place:end])
        ]
        if ends and not _is_course(words, place, ends[-1][0]):
            end, values = ends[-1]
            found.append(Cue(place, end, sets[values[0]]))
        place = ends[-1][0] if ends else place + 1
    return found


def _is_course(words: Sequence[str], place: int, end: int) -> bool:
    """Whether a word of the past speaks of how long something has lasted, or of its beginning (`has gone numb`)."""
    if words[place] == "history":
        return place > 0 and words[place - 1] in _TIMES
    if words[end - 1] in ("past", "previous", "prior"):
        after = next((word for word in words[end : end + 3] if word not in _COUNTS and not word.isdigit()), "")
        return after in _TIMES
    if words[end - 1] == "gone":
        return not _TURNED.isdisjoint(words[end : end + 1])
    return words[place] == "non" and words[place + 1 : place + 2] in _NO_DENIAL
