"""Sentences of notes held against what doctor, patient and relatives said."""

import pytest

from openward.checks.claims import Ground

VISIT = """[doctor] good morning , mister hale . you're 64 , right ? what brings you in ?
[patient] yes . my left knee has been hurting for about two weeks . it's like a four out of ten , and when i walk \
it's a seven .
[doctor] any fever , chills , or night sweats ?
[patient] no , nothing like that .
[doctor] okay . any chest pain or shortness of breath ?
[patient] no chest pain , but i get a bit short of breath on the stairs .
[doctor] did you fall ? any other injuries ?
[patient] no . my wife says i limp though . and i ca n't catch my breath when i run .
[doctor] and you're still taking the lisinopril twenty milligrams a day ?
[patient] yes , every day . i stopped the metoprolol in march . i'm not taking any aspirin .
[doctor] do you have any trouble when you urinate ? any pain with that ?
[patient] yeah , it kinda burns a little .
[doctor] your blood pressure is one forty over ninety . heart rate in the sixties . there is no swelling of the \
right knee , and the left knee has two plus effusion . i do n't feel any tenderness over your kneecap . lungs are \
clear . your belly is nontender .
[doctor] my father was a patient here too , by the way . your father had gout , did n't he ?
[patient] yes , dad had gout . i smoke one pack a day , i started when i was twenty .
[doctor] the x-ray from 3/1/21 showed arthritis . your hemoglobin was 13.2 and the sugar was in the three to four \
hundreds .
i'm gon na order an mri , give you naproxen five hundred milligrams twice a day for ten days , and see you in six \
weeks .
[patient] i've been icing it and wearing a brace . it was my own fault .
[doctor] thanks . the baby's fine i hope ? everything else looks good .
"""

SHOWN = """
Mr. Hale is a 64-year-old male with left knee pain for 2 weeks.
He rates his pain as 4/10, and as 7/10 when he walks.
He denies fever, chills, and night sweats.
He denies fever, chills, or any other symptoms.
He denies chest pain.
He reports shortness of breath on the stairs.
The patient's wife states he limps.
He cannot catch his breath when he runs.
He takes lisinopril 20 mg once daily.
He reports dysuria.
Blood pressure is 140/90.
Heart rate: 60s.
There is no swelling of the right knee.
Left knee: 2+ effusion.
No tenderness over the kneecap.
Lungs: No wheezes or crackles.
Abdomen is nontender.
His father has a history of gout.
He smokes 1 pack per day.
X-ray of 03/01/2021 showed arthritis.
Hemoglobin was 13.2 g/dL.
Blood sugar was in the 300 to 400 range.
We will order an MRI.
Naproxen 500 mg twice daily for 10 days.
Follow up in 6 weeks.
He has been icing it and wearing a brace.
He is not taking aspirin.
He stopped metoprolol in March.
PHYSICAL EXAMINATION
No other injuries.
"""

HELD = """
Mr. Hale is a 46-year-old male with left knee pain for 2 weeks.
Mr. Hale has right knee pain for 2 weeks.
He has left knee pain for 2 months.
He rates his pain as 5/10.
He reports fever.
He reports chest pain.
He denies shortness of breath on the stairs.
The patient's brother states he limps.
The patient's wife reports chest pain.
The patient's mother reports knee pain.
He takes lisinopril 40 mg once daily.
He takes lisinopril 20 mcg once daily.
He takes losartan 20 mg once daily.
Blood pressure is 150/90.
There is swelling of the right knee.
Left knee: 1+ effusion.
There is tenderness over the kneecap.
The patient has a history of gout.
He smokes 2 packs per day.
X-ray of 05/01/2021 showed arthritis.
X-ray at 14:30 showed arthritis.
The patient ordered an MRI.
Naproxen 500 mg three times daily for 10 days.
He has not been icing it.
He has not been wearing a brace.
He also reports hemoptysis.
She reports a pacemaker.
He has bilateral ear pain.
He takes aspirin.
He does not take lisinopril.
He takes naproxen and naproxen.
"""


def lines(block: str) -> list[str]:
    return block.strip().splitlines()


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground({"dialogue": VISIT})


@pytest.mark.parametrize("sentence", lines(SHOWN))
def test_what_was_said_is_shown(ground: Ground, sentence: str) -> None:
    judged = ground.judge(sentence)
    assert not judged.held, [one for one in judged.claims if one.verdict != "supported"]


@pytest.mark.parametrize("sentence", lines(HELD))
def test_what_was_not_said_so_is_held(ground: Ground, sentence: str) -> None:
    assert ground.judge(sentence).held
