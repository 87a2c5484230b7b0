"""The calculators of the package `open-medicine` by our ids: its module, and its parameters in terms of our inputs."""

from importlib import import_module


def female(i):
    return i["sex"] == "female"


def male(i):
    return i["sex"] == "male"


def of(name):
    return lambda i: i[name]


def over(name, limit):
    return lambda i: i[name] > limit


def least(name, limit):
    return lambda i: i[name] >= limit


def below(name, limit):
    return lambda i: i[name] < limit


def any_of(*names):
    return lambda i: any(i[name] for name in names)


def word(name, words):
    return lambda i: words[i[name]]


def rank(name, *options):
    return lambda i: options.index(i[name])


def is_(name, option):
    return lambda i: i[name] == option


AVPU = {w: w for w in ("alert", "confusion", "voice", "pain", "unresponsive")}

MODULES = {
    "aa-gradient": ("aa_gradient", {"fio2": lambda i: i["fio2"] / 100, "pao2": of("pao2"), "paco2": of("paco2")}),
    "abcd2": ("abcd2", {
        "age_ge_60": least("age", 60), "bp_ge_140_90": lambda i: i["sbp"] >= 140 or i["dbp"] >= 90,
        "clinical_features": word("weakness_speech", {"none": "other", "speech": "speech_disturbance",
                                                      "weakness": "unilateral_weakness"}),
        "duration": lambda i: ("lt_10_min", "10_to_59_min", "ge_60_min")[
            (i["duration_minutes"] >= 10) + (i["duration_minutes"] >= 60)
        ],
        "diabetes": of("diabetes"),
    }),
    "aims65": ("aims65", {
        "albumin_below_3": below("albumin", 3), "inr_above_1_5": over("inr", 1.5),
        "altered_mental_status": of("altered_mental_status"), "systolic_bp_90_or_less": lambda i: i["sbp"] <= 90,
        "age_65_or_older": least("age", 65),
    }),
    "anion-gap": ("anion_gap", {n: of(n) for n in ("sodium", "chloride", "bicarbonate")}),
    "anion-gap-albumin": ("anion_gap", {n: of(n) for n in ("sodium", "chloride", "bicarbonate", "albumin")}),
    "apache-ii": ("apache2", {
        "temperature": of("temperature"), "mean_arterial_pressure": of("mean_arterial_pressure"),
        "heart_rate": of("heart_rate"), "respiratory_rate": of("respiratory_rate"),
        "fio2": lambda i: i["fio2"] / 100, "pao2": of("pao2"), "paco2": of("paco2"), "arterial_ph": of("ph"),
        "serum_sodium": of("sodium"), "serum_potassium": of("potassium"), "serum_creatinine": of("creatinine"),
        "acute_renal_failure": of("acute_renal_failure"), "hematocrit": of("haematocrit"),
        "white_blood_cell_count": of("wbc"), "gcs": of("gcs"), "age": of("age"),
        "admission_type": word("surgery_kind", {"nonoperative": "nonoperative", "emergency": "emergency_surgery",
                                                "elective": "elective_surgery"}),
        "severe_organ_insufficiency_or_immunocompromised": of("chronic_organ_failure"),
    }),
    "apgar": ("apgar", {
        "appearance": rank("apgar_colour", "pale", "extremities", "pink"),
        "pulse": rank("apgar_heart", "absent", "below_100", "above_100"),
        "grimace": rank("apgar_reflex", "none", "grimace", "cry"),
        "activity": rank("apgar_tone", "limp", "some", "active"),
        "respiration": rank("apgar_breathing", "absent", "weak", "good"),
    }),
    "bmi": ("bmi", {"weight_kg": of("weight"), "height_cm": of("height")}),
    "bsa-mosteller": ("bsa_mosteller", {"weight_kg": of("weight"), "height_cm": of("height")}),
    "caprini-2005": ("caprini", {
        "age_41_60": lambda i: 41 <= i["age"] <= 60, "age_61_74": lambda i: 61 <= i["age"] <= 74,
        "age_75_or_older": least("age", 75), "bmi_over_25": over("bmi", 25),
        "minor_surgery": is_("caprini_surgery", "minor"), "major_open_surgery": is_("caprini_surgery", "major"),
        "laparoscopic_surgery": is_("caprini_surgery", "laparoscopic"),
        "arthroscopic_surgery": is_("caprini_surgery", "arthroscopic"),
        "major_lower_extremity_arthroplasty": is_("caprini_surgery", "arthroplasty"),
        "medical_patient_at_bed_rest": is_("caprini_mobility", "bed_rest"),
        "confined_to_bed": is_("caprini_mobility", "confined"), "swollen_legs": of("swollen_legs"),
        "varicose_veins": of("varicose_veins"), "sepsis": of("sepsis_month"),
        "serious_lung_disease": of("pneumonia_month"), "abnormal_pulmonary_function": of("copd"),
        "acute_mi": of("infarction_acute"), "chf": of("heart_failure_month"),
        "inflammatory_bowel_disease": of("bowel_disease"), "malignancy": of("malignancy"),
        "immobilizing_plaster_cast": of("plaster_month"), "central_venous_access": of("central_line"),
        "history_dvt_pe": any_of("dvt_history", "pe_history"), "family_history_thrombosis": of("family_thrombosis"),
        "factor_v_leiden": of("factor_v_leiden"), "prothrombin_20210a": of("prothrombin_mutation"),
        "lupus_anticoagulant": of("lupus_anticoagulant"), "anticardiolipin_antibodies": of("anticardiolipin"),
        "elevated_homocysteine": of("homocysteine_high"), "hit": of("hit"),
        "other_thrombophilia": of("other_thrombophilia"), "stroke": of("stroke_month"),
        "multiple_trauma": of("trauma_month"), "acute_spinal_cord_injury": of("cord_injury_month"),
        "pregnancy_or_postpartum": lambda i: female(i) and i["pregnancy_postpartum"],
        "ocp_or_hrt": lambda i: female(i) and i["hormone_therapy"],
        "history_unexplained_stillborn_or_recurrent_abortion": lambda i: female(i) and i["obstetric_losses"],
    }),
    "centor-mcisaac": ("centor_mcisaac", {
        "age": of("age"), "tonsillar_swelling_or_exudate": of("tonsil_exudate"), "fever": over("temperature", 38),
        "tender_anterior_cervical_lymphadenopathy": of("cervical_nodes"), "absence_of_cough": of("cough_absent"),
    }),
    "cha2ds2-vasc": ("chadsvasc", {
        "congestive_heart_failure": of("heart_failure"), "hypertension": of("hypertension"), "age": of("age"),
        "diabetes": of("diabetes"), "stroke_tia_thromboembolism": any_of("stroke", "tia", "thromboembolism"),
        "vascular_disease": of("vascular_disease"), "female_sex": female,
    }),
    "charlson": ("charlson", {
        "myocardial_infarction": of("cci_infarction"), "congestive_heart_failure": of("heart_failure"),
        "peripheral_vascular_disease": of("peripheral_vascular"), "dementia": of("dementia"),
        "cerebrovascular_disease": any_of("stroke", "tia"), "chronic_pulmonary_disease": of("copd"),
        "connective_tissue_disease": of("connective_tissue"), "peptic_ulcer_disease": of("peptic_ulcer"),
        "mild_liver_disease": is_("cci_liver", "mild"), "hemiplegia": of("hemiplegia"),
        "uncomplicated_diabetes": is_("cci_diabetes", "uncomplicated"),
        "diabetes_with_end_organ_damage": is_("cci_diabetes", "end_organ"),
        "moderate_severe_renal_disease": of("ckd_moderate"), "solid_tumor": is_("solid_tumour", "localised"),
        "leukemia": of("leukaemia"), "lymphoma": of("lymphoma"), "aids": of("aids"), "age": of("age"),
        "moderate_severe_liver_disease": is_("cci_liver", "moderate_severe"),
        "metastatic_solid_tumor": is_("solid_tumour", "metastatic"),
    }),
    "child-pugh": ("child_pugh", {
        "bilirubin": of("bilirubin"), "albumin": of("albumin"), "inr": of("inr"),
        "ascites": word("ascites", {"absent": "none", "slight": "mild", "moderate": "severe"}),
        "encephalopathy": of("encephalopathy"),
    }),
    "ckd-epi-2021": ("ckd_epi", {"age": of("age"), "is_female": female, "serum_creatinine": of("creatinine")}),
    "cockcroft-gault": ("cockcroft_gault", {
        "age": of("age"), "weight": of("weight"), "is_female": female, "serum_creatinine": of("creatinine"),
    }),
    "corrected-calcium": ("corrected_calcium", {"calcium": of("calcium"), "albumin": of("albumin")}),
    "corrected-sodium-katz": ("corrected_sodium", {"sodium": of("sodium"), "glucose": of("glucose")}),
    "crb-65": ("crb65", {
        "confusion": of("confusion"), "respiratory_rate": of("respiratory_rate"), "systolic_bp": of("sbp"),
        "diastolic_bp": of("dbp"), "age": of("age"),
    }),
    "curb-65": ("curb65", {
        "confusion": of("confusion"), "bun": of("bun"), "respiratory_rate": of("respiratory_rate"),
        "systolic_bp": of("sbp"), "diastolic_bp": of("dbp"), "age": of("age"),
    }),
    "fib-4": ("fib4", {n: of(n) for n in ("age", "ast", "alt", "platelets")}),
    "gcs": ("gcs", {
        "eye_response": lambda i: 1 + rank("gcs_eye", "none", "pain", "voice", "spontaneous")(i),
        "verbal_response": lambda i: 1 + rank("gcs_verbal", "none", "sounds", "words", "confused", "orientated")(i),
        "motor_response": lambda i: 1 + rank(
            "gcs_motor", "none", "extension", "abnormal_flexion", "withdrawal", "localising", "obeys"
        )(i),
    }),
    "glasgow-blatchford": ("glasgow_blatchford", {
        "bun": of("bun"), "hemoglobin": of("haemoglobin"), "systolic_bp": of("sbp"), "pulse": of("heart_rate"),
        "is_male": male, "melena": of("melaena"), "syncope": of("syncope"), "hepatic_disease": of("liver_disease"),
        "cardiac_failure": of("cardiac_failure"),
    }),
    "grace": ("grace_score", {
        "age": of("age"), "heart_rate": of("heart_rate"), "systolic_bp": of("sbp"), "creatinine": of("creatinine"),
        "killip_class": lambda i: 1 + rank("killip", "one", "two", "three", "four")(i),
        "cardiac_arrest_at_admission": of("cardiac_arrest"), "st_segment_deviation": of("st_segment_deviation"),
        "elevated_cardiac_enzymes": of("cardiac_markers"),
    }),
    "nihss": ("nihss", {
        "loc": of("nihss_consciousness"), "loc_questions": of("nihss_questions"), "best_gaze": of("nihss_gaze"),
        "loc_commands": of("nihss_commands"), "visual_fields": of("nihss_visual"), "facial_palsy": of("nihss_face"),
        "left_arm_motor": of("nihss_left_arm"), "right_arm_motor": of("nihss_right_arm"),
        "left_leg_motor": of("nihss_left_leg"), "right_leg_motor": of("nihss_right_leg"),
        "limb_ataxia": of("nihss_ataxia"), "sensory": of("nihss_sensory"), "best_language": of("nihss_language"),
        "dysarthria": of("nihss_dysarthria"), "extinction_inattention": of("nihss_extinction"),
    }),
    "rockall": ("rockall", {
        "age": of("age"), "pulse": of("heart_rate"), "systolic_bp": of("sbp"),
        "comorbidity": word("rockall_comorbidity", {"none": "none", "major": "major",
                                                    "organ_failure": "renal_liver_malignancy"}),
        "diagnosis": of("rockall_diagnosis"), "stigmata": of("rockall_stigmata"),
    }),
    "has-bled": ("hasbled", {
        "hypertension": of("uncontrolled_hypertension"), "abnormal_renal_function": of("hasbled_renal"),
        "abnormal_liver_function": of("hasbled_liver"), "stroke": of("stroke"), "bleeding": of("bleeding_history"),
        "labile_inr": of("labile_inr"), "elderly": over("age", 65), "drugs": of("antiplatelet_nsaid"),
        "alcohol": least("drinks_per_week", 8),
    }),
    "heart": ("heart_score", {
        "history": rank("heart_suspicion", "slightly", "moderately", "highly"), "age": of("age"),
        "ecg": rank("heart_ecg", "normal", "repolarisation", "st_deviation"),
        "risk_factor_count": lambda i: int(i["heart_risk_count"]),
        "history_of_atherosclerosis": any_of("atherosclerosis", "tia", "stroke"),
        "troponin": rank("troponin_level", "normal", "to_three", "above_three"),
    }),
    "isth-dic": ("isth_dic", {
        "platelet_count": of("platelets"), "fibrinogen_level": of("fibrinogen"),
        "fibrin_marker_increase": rank("fibrin_marker", "none", "moderate", "strong"),
        "pt_prolongation_seconds": lambda i: max(i["pt_prolongation"], 0),
    }),
    "maintenance-fluids": ("maintenance_iv_fluids", {"weight_kg": of("weight")}),
    "meld-na": ("meld_na", {
        "creatinine": of("creatinine"), "bilirubin": of("bilirubin"), "inr": of("inr"), "sodium": of("sodium"),
        "on_dialysis": of("dialysis_twice"),
    }),
    "mews": ("mews", {
        "systolic_bp": of("sbp"), "heart_rate": of("heart_rate"), "respiratory_rate": of("respiratory_rate"),
        "temperature": of("temperature"), "avpu": word("avpu", AVPU),
    }),
    "nafld-fibrosis": ("nafld_fibrosis", {n: of(n) for n in ("age", "bmi", "ast", "alt", "platelets", "albumin")} | {
        "impaired_fasting_glucose_or_diabetes": of("diabetes_or_ifg"),
    }),
    "news2": ("news2", {
        "respiration_rate": of("respiratory_rate"), "spo2": of("spo2"), "systolic_bp": of("sbp"),
        "spo2_scale": word("spo2_scale", {"one": "scale_1", "two_air": "scale_2", "two_oxygen": "scale_2"}),
        "on_supplemental_o2": of("supplemental_oxygen"), "pulse": of("heart_rate"),
        "consciousness": word("acvpu", AVPU), "temperature": of("temperature"),
    }),
    "osmolal-gap": ("osmolar_gap", {
        "measured_osmolality": of("osmolality"), "sodium": of("sodium"), "glucose": of("glucose"), "bun": of("bun"),
    }),
    "padua": ("padua", {
        "active_cancer": of("padua_cancer"), "previous_vte": of("vte_history"),
        "reduced_mobility": of("reduced_mobility"), "known_thrombophilia": of("thrombophilia"),
        "recent_trauma_or_surgery": of("trauma_surgery_month"), "age_70_or_older": least("age", 70),
        "heart_or_respiratory_failure": of("heart_respiratory_failure"), "obesity": least("bmi", 30),
        "acute_mi_or_stroke": of("infarction_or_stroke_acute"),
        "acute_infection_or_rheumatic": of("infection_rheumatic"),
        "ongoing_hormonal_treatment": of("hormone_treatment"),
    }),
    "parkland": ("parkland", {"weight_kg": of("weight"), "tbsa_percent": of("burned_percent")}),
    "perc": ("perc", {
        "age_gte_50": least("age", 50), "heart_rate_gte_100": least("heart_rate", 100),
        "spo2_lt_95": below("spo2", 95), "unilateral_leg_swelling": of("leg_swelling_one"),
        "hemoptysis": of("haemoptysis"), "recent_surgery_or_trauma": of("surgery_trauma_4_weeks"),
        "prior_dvt_pe": any_of("pe_history", "dvt_history"), "estrogen_use": of("hormone_use"),
    }),
    "psi": ("psi_port", {
        "age": of("age"), "is_female": female, "nursing_home_resident": of("nursing_home"),
        "neoplastic_disease": of("neoplastic_disease"), "liver_disease": of("psi_liver"),
        "congestive_heart_failure": of("heart_failure"), "cerebrovascular_disease": of("psi_cerebrovascular"),
        "renal_disease": of("renal_disease"), "altered_mental_status": of("altered_mental_status"),
        "respiratory_rate": of("respiratory_rate"), "systolic_bp": of("sbp"),
        "temperature_celsius": of("temperature"), "pulse": of("heart_rate"), "arterial_ph": of("ph"),
        "bun": of("bun"), "sodium": of("sodium"), "glucose": of("glucose"), "hematocrit": of("haematocrit"),
        "pao2": of("pao2"), "pleural_effusion": of("pleural_effusion"),
    }),
    "qsofa": ("qsofa", {
        "respiratory_rate": of("respiratory_rate"), "systolic_blood_pressure": of("sbp"),
        "altered_mentation": below("gcs", 15),
    }),
    "qtc-bazett": ("corrected_qtc", {"qt_ms": of("qt"), "heart_rate": of("heart_rate"), "method": lambda _: "bazett"}),
    "qtc-fridericia": ("corrected_qtc", {
        "qt_ms": of("qt"), "heart_rate": of("heart_rate"), "method": lambda _: "fridericia",
    }),
    "ranson": ("ransons", {
        "age": of("age"), "wbc": lambda i: i["wbc"] * 1000, "blood_glucose": of("glucose"), "ldh": of("ldh"),
        "ast": of("ast"), "hematocrit_decrease": of("haematocrit_fall"), "bun_increase": of("bun_rise"),
        "calcium": of("calcium"), "pao2": of("pao2"), "base_deficit": of("base_deficit"),
        "fluid_sequestration": of("fluid_sequestration"),
    }),
    "rcri": ("rcri", {
        "high_risk_surgery": of("high_risk_surgery"), "preoperative_insulin_treatment": of("insulin_treated"),
        "history_of_ischemic_heart_disease": of("ischaemic_heart_disease"),
        "history_of_congestive_heart_failure": of("heart_failure"),
        "history_of_cerebrovascular_disease": of("cerebrovascular_disease"),
        "preoperative_creatinine_above_2": over("creatinine", 2),
    }),
    "serum-osmolality": ("serum_osmolality", {n: of(n) for n in ("sodium", "glucose", "bun")}),
    "sofa": ("sofa", {
        "pao2_fio2": of("pf_ratio"), "platelets": of("platelets"), "bilirubin": of("bilirubin"),
        "map_pressure": of("mean_arterial_pressure"), "dopamine": of("dopamine"), "epinephrine": of("epinephrine"),
        "norepinephrine": of("norepinephrine"), "gcs": of("gcs"), "creatinine": of("creatinine"),
        "urine_output": of("urine_output"),
    }),
    "timi-nstemi": ("timi_ua_nstemi", {
        "age_gte_65": least("age", 65), "three_or_more_cad_risk_factors": of("three_risk_factors"),
        "known_cad_gte_50_stenosis": of("coronary_stenosis"), "aspirin_use_past_7_days": of("aspirin_7_days"),
        "two_or_more_anginal_events_24h": of("severe_angina"), "st_deviation_gte_0_5mm": of("st_deviation"),
        "elevated_cardiac_markers": of("cardiac_markers"),
    }),
    "timi-stemi": ("timi_stemi", {
        "age": of("age"), "diabetes_or_hypertension_or_angina": of("diabetes_hypertension_angina"),
        "systolic_bp_lt_100": below("sbp", 100), "heart_rate_gt_100": over("heart_rate", 100),
        "killip_class_ii_iv": of("killip_2_4"), "weight_lt_67kg": below("weight", 67),
        "anterior_st_elevation_or_lbbb": of("anterior_or_lbbb"), "time_to_treatment_gt_4h": of("treatment_after_4_h"),
    }),
    "wells-dvt": ("wells_dvt", {
        "active_cancer": of("active_cancer"), "paralysis_or_casting": of("leg_immobilised"),
        "bedridden_or_major_surgery": of("bedridden_or_surgery"), "pitting_edema": of("pitting_oedema"),
        "tenderness_along_deep_veins": of("vein_tenderness"), "entire_leg_swollen": of("leg_swollen"),
        "calf_swelling_gt_3cm": of("calf_swollen"), "collateral_superficial_veins": of("collateral_veins"),
        "previously_documented_dvt": of("dvt_history"), "alternative_diagnosis_likely": of("alternative_to_dvt"),
    }),
    "wells-pe": ("wells_pe", {
        "clinical_signs_dvt": of("dvt_signs"), "pe_most_likely_diagnosis": of("pe_most_likely"),
        "heart_rate_gt_100": over("heart_rate", 100), "previous_dvt_pe": any_of("pe_history", "dvt_history"),
        "immobilization_or_surgery": any_of("immobilised_3_days", "surgery_4_weeks"),
        "hemoptysis": of("haemoptysis"), "malignancy": of("cancer_6_months"),
    }),
    "winters": ("winters_formula", {"bicarbonate": of("bicarbonate")}),
}  # fmt: skip


def answer(id, inputs):
    """What the package computes for our inputs."""
    name, parameters = MODULES[id]
    module = import_module(f"open_medicine.mcp.calculators.{name}")
    function = next(v for k, v in vars(module).items() if k.startswith("calculate_"))
    kind = next(v for k, v in vars(module).items() if k.endswith("Params") and v.__module__ == module.__name__)
    return float(function(kind(**{theirs: ours(inputs) for theirs, ours in parameters.items()})).value)
