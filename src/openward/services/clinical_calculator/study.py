"""placeholder"""

from openward.domain.study import Study

STUDY = Study(id="clinical-calculator-cases", title="t", endpoints=())
