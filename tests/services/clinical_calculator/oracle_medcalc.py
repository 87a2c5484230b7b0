"""The calculators of the package `medcalc-bench` by our ids: which function, and what it calls our inputs.

A unit beside a name makes the pair of number and unit that the package takes; `None` hands the value over as it is; a
table of words translates an option. Its target weight cannot be imported (version 1.7.0) and is left out.
"""

from importlib import import_module

SEX = {"female": "Female", "male": "Male"}
AGE = ("age", "years")
MM = "mm Hg"
BEATS = "beats per minute"

PRESSURES = {"sys_bp": ("sbp", MM), "dia_bp": ("dbp", MM)}
GAS = {"sodium": ("sodium", "mmol/L"), "chloride": ("chloride", "mmol/L"), "bicarbonate": ("bicarbonate", "mmol/L")}
ALBUMIN = {"albumin": ("albumin", "g/dL")}
BODY = {"weight": ("weight", "kg"), "height": ("height", "cm")}
QT = {"qt_interval": ("qt", "msec"), "heart_rate": ("heart_rate", BEATS)}
WHO = {"age": AGE, "sex": ("sex", SEX)}


def same(*names):
    return {name: (name, None) for name in names}


FUNCTIONS = {
    "adjusted-body-weight": ("adjusted_body_weight.abw_explanation", BODY | {"sex": ("sex", SEX)}),
    "anion-gap": ("anion_gap.compute_anion_gap_explanation", GAS),
    "anion-gap-albumin": ("albumin_corrected_anion.compute_albumin_corrected_anion_explanation", GAS | ALBUMIN),
    "delta-gap": ("delta_gap.compute_delta_gap_explanation", GAS),
    "delta-gap-albumin": (
        "albumin_corrected_delta_gap.compute_albumin_corrected_delta_gap_explanation", GAS | ALBUMIN,
    ),
    "delta-ratio-albumin": ("albumin_delta_ratio.compute_albumin_delta_ratio_explanation", GAS | ALBUMIN),
    "apache-ii": ("apache_ii.apache_ii_explanation", PRESSURES | {
        "age": AGE, "sodium": ("sodium", "mmol/L"), "potassium": ("potassium", "mmol/L"), "pH": ("ph", None),
        "creatinine": ("creatinine", "mg/dL"), "heart_rate": ("heart_rate", BEATS), "fio2": ("fio2", "%"),
        "respiratory_rate": ("respiratory_rate", "breaths per minute"), "hemocratit": ("haematocrit", "%"),
        "wbc": ("wbc_per_ul", "µL"), "gcs": ("gcs", None), "a_a_gradient": ("aa_gradient", None),
        "partial_pressure_oxygen": ("pao2", MM), "temperature": ("temperature", "degrees celsius"),
        "acute_renal_failure": ("acute_renal_failure", None), "chronic_renal_failure": ("not_acute", None),
        "organ_failure_immunocompromise": ("chronic_organ_failure", None),
        "surgery_type": ("surgery_kind", {"nonoperative": "Nonelective", "emergency": "Emergency",
                                          "elective": "Elective"}),
    }),
    "bmi": ("bmi_calculator.bmi_calculator_explanation", BODY),
    "bsa-mosteller": ("bsa_calculator.bsa_calculator_explaination", BODY),
    "corrected-calcium": (
        "calcium_correction.calculate_corrected_calcium_explanation", ALBUMIN | {"calcium": ("calcium", "mg/dL")},
    ),
    "caprini-2005": ("caprini_score.caprini_score_explanation", {
        "age": AGE, "sex": ("sex", SEX), "bmi": ("bmi", "kg/m^2"),
        "surgery_type": ("caprini_surgery", {"none": "none", "minor": "minor", "major": "major",
                                             "laparoscopic": "laparoscopic", "arthroscopic": "arthroscopic",
                                             "arthroplasty": "elective major lower extremity arthroplasty"}),
        "mobility": ("caprini_mobility", {"normal": "normal", "bed_rest": "on bed rest",
                                          "confined": "confined to bed >72 hours"}),
        "major_surgery": ("major_surgery_month", None), "chf": ("heart_failure_month", None),
        "sepsis": ("sepsis_month", None), "pneumonia": ("pneumonia_month", None),
        "immobilizing_plaster_case": ("plaster_month", None), "hip_pelvis_leg_fracture": ("fracture_month", None),
        "stroke": ("stroke_month", None), "multiple_trauma": ("trauma_month", None),
        "acute_spinal_chord_injury": ("cord_injury_month", None), "varicose_veins": ("varicose_veins", None),
        "current_swollen_legs": ("swollen_legs", None), "current_central_venuous": ("central_line", None),
        "previous_dvt": ("dvt_history", None), "previous_pe": ("pe_history", None),
        "family_history_thrombosis": ("family_thrombosis", None), "positive_factor_v": ("factor_v_leiden", None),
        "positive_prothrombin": ("prothrombin_mutation", None), "serum_homocysteine": ("homocysteine_high", None),
        "positive_lupus_anticoagulant": ("lupus_anticoagulant", None),
        "elevated_anticardiolipin_antibody": ("anticardiolipin", None),
        "heparin_induced_thrombocytopenia": ("hit", None),
        "congenital_acquired_thrombophilia": ("other_thrombophilia", None),
        "inflammatory_bowel_disease": ("bowel_disease", None), "copd": ("copd", None),
        "acute_myocardial_infarction": ("infarction_acute", None), "malignancy": ("malignancy", None),
    }),
    "rcri": ("cardiac_risk_index.compute_cardiac_index_explanation", {
        "pre_operative_creatinine": ("creatinine", "mg/dL"), "elevated_risk_surgery": ("high_risk_surgery", None),
        "ischemetic_heart_disease": ("ischaemic_heart_disease", None),
        "congestive_heart_failure": ("heart_failure", None),
        "cerebrovascular_disease": ("cerebrovascular_disease", None),
        "pre_operative_insulin_treatment": ("insulin_treated", None),
    }),
    "charlson": ("cci.compute_cci_explanation", {
        "age": AGE, "mi": ("cci_infarction", None), "chf": ("heart_failure", None), "cva": ("stroke", None),
        "peripheral_vascular_disease": ("peripheral_vascular", None), "tia": ("tia", None),
        "dementia": ("dementia", None), "copd": ("copd", None),
        "connective_tissue_disease": ("connective_tissue", None), "peptic_ucler_disease": ("peptic_ulcer", None),
        "liver_disease": ("cci_liver", {"none": "none", "mild": "mild", "moderate_severe": "moderate to severe"}),
        "diabetes_mellitus": ("cci_diabetes", {"none": "none or diet-controlled", "uncomplicated": "uncomplicated",
                                               "end_organ": "end-organ damage"}),
        "hemiplegia": ("hemiplegia", None), "moderate_to_severe_ckd": ("ckd_moderate", None),
        "solid_tumor": ("solid_tumour", {"none": "none", "localised": "localized", "metastatic": "metastatic"}),
        "leukemia": ("leukaemia", None), "lymphoma": ("lymphoma", None), "aids": ("aids", None),
    }),
    "centor-mcisaac": ("centor_score.compute_centor_score_explanation", {
        "age": AGE, "temperature": ("temperature", "degrees celsius"), "cough_absent": ("cough_absent", None),
        "tender_lymph_nodes": ("cervical_nodes", None), "exudate_swelling_tonsils": ("tonsil_exudate", None),
    }),
    "cha2ds2-vasc": ("cha2ds2_vasc_score.generate_cha2ds2_vasc_explanation", WHO | {
        "chf": ("heart_failure", None),
    } | same("hypertension", "diabetes", "stroke", "tia", "thromboembolism", "vascular_disease")),
    "child-pugh": ("child_pugh_score.compute_child_pugh_score_explanation", ALBUMIN | {
        "bilirubin": ("bilirubin", "mg/dL"), "inr": ("inr", None),
        "ascites": ("ascites", {"absent": "Absent", "slight": "Slight", "moderate": "Moderate"}),
        "encephalopathy": ("encephalopathy", {"none": "No Encephalopathy", "grade_1_2": "Grade 1-2",
                                              "grade_3_4": "Grade 3-4"}),
    }),
    "ckd-epi-2021": (
        "ckd_epi_2021_creatinine.ckd_epi_2021_explanation", WHO | {"creatinine": ("creatinine", "mg/dL")},
    ),
    "fena": ("compute_fena.compute_fena_explanation", {
        "sodium": ("sodium", "mmol/L"), "creatinine": ("creatinine", "mg/dL"),
        "urine_sodium": ("urine_sodium", "mmol/L"), "urine_creatinine": ("urine_creatinine", "mg/dL"),
    }),
    "cockcroft-gault-by-bmi": (
        "creatinine_clearance.generate_cockcroft_gault_explanation",
        WHO | BODY | {"creatinine": ("creatinine", "mg/dL")},
    ),
    "curb-65": ("curb_65.curb_65_explanation", PRESSURES | {
        "age": AGE, "bun": ("bun", "mg/dL"), "respiratory_rate": ("respiratory_rate", "breaths per minute"),
        "confusion": ("confusion", None),
    }),
    "feverpain": ("feverpain.compute_fever_pain_explanation", {
        "fever_24_hours": ("fever_24h", None), "cough_coryza_absent": ("no_cough_coryza", None),
        "symptom_onset": ("attend_rapidly", None), "purulent_tonsils": ("purulence", None),
        "severe_tonsil_inflammation": ("inflamed_tonsils", None),
    }),
    "fib-4": ("fibrosis_4.compute_fib4_explanation", {
        "age": AGE, "ast": ("ast", "U/L"), "alt": ("alt", "U/L"), "platelet_count": ("platelets_per_ul", "µL"),
    }),
    "framingham-hard-chd": ("framingham_risk_score.framingham_risk_score_explanation", WHO | {
        "smoker": ("smoker", None), "sys_bp": ("sbp", MM), "bp_medicine": ("treated_bp", None),
        "total_cholestrol": ("total_cholesterol", "mg/dL"), "hdl_cholestrol": ("hdl", "mg/dL"),
    }),
    "free-water-deficit": ("free_water_deficit.free_water_deficit_explanation", WHO | {
        "weight": ("weight", "kg"), "sodium": ("sodium", "mmol/L"),
    }),
    "glasgow-blatchford": ("glasgow_bleeding_score.glasgow_bleeding_score_explanation", {
        "sex": ("sex", SEX), "hemoglobin": ("haemoglobin", "g/dL"), "bun": ("bun", "mg/dL"), "sys_bp": ("sbp", MM),
        "heart_rate": ("heart_rate", BEATS), "melena_present": ("melaena", None), "syncope": ("syncope", None),
        "hepatic_disease_history": ("liver_disease", None), "cardiac_failure": ("cardiac_failure", None),
    }),
    "gcs": ("glasgow_coma_score.compute_glasgow_coma_score_explanation", {
        "best_eye_response": ("gcs_eye", {"none": "no eye opening", "pain": "eye opening to pain",
                                          "voice": "eye opening to verbal command",
                                          "spontaneous": "eyes open spontaneously"}),
        "best_verbal_response": ("gcs_verbal", {"none": "no verbal response", "sounds": "incomprehensible sounds",
                                                "words": "inappropriate words", "confused": "confused",
                                                "orientated": "oriented"}),
        "best_motor_response": ("gcs_motor", {"none": "no motor response", "extension": "extension to pain",
                                              "abnormal_flexion": "flexion to pain",
                                              "withdrawal": "withdrawal from pain",
                                              "localising": "localizes pain", "obeys": "obeys commands"}),
    }),
    "has-bled": ("has_bled_score.compute_has_bled_score_explanation", {
        "age": AGE, "hypertension": ("uncontrolled_hypertension", None), "stroke": ("stroke", None),
        "liver_disease_has_bled": ("hasbled_liver", None), "renal_disease_has_bled": ("hasbled_renal", None),
        "prior_bleeding": ("bleeding_history", None), "labile_inr": ("labile_inr", None),
        "medications_for_bleeding": ("antiplatelet_nsaid", None), "alcoholic_drinks": ("drinks_per_week", None),
    }),
    "heart": ("heart_score.compute_heart_score_explanation", {
        "age": AGE,
        "history": ("heart_suspicion", {"slightly": "Slightly suspicious", "moderately": "Moderately suspicious",
                                        "highly": "Highly suspicious"}),
        "electrocardiogram": ("heart_ecg", {"normal": "Normal",
                                            "repolarisation": "Non-specific repolarization disturbance",
                                            "st_deviation": "Significant ST deviation"}),
        "initial_troponin": ("troponin_level", {
            "normal": "less than or equal to normal limit",
            "to_three": "between the normal limit or up to three times the normal limit",
            "above_three": "greater than three times normal limit",
        }),
        "hypertension": ("risk_hypertension", None), "diabetes_mellitus": ("risk_diabetes", None),
        "hypercholesterolemia": ("hypercholesterolaemia", None), "obesity": ("obesity", None),
        "smoking": ("recent_smoking", None), "family_with_cvd": ("family_cvd", None),
        "atherosclerotic_disease": ("atherosclerosis", None),
    }),
    "homa-ir": ("homa_ir.compute_homa_ir_explanation", {
        "glucose": ("glucose", "mg/dL"), "insulin": ("insulin", "µIU/mL"),
    }),
    "ideal-body-weight": ("ideal_body_weight.ibw_explanation", {"height": ("height", "cm"), "sex": ("sex", SEX)}),
    "ldl-friedewald": ("ldl_calculated.compute_ldl_explanation", {
        "total_cholestrol": ("total_cholesterol", "mg/dL"), "hdl_cholestrol": ("hdl", "mg/dL"),
        "triglycerides": ("triglycerides", "mg/dL"),
    }),
    "maintenance-fluids": ("maintenance_fluid_calc.maintenance_fluid_explanation", {"weight": ("weight", "kg")}),
    "mdrd": ("mdrd_gfr.mrdr_gfr_explanation", WHO | {
        "creatinine": ("creatinine", "mg/dL"), "race": ("black", {True: "Black", False: "White"}),
    }),
    "mean-arterial-pressure": ("mean_arterial_pressure.mean_arterial_pressure_explanation", PRESSURES),
    "meld-na": ("meldna.compute_meldna_explanation", {
        "creatinine": ("creatinine", "mg/dL"), "bilirubin": ("bilirubin", "mg/dL"), "inr": ("inr", None),
        "sodium": ("sodium", "mmol/L"), "dialysis_twice": ("dialysis_twice", None),
    }),
    "perc": ("perc_rule.compute_perc_rule_explanation", {
        "age": AGE, "heart_rate": ("heart_rate", BEATS), "oxygen_sat": ("spo2", "%"),
        "unilateral_leg_swelling": ("leg_swelling_one", None), "hemoptysis": ("haemoptysis", None),
        "recent_surgery_or_trauma": ("surgery_trauma_4_weeks", None), "previous_pe": ("pe_history", None),
        "previous_dvt": ("dvt_history", None), "hormonal_use": ("hormone_use", None),
    }),
    "psi": ("psi_score.psi_score_explanation", WHO | {
        "nursing_home_resident": ("nursing_home", None), "neoplastic_disease": ("neoplastic_disease", None),
        "liver_disease": ("psi_liver", None), "chf": ("heart_failure", None),
        "cerebrovascular_disease": ("psi_cerebrovascular", None), "renal_disease": ("renal_disease", None),
        "altered_mental_status": ("altered_mental_status", None), "pleural_effusion": ("pleural_effusion", None),
        "respiratory_rate": ("respiratory_rate", "breaths per minute"), "sys_bp": ("sbp", MM),
        "temperature": ("temperature", "degrees celsius"), "heart_rate": ("heart_rate", BEATS), "pH": ("ph", None),
        "bun": ("bun", "mg/dL"), "sodium": ("sodium", "mmol/L"), "glucose": ("glucose", "mg/dL"),
        "hemocratit": ("haematocrit", "%"), "partial_pressure_oxygen": ("pao2", MM),
    }),
    "qtc-bazett": ("qt_calculator_bazett.bazett_calculator_explanation", QT),
    "qtc-framingham": ("qt_calculator_framingham.framingham_calculator_explanation", QT),
    "qtc-fridericia": ("qt_calculator_fredericia.fredericia_calculator_explanation", QT),
    "qtc-hodges": ("qt_calculator_hodges.hodges_calculator_explanation", QT),
    "qtc-rautaharju": ("qt_calculator_rautaharju.rautaharju_calculator_explanation", QT),
    "serum-osmolality": ("sOsm.compute_serum_osmolality_explanation", {
        "sodium": ("sodium", "mmol/L"), "bun": ("bun", "mg/dL"), "glucose": ("glucose", "mg/dL"),
    }),
    "corrected-sodium": ("sch.compute_sodium_correction_hyperglycemia_explanation", {
        "sodium": ("sodium", "mmol/L"), "glucose": ("glucose", "mg/dL"),
    }),
    "sirs": ("sirs_criteria.sirs_criteria_explanation", {
        "temperature": ("temperature", "degrees celsius"), "heart_rate": ("heart_rate", BEATS),
        "respiratory_rate": ("respiratory_rate", "breaths per minute"), "paco2": ("paco2", MM),
        "wbc": ("wbc_per_ul", "µL"),
    }),
    "sofa": ("sofa.compute_sofa_explanation", PRESSURES | {
        "partial_pressure_oxygen": ("pao2", MM), "fio2": ("fio2", "%"), "platelet_count": ("platelets_per_ul", "µL"),
        "gcs": ("gcs", None), "bilirubin": ("bilirubin", "mg/dL"), "creatinine": ("creatinine", "mg/dL"),
        "mechanical_ventilation": ("respiratory_support", None), "urine_output": ("urine_output", "mL/day"),
        "dopamine": ("dopamine", "mcg/kg/min"), "dobutamine": ("dobutamine", "mcg/kg/min"),
        "epinephrine": ("epinephrine", "mcg/kg/min"), "norepinephrine": ("norepinephrine", "mcg/kg/min"),
    }),
    "wells-dvt": ("wells_criteria_dvt.compute_wells_criteria_dvt_explanation", {
        "active_cancer": ("active_cancer", None), "bedridden_for_atleast_3_days": ("bedridden_or_surgery", None),
        "major_surgery_in_last_12_weeks": ("bedridden_or_surgery", None), "leg_swollen": ("leg_swollen", None),
        "calf_swelling_3cm": ("calf_swollen", None), "collateral_superficial_veins": ("collateral_veins", None),
        "localized_tenderness_on_deep_venuous_system": ("vein_tenderness", None),
        "pitting_edema_on_symptomatic_leg": ("pitting_oedema", None), "previous_dvt": ("dvt_history", None),
        "paralysis_paresis_immobilization_in_lower_extreme": ("leg_immobilised", None),
        "alternative_to_dvt_diagnosis": ("alternative_to_dvt", None),
    }),
    "wells-pe": ("wells_criteria_pe.calculate_pe_wells_explanation", {
        "clinical_dvt": ("dvt_signs", None), "pe_number_one": ("pe_most_likely", None),
        "heart_rate": ("heart_rate", BEATS), "immobilization_for_3days": ("immobilised_3_days", None),
        "surgery_in_past4weeks": ("surgery_4_weeks", None), "previous_pe": ("pe_history", None),
        "previous_dvt": ("dvt_history", None), "hemoptysis": ("haemoptysis", None),
        "malignancy_with_treatment": ("cancer_6_months", None),
    }),
}  # fmt: skip

STEROIDS = {
    "betamethasone": "Betamethasone IV", "cortisone": "Cortisone PO", "dexamethasone": "Dexamethasone PO",
    "hydrocortisone": "Hydrocortisone PO", "methylprednisolone": "MethylPrednisoLONE PO",
    "prednisolone": "PrednisoLONE PO", "prednisone": "PredniSONE PO", "triamcinolone": "Triamcinolone IV",
}  # fmt: skip
OPIOIDS = {
    "codeine": "Codeine", "hydrocodone": "HYDROcodone", "hydromorphone": "HYDROmorphone", "methadone": "Methadone",
    "morphine": "Morphine", "oxycodone": "OxyCODONE", "oxymorphone": "OxyMORphone", "tapentadol": "Tapentadol",
    "tramadol": "TraMADol", "fentanyl_patch": "FentANYL patch", "fentanyl_buccal": "FentaNYL buccal",
}  # fmt: skip


def answer(id, inputs):
    """What the package computes for our inputs; None where it does not know the calculator."""
    if id == "steroid-conversion":
        return _call("steroid_conversion.compute_steroid_conversion_explanation", {
            "input steroid": [STEROIDS[inputs["from_steroid"]], inputs["steroid_dose"], "mg"],
            "target steroid": STEROIDS[inputs["to_steroid"]],
        })  # fmt: skip
    if id == "morphine-equivalents":
        told = {}
        for name, value in ((n, v) for n, v in inputs.items() if n in OPIOIDS):
            unit = "µg" if name == "fentanyl_buccal" else "mg"  # it reads ug/h of a patch as mg
            told |= {f"{OPIOIDS[name]} Dose": [value, unit], f"{OPIOIDS[name]} Dose Per Day": [1, "per day"]}
        return _call("mme.mme_explanation", told)
    function, names = FUNCTIONS[id]
    known = inputs | _other_units(inputs)
    told = {theirs: _value(known[ours], how) for theirs, (ours, how) in names.items() if ours in known}
    return _call(function, told)


def _other_units(inputs):
    counts = {f"{name}_per_ul": round(inputs[name] * 1000) for name in ("wbc", "platelets") if name in inputs}
    return counts | {"not_acute": not inputs.get("acute_renal_failure", False)}


def _value(value, how):
    if how is None:
        return value
    return how[value] if isinstance(how, dict) else [value, how]


def _call(function, told):
    module, name = function.split(".")
    return float(getattr(import_module(f"medcalc.{module}"), name)(told)["Answer"])
