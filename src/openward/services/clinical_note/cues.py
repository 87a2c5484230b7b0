"""Words that tell what a sentence of a talk is about, English and Chinese."""

import re
from typing import Final

ALLERGY: Final = re.compile(
    r"\ballergic (?:to|reaction)|\b(?:drug|medication|food|any|known|no) allerg|\ballergies to\b|过敏"
)
FAMILY: Final = re.compile(
    r"\b(?:family history|(?:in|run|runs|ran) (?:in )?(?:my|your|the|his|her) family|anyone in your family|"
    r"family (?:members?|medical))|"
    r"家族|家里(?:有没有)?人|遗传"
)
KIN: Final = re.compile(
    r"\bmy (?:\w+ ){0,2}?(?:mother|mom|mum|father|dad|sister|brother|grandmother|grandfather|grandma|grandpa|aunt|"
    r"uncle|cousin|"
    r"grandparents?|parents?|siblings?)(?:'s)?\b|我(?:的)?(?:妈妈?|母亲|爸爸?|父亲|姐姐?|妹妹?|哥哥?|弟弟?|爷爷|奶奶|外公|外婆|姥姥|姥爷)"
)
SOCIAL: Final = re.compile(
    r"\b(?:smok\w*|cigarettes?|tobacco|vap(?:e|es|ing)|alcohol\w*|drink(?:s|ing|er)?(?! (?:water|fluids|lots|"
    r"plenty|more|enough|coffee|milk|protein))|beers?|wine|"
    r"marijuana|cannabis|recreational drugs?|illicit|street drugs|cocaine|heroin|"
    r"(?:do|what do) you (?:do )?(?:for )?(?:work|a living)|for (?:work|a living)|i work (?:as|at|in|for|from)|"
    r"my (?:job|work|husband|wife|kids|children|boyfriend|girlfriend)|retired|occupation|"
    r"married|divorced|widowed|live (?:with|alone|in)|lives with|sexually active|caffeine|i'm an? \w+er\b|student|"
    r"college)\b|"
    r"抽烟|吸烟|烟|喝酒|饮酒|白酒|啤酒|工作|上班|职业|退休|结婚|离婚|独居|一起住|种地|农民"
)
PAST: Final = re.compile(
    r"\b(?:surger(?:y|ies)|operations?|operated|had (?:my|a) \w+ (?:removed|replaced|out)|removed|replacement|"
    r"hospitali[sz]ed|"
    r"(?:been )?diagnosed with|history of|past medical|medical (?:problems|conditions|history|issues)|as a (?:kid|"
    r"child)|when i was (?:a |young|little|\d+|in )|"
    r"years ago|childhood|chronic)\b|手术|做过|得过|确诊|以前有|既往|慢性|住过院|高血压病?\d|糖尿病\d|外伤|输血"
)
OBSTETRIC: Final = re.compile(
    r"\b(?:pregnan\w+|menstrua\w+|my periods?|last period|lmp|menopause|deliver(?:y|ies)|miscarriages?)\b|怀孕|"
    r"月经|末次|绝经|流产|生育|孕"
)
TAKING: Final = re.compile(
    r"\b(?:tak(?:e|es|ing|en)|took|on|us(?:e|es|ing|ed)|tried|trying|prescribed|dose|doses|pills?|tablets?|"
    r"milligrams?|mg|medications?|medicines?|meds|"
    r"inhalers?|over[- ]the[- ]counter|supplements?|vitamins?|refills?)\b|吃|服|用药|毫克|片|药"
)
COMPLAINT: Final = re.compile(
    r"\b(?:(?:he|she|who|and|patient) (?:presents?|comes?|is here|is coming|came)(?: in| here|"
    r" to (?:the )?(?:clinic|office|us))?(?: today)?(?: here)?(?: (?:for|with|complaining of|because of|due to|"
    r"after))|"
    r"(?:you(?:'re|'ve| are| were| have)?|here(?: today)?|(?:come|came|coming)(?: in)?(?: here)?(?: today)?|"
    r"brings you in|in today|see(?:ing)? you) (?:here )?(?:in )?(?:today )?(?:for|with|because of|complaining of|"
    r"due to)|"
    r"here for|here with|in for|in with|experiencing|having (?:some|a)|reason for (?:your )?visit(?: is|"
    r" today is)?|chief complaint(?: of| is)?)\s+(?P<what>[^.?!]{3,160})"
)
OPENING: Final = re.compile(
    r"\b(?:what (?:brings|brought)|what(?:'s| is| are)? (?:been )?(?:going on|happening|happened|bothering|"
    r"the problem|wrong)|how can i help|what can i (?:do|help)|"
    r"tell me (?:a little (?:bit )?)?(?:about|what|more)|what seems|how are you (?:doing|feeling)|what happened|"
    r"reason for)\b|"
    r"哪里不舒服|怎么了|什么不舒服|哪儿不舒服|怎么不好|看什么|什么问题|怎么不舒服"
)
EXAM_BEGINS: Final = re.compile(
    r"\b(?:physical exam\w*|(?:do|perform|go through|start with|proceed to) (?:a |an |my |the |your )?(?:quick |"
    r"brief |short |little |thorough )*(?:physical|exam\w*)|"
    r"examine (?:you|your|that|the)|let(?:'s| me| us) (?:go ahead and )?(?:just )?(?:take a (?:quick |good |"
    r"closer )?look (?:at (?:your|you|that|the|it|this)|here)|listen|examine|feel|check|press)|"
    r"(?:going to|just) (?:take a (?:quick )?(?:look|listen)|listen to|check out your|press|feel (?:your|for|"
    r"around)|look (?:at|in) your|examine)|check you out|lay back|lie back)\b|"
    r"查体|检查一下|听一下|听听|躺下|按一下|看一下(?:喉咙|嗓子|肚子|伤口|皮肤)|量一下|体格检查"
)
EXAM: Final = re.compile(
    r"\b(?:on (?:your |the |my |his |her |this )?(?:\w+ ){0,3}exam\w*|i (?:do(?:n't| not)? |also |can |am |still |"
    r"did(?:n't| not)? )*(?:appreciate|hear(?:ing)?|feel(?:ing)?|note|palpate|detect)|"
    r"auscultation|palpation|tender(?:ness)? (?:to|over|on|in|at|along)|non-?tender|range of motion|strength|"
    r"pulses?|reflexes|murmur\w*|gallops?|wheez\w+|rales|"
    r"crackles|rhonchi|lungs? (?:are |is |sound\w* )|heart (?:is|sounds?|exam|rate|has)|clear (?:to|bilaterally)|"
    r"regular rate|edema|erythema|swelling|bruis\w+|lesions?|"
    r"sensation|flexion|extension|abduction|rotation|supination|pronation|squeez\w+|push|pull|tinel|phalen|"
    r"lachman|mcmurray|straight leg|carotid|bruits?|thyroid|lymph nodes?|lymphadenopathy|"
    r"abdomen|pupils|mucosa\w*|throat|ears?|soft|distended|guarding|rebound|bowel sounds|gait|warm|healed|incision)\b|"
    r"心音|呼吸音|杂音|啰音|压痛|反跳痛|肌紧张|水肿|扁桃体|充血|叩|触|听诊|律齐|柔软|体征"
)
FOUND: Final = re.compile(
    r"\byour (?:\w+ )?(?:throat|lungs?|heart|chest|abdomen|belly|stomach|ears?|eyes?|knees?|ankles?|feet|foot|"
    r"legs?|skin|neck|glands|tonsils|nose|back|hands?|wrist|shoulder|reflexes|pulse) "
    r"(?:is|are|looks?|sounds?|feels?|seems?) "
)
ON_EXAM: Final = re.compile(
    r"\bon (?:your |the |my |his |her |this )?(?:\w+ ){0,3}exam\b|\bi (?:do |don't |do n't |also |"
    r"can )*(?:appreciate|see) (?:a|an|some|any|no)\b"
)
MEASURES: Final = re.compile(
    r"\b(?:degrees? of|plantar ?flexion|dorsiflexion|auscultation|to palpation|i do see (?:just )?(?:a|some|no)|"
    r"systolic|bilaterally|range of motion|abduction|tympanic)\b"
)
HURTS: Final = re.compile(
    r"\b(?:does (?:it|that|this)|is (?:it|that|this)|any|do you (?:have|feel)|can you feel|hurts?|pain|"
    r"tender)\b.*\b(?:hurt|pain|tender\w*|here|there|that|this|when i|press)\b|(?:这里|这儿|按).{0,6}(?:疼|痛)"
)
VITAL: Final = re.compile(
    r"\b(?:blood pressures?|heart rate|pulse (?:is|was|rate|ox)|temperature|temp|respiratory rate|respirations?|"
    r"oxygen saturation|o2 sat\w*|satting|saturation|sats?|vitals?|vital signs|weight|bmi|height)\b|"
    r"血压|体温|心率|脉搏|呼吸\d|血氧|体重|身高"
)
RESULTS: Final = re.compile(
    r"\b(?:x-?rays?|mris?|c-?t\b|cat scan|ct scan|ultrasounds?|echo(?:cardiogram)?s?|ekgs?|ecgs?|"
    r"electrocardiogram|labs?|lab ?work|blood ?work|blood (?:tests?|counts?|sugars?)|hemoglobin|a1c|panel|"
    r"patholog\w+|biops\w+|scans?|imaging|creatinine|potassium|cholesterol|ldl|glucose|"
    r"white (?:blood )?(?:cell )?count|urinalysis|urine (?:test|sample|culture)|pulmonary function|pfts?|"
    r"stress test|colonoscopy|endoscopy|mammogram|dexa|emg|nerve conduction|results?|readings?|liver (?:enzymes|"
    r"function)|tsh|vitamin d|troponin|culture|cath\w*|d-dimer|films?|views?|ejection fraction)\b|"
    r"化验|血常规|尿常规|胸片|片子|心电图|超声|彩超|b超|磁共振|核磁|ct|结果|指标|血糖|血脂|肌酐|白细胞|血红蛋白|转氨酶|胃镜|肠镜|病理",
    re.IGNORECASE,
)
SHOWN: Final = re.compile(
    r"\b(?:show(?:s|ed|n|ing)?|reveal\w*|demonstrat\w+|came back|come back|look(?:s|ed|ing)? (?:good|fine|normal|"
    r"okay|great|ok|like|at (?:your|the))|is|are|was|were|has|had|elevated|normal|low|high|"
    r"positive|negative|consistent|reviewed|see|saw|indicat\w+|increased|decreased|stable|improved|great)\b|显示|"
    r"提示|正常|偏高|偏低|升高|降低|阳性|阴性|是|有|\d"
)
REPORTED: Final = re.compile(
    r"\b(?:show(?:s|ed|n)?|reveal\w*|came back|results?|readings?|elevated|levels?|abnormal|normal|positive|"
    r"negative)\b|显示|提示|结果|偏高|偏低|阳性|阴性|正常|\d"
)
KEEPS_ON: Final = re.compile(
    r"\b(?:continue|keep|stay|remain|you're on|you are on|currently|already|been taking|you take|you're taking)\b|"
    r"继续|在吃|在服"
)
TO_DO: Final = re.compile(
    r"\b(?:order(?:ed|ing)?|repeat|check again|schedul\w+|recheck|going to (?:get|do|check|send|have)|(?:i|"
    r"we)(?:'ll| will|'d like| would like| want| need)|i'm going to|let's|"
    r"refer(?:ral|red|ring)?|prescri\w+|recommend\w*|start(?:ing|ed)? (?:you|her|him|on|with|taking|off)|continue|"
    r"increas(?:e|ing) (?:you|the|that|it|to|her|his)|decrease (?:you|the|it)|stop taking|discontinue|switch|"
    r"follow[- ]?up|come back|see you (?:back|again|in)|"
    r"return|(?:you )?should|need to|needs to|have to|make sure|try to|avoid|use (?:the|a|some|ice|heat)|"
    r"take (?:the|it|that|this|your|some|one|two|them|a)|monitor|watch (?:your|for|the)|keep (?:a|track|taking|"
    r"using|it|your|an eye|doing|up)|"
    r"call (?:me|us|the|if)|go to the (?:er|emergency)|if (?:it|you|that|this|things|your)|physical therapy|"
    r"therapy|surgery|inject\w+|plan|options?|treat(?:ment|ed|ing)?|rest|ice|elevat(?:e|ing)|wear|brace|splint|"
    r"send(?:ing)? (?:you|in|that|a|off|over)|give you|put you|get you|have you|set (?:you )?up|set that up|"
    r"consult\w*|wean|taper|exercises?|diet|encourage|advise|educat\w+|counsel\w*|handout|information|refills?)\b|"
    r"建议|复查|复诊|开(?:点|些|个|一)|吃药|服用|口服|每天|每日|住院|做个|做一个|检查一下|转诊|注意|多喝|休息|避免|随访|回来|预约|手术|治疗|打针|输液|停(?:用|药)|继续|换成|加量|减量|随时"
)
OPINION: Final = re.compile(
    r"\b(?:i (?:do )?(?:think|believe|suspect|feel)|i'm (?:concerned|worried|thinking|suspicious)|consistent with|"
    r"diagnos\w+|impression|looks like|sounds like|seems like|appears?|most likely|likely|"
    r"probably|suggests?|differential|secondary to|due to|caused by|you (?:do )?have (?:a|an|some)?|"
    r"this is (?:called|a|an|most|probably|likely)|assessment|stable|controlled|uncontrolled|improving|worsening|"
    r"doing (?:well|great|good|okay)|(?:first|second|third|next|last|other) (?:problem|issue|diagnosis|thing|"
    r"concern))\b|考虑|诊断|可能是|应该是|像是|怀疑|属于|引起|没有大问题|控制得"
)
ANNOUNCED: Final = re.compile(
    r"\b(?:i(?:'m| am) (?:just )?(?:going to|gon na)|i (?:just )?(?:want to|wan na|would like to|need to)|"
    r"i'd (?:just )?like to|let me|let's|we'll|i'll|if i)(?: \w+){0,4}? "
    r"(?:listen|tap|touch|press|feel|look|check|examine|take a look|see|palpate|"
    r"do a (?:quick )?(?:physical )?exam\w*|go over|talk|tell you|show you|explain|bring|calling out|pull)\b|"
    r"^(?:\W|so|and|okay)*(?:when|if) i (?:press|push|touch|do that|squeeze|move|bend|tap)\b[^.]{0,60}$"
)
YOUR: Final = re.compile(r"(?<![\w'])(?:your|you've got|you do have|you have)(?![\w'])|您的")
APPRECIATES: Final = re.compile(
    r"\bi (?:do |don't |do not |do n't |can |also )*appreciate (?!it|that|you|the help|your)"
)
DECIDED: Final = re.compile(
    r"\bi (?:do |also |am going to |would |really |highly |just )*(?:want|recommend|advise|prescribe|suggest|"
    r"encourage) (?:you|that|we|her|him|starting|doing|getting|physical|to (?:start|order|prescribe|refer|get|"
    r"send|put|continue|give|have|see))|"
    r"\b(?:the|your|best|first) treatment (?:for|is|of|would|plan|options?)|\b(?:i'd|i would|"
    r"we'd) (?:also )?(?:like|recommend) (?:to (?:start|order|prescribe|refer|get|send|put|continue|give|have)|"
    r"you to (?!take a (?:deep|big)))|"
    r"\b(?:i'm|i am|we're|we are|i'll|we'll|we will|i will) (?:also |just |going to |gon na |"
    r"go ahead and )*(?:prescrib\w+|order\w*|refer\w*|start\w*|send\w*|schedul\w+|get you|put you|set you|"
    r"recommend\w*|increas\w+|continue)\b"
)
BELIEVES: Final = re.compile(
    r"\bi(?: do)? (?:think|believe|suspect) (?:this|that|it|you|he|she|we)(?:'s| is|'re| are| have| has| may|"
    r" might| likely| probably)|\b(?:most likely|consistent with|diagnosis is)\b|考虑|诊断|怀疑|可能是|应该是"
)
PLAN_BEGINS: Final = re.compile(
    r"\b(?:assessment and (?:my )?plan|my (?:assessment|plan|impression|thoughts?|diagnosis)|(?:the|our|my) plan|"
    r"treatment plan|go over (?:a little bit )?(?:about )?(?:my|the|our) (?:assessment|plan|diagnosis)|"
    r"for your (?:first|second|third|fourth|next|last|other)|(?:first|next|last) (?:problem|issue|diagnosis)|"
    r"what i(?:'d| would) (?:like|recommend)|where are we going|your diagnosis|"
    r"(?:so|here's what) (?:what )?(?:we're|i'm) going to (?:do|start|order|prescribe)|i want to (?:start|"
    r"continue|order|prescribe|get you|put|refer)|from a \w+ standpoint)\b|"
    r"我的(?:考虑|意见|建议)|诊断(?:上|考虑)|考虑|治疗方案|下一步|处理"
)
CHAT: Final = re.compile(
    r"^(?:(?:okay|ok|alright|all right|yes|yeah|yep|no|sure|thanks?|thank you|great|good|nice|perfect|hi|hello|"
    r"hey|bye|right|mm-hmm|uh-huh|absolutely|of course|you're welcome|sounds good|"
    r"take care|see you|got it|i see|i understand|wow|cool|awesome|excellent|exactly|no problem|fair enough|"
    r"please|very much|so much|doctor|dr|sir|ma'am|wonderful|again|for that|for your help|"
    r"好的?|行|嗯|谢谢|再见|知道了|明白|没问题|医生|您好|你好|是的?|对)(?![\w'-])[ ,.!，。、！]*)+$"
)
MACHINE: Final = re.compile(
    r"^(?:\W|so|and|okay|let's|hey|dragon)*show me\b|\b(?:hey ,? ?dragon(?! ?,? order)|dax\b|recording|"
    r"finalize the note|pull up|next patient is$)|\bhey ,? siri\b"
)
GREETING: Final = re.compile(
    r"\b(?:how are you(?: doing)?(?: today)?|nice to (?:meet|see) you|good (?:morning|afternoon|evening)|"
    r"good (?:to see|seeing) you|do you have any (?:other )?questions|any (?:other )?questions|"
    r"does that (?:make sense|sound)|sound good|is that okay|thank you)\b|还有(?:什么)?问题吗|谢谢|您好|你好"
)
PRESENT_SELF: Final = re.compile(r"\byear[- ]old\b|past medical history|\d+岁")
REFER: Final = re.compile(
    r"\brefer(?:ral|red|ring)?\b|see (?:a|an|the) (?:specialist|\w+ologist|surgeon)|转诊|转到|请.{1,8}科(?:会诊|看)"
)
FOLLOW: Final = re.compile(
    r"\b(?:follow[- ]?up|see you (?:back|again|in)|come back|return|call (?:me|us|the office|if)|if (?:it|you|"
    r"that|this|things|your|the) .{0,60}(?:worse|worsen|fever|emergency|not (?:better|improv)|doesn't)|"
    r"go to the (?:er|emergency)|next (?:visit|appointment)|in (?:a |one |two |three |four |six |\d+ )(?:weeks?|"
    r"months?|days?))\b|复诊|复查|随访|随时|回来|再来"
)
INSTRUCTS: Final = re.compile(
    r"^(?:(?:okay|alright|all right|so|now|and|can you|could you|go ahead(?: and)?|please|just|i'd like you to|"
    r"i want you to|if you (?:can|could)|let me|let's) ){0,5}"
    r"(?:breathe|take a (?:deep|big) breath|deep breath|lie|lay|sit|stand|walk|squeeze|push|pull|lift|raise|bend|"
    r"turn|open your|close your|look (?:up|down|at|straight)|follow my|hold|relax|hop|have a seat|say ah|"
    r"stick out|press|see|listen|take a|go ahead|get|check)\b"
)
