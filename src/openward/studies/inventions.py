"""What is planted into notes: drugs to swap in, and findings to invent; chosen without looking at what a check can read."""

from typing import Final

DRUGS: Final = (
    ("amlodipine", "氨氯地平"), ("amitriptyline", "阿米替林"), ("azathioprine", "硫唑嘌呤"), ("atenolol", "阿替洛尔"),
    ("bisoprolol", "比索洛尔"), ("bupropion", "安非他酮"), ("celecoxib", "塞来昔布"), ("cephalexin", "头孢氨苄"),
    ("ciprofloxacin", "环丙沙星"), ("citalopram", "西酞普兰"), ("clonazepam", "氯硝西泮"), ("clonidine", "可乐定"),
    ("colchicine", "秋水仙碱"), ("cyclobenzaprine", "环苯扎林"), ("diclofenac", "双氯芬酸"), ("diltiazem", "地尔硫卓"),
    ("doxazosin", "多沙唑嗪"), ("duloxetine", "度洛西汀"), ("enalapril", "依那普利"), ("escitalopram", "艾司西酞普兰"),
    ("famotidine", "法莫替丁"), ("fluoxetine", "氟西汀"), ("furosemide", "呋塞米"), ("glipizide", "格列吡嗪"),
    ("glyburide", "格列本脲"), ("hydralazine", "肼屈嗪"), ("hydroxyzine", "羟嗪"), ("lamotrigine", "拉莫三嗪"),
    ("levothyroxine", "左甲状腺素"), ("losartan", "氯沙坦"), ("lorazepam", "劳拉西泮"), ("methotrexate", "甲氨蝶呤"),
    ("metoprolol", "美托洛尔"), ("metronidazole", "甲硝唑"), ("mirtazapine", "米氮平"), ("montelukast", "孟鲁司特"),
    ("nifedipine", "硝苯地平"), ("naproxen", "萘普生"), ("ondansetron", "昂丹司琼"), ("pantoprazole", "泮托拉唑"),
    ("paroxetine", "帕罗西汀"), ("pioglitazone", "吡格列酮"), ("pravastatin", "普伐他汀"), ("pregabalin", "普瑞巴林"),
    ("propranolol", "普萘洛尔"), ("quetiapine", "喹硫平"), ("ramipril", "雷米普利"), ("rivaroxaban", "利伐沙班"),
    ("rosuvastatin", "瑞舒伐他汀"), ("sertraline", "舍曲林"), ("simvastatin", "辛伐他汀"), ("sitagliptin", "西格列汀"),
    ("spironolactone", "螺内酯"), ("sulfasalazine", "柳氮磺吡啶"), ("tamsulosin", "坦索罗辛"), ("topiramate", "托吡酯"),
    ("trazodone", "曲唑酮"), ("valsartan", "缬沙坦"), ("venlafaxine", "文拉法辛"), ("verapamil", "维拉帕米"), ("warfarin", "华法林"),
    ("zolpidem", "唑吡坦"),
)  # fmt: skip


NO_DRUGS: Final = frozenset(
    [
        "oxygen",
        "glucose",
        "thyroid",
        "ms",
        "iron",
        "testosterone",
        "cortisol",
        "albumin",
        "magnesium",
        "potassium",
        "caffeine",
        "alcohol",
        "nicotine",
        "calcium",
        "progesterone",
        "estradiol",
        "folate",
        "hcg",
        "insulin",
    ]
) | {"amino acids", "growth hormone", "vitamin d", "diane"}


# Each with the stems that must not stand in note or source, as the finding would then not be invented.
FINDINGS: Final = (
    ("hemoptysis", "hemopt cough sputum"), ("hematuria", "hematur urin pee"), ("hematemesis", "hemateme vomit threw"),
    ("double vision", "vision eye diplop"), ("night sweats", "sweat"), ("calf swelling", "calf calv leg"),
    ("neck stiffness", "stiff neck"), ("jaundice", "jaund yellow"), ("a seizure", "seiz convuls"),
    ("loss of consciousness", "conscious pass black faint syncop"), ("palpitations", "palpit flutter pound rac heartbeat"),
    ("hearing loss", "hear ear deaf"), ("ringing in the ears", "ring ear tinnit"), ("a skin rash", "rash skin hive"),
    ("urinary incontinence", "incontin urin leak"), ("black tarry stools", "stool black tarry melena bowel"),
    ("rectal bleeding", "rectal bleed blood stool"), ("constipation", "constip bowel"), ("diarrhea", "diarrh loose bowel"),
    ("difficulty swallowing", "swallow dysphag"), ("hoarseness", "hoars voice"), ("slurred speech", "slur speech"),
    ("facial droop", "droop facial face"), ("memory loss", "memor forget remember"), ("tremor", "tremor shak"),
    ("hallucinations", "hallucin"), ("panic attacks", "panic anxi"), ("insomnia", "insomn sleep"),
    ("weight loss", "weight pound"), ("chills", "chill"), ("fever", "fever temperat"), ("a sore throat", "throat"),
    ("nosebleeds", "nose nosebleed epistax"), ("chest pain", "chest angina"), ("shortness of breath", "breath dyspn wind"),
    ("wheezing", "wheez asthma"), ("vomiting", "vomit threw puk"), ("abdominal pain", "abdom belly stomach"),
    ("flank pain", "flank kidney"), ("pelvic pain", "pelvi"), ("vaginal discharge", "vagin discharg"),
    ("muscle cramps", "cramp muscl"), ("numbness in the feet", "numb tingl feet foot"), ("hip pain", "hip"),
    ("an asthma attack", "asthma wheez"), ("a history of stroke", "stroke cva"), ("a history of atrial fibrillation", "atrial afib fibril"),
    ("a history of breast cancer", "breast cancer"), ("a history of pancreatitis", "pancrea"), ("a history of epilepsy", "epilep seiz"),
    ("a history of cirrhosis", "cirrho liver"), ("a pulmonary embolism", "embol clot"), ("deep vein thrombosis", "thromb clot dvt"),
    ("gout", "gout uric"), ("psoriasis", "psoria skin"), ("glaucoma", "glauc eye"), ("pneumonia", "pneumon lung"),
    ("hepatitis B", "hepat liver"), ("an enlarged spleen", "spleen splen"), ("papilledema", "papill eye optic"),
    ("nystagmus", "nystag eye"), ("ascites", "ascit fluid"), ("pleural effusion", "effusion pleur fluid"),
    ("hepatomegaly", "hepat liver"), ("cyanosis", "cyano blue"), ("proptosis", "propto eye"),
    ("a metallic taste", "tast metal"), ("hair loss", "hair bald"), ("brittle nails", "nail"), ("a toothache", "tooth teeth dent"),
    ("bleeding gums", "gum bleed"), ("excessive thirst", "thirst"), ("trouble concentrating", "concentrat focus attent"),
    ("bad dreams", "dream nightmare"), ("a limp", "limp gait walk"), ("a pacemaker", "pacemaker implant"), ("cold hands", "cold hand"),
    ("a kidney transplant", "kidney transplant renal"), ("a hip replacement", "hip replac"), ("a penicillin allergy", "penicillin allerg"),
    ("drinking six beers a day", "beer alcohol drink"), ("pain when chewing", "chew jaw"), ("a burning tongue", "tongue mouth burn"),
    ("restless legs", "restless leg"), ("snoring", "snor apnea sleep"), ("swollen eyelids", "eye lid"), ("early satiety", "full satiety eat"),
    ("a fall last month", "fall fell trip"), ("a herniated disc", "disc herniat spine back"), ("a stomach ulcer", "ulcer stomach"),
)  # fmt: skip
# The same for notes in Chinese; the stems stand anywhere in the text.
FINDINGS_ZH: Final = (
    ("咯血", "咯血 血"), ("血尿", "血尿 尿"), ("盗汗", "汗"), ("黄疸", "黄"), ("抽搐", "抽"), ("意识丧失", "意识 昏 晕"), ("心悸", "心悸 心慌"),
    ("听力下降", "听"), ("耳鸣", "耳鸣"), ("皮疹", "疹"), ("黑便", "便"), ("便秘", "便"), ("腹泻", "泻 拉肚子 便"), ("吞咽困难", "吞 咽"),
    ("声音嘶哑", "嘶哑 声音 嗓"), ("手抖", "抖"), ("失眠", "眠 睡"), ("体重下降", "体重 瘦"), ("发热", "热 烧"), ("鼻出血", "鼻"), ("胸痛", "胸"),
    ("呼吸困难", "呼吸 气"), ("呕吐", "吐"), ("腹痛", "腹 肚"), ("腰痛", "腰"), ("痛风史", "痛风"), ("癫痫史", "癫痫"), ("脑卒中史", "卒中 中风 脑梗"),
    ("房颤史", "房颤"), ("青光眼史", "青光眼"), ("肺炎", "肺"), ("口干", "口干 渴"), ("脱发", "发"), ("牙痛", "牙"), ("视物模糊", "视 眼"),
)  # fmt: skip
