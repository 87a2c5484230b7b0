"""Models that were really trained run from files that hold no code, and only from those."""

import hashlib

import pytest
from tests.models.test_small import predicted

from openward.adapters.sklearn_model import SklearnEngine
from openward.domain.errors import ModelError
from openward.domain.model import Field, Model, SmallCard, Threshold

np = pytest.importorskip("numpy", reason="the extra 'sklearn' is not installed")
pytest.importorskip("sklearn", reason="the extra 'sklearn' is not installed")
skops = pytest.importorskip("skops.io", reason="the extra 'sklearn' is not installed")

INPUTS = (
    Field(name="age", unit="a", least=18, most=110),
    Field(name="lactate", unit="mmol/L", least=0, most=30, required=False),
)


def patients():
    """Numbers of 400 made-up patients: who is older and has more lactate is at risk."""
    chance = np.random.default_rng(7)
    rows = np.column_stack([chance.uniform(18, 100, 400), chance.uniform(0.5, 12, 400)])
    return rows, (rows[:, 0] / 20 + rows[:, 1] > 7).astype(int)


def registered(folder, trained, outputs=("risk",), inputs=INPUTS, types=()):
    data = skops.dumps(trained)
    types = () if types is None else types or tuple(skops.get_untrusted_types(data=data))
    (folder / "risk.skops").write_bytes(data)
    card = SmallCard(
        title="Risk", intended_use="a test", owner="us", digest=hashlib.sha256(data).hexdigest(), inputs=inputs,
        outputs=outputs, types=types, thresholds=(Threshold(name="high", output=outputs[0], at=0.5),),
    )  # fmt: skip
    return Model(
        id="risk", kind="predict", through="sklearn", locality="local", version="1", address="risk.skops", card=card
    )


def asked(folder, model, **inputs):
    return predicted(model, {"sklearn": SklearnEngine(folder)}, seconds=60.0, **inputs)


def test_a_trained_classifier_gives_the_probability_of_its_second_class(tmp_path):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, ill = patients()
    trained = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, ill)
    model = registered(tmp_path, trained)
    found = asked(tmp_path, model, age=80, lactate=9.0)
    assert found.outputs["risk"] == pytest.approx(trained.predict_proba([[80, 9.0]])[0][1])
    assert found.over == ("high",)
    assert asked(tmp_path, model, age=20, lactate=1.0).over == ()


def test_what_is_not_known_stays_unknown_to_a_model_that_allows_it(tmp_path):
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, ill = patients()
    trained = HistGradientBoostingClassifier(max_iter=5).fit(rows, ill)
    found = asked(tmp_path, registered(tmp_path, trained), age=80)
    assert found.outputs["risk"] == pytest.approx(trained.predict_proba([[80, np.nan]])[0][1])


def test_a_model_that_does_not_allow_it_fails_without_a_word_of_the_inputs(tmp_path):
    from sklearn.linear_model import LogisticRegression

    model = registered(tmp_path, LogisticRegression().fit(*patients()))
    with pytest.raises(ModelError, match=r"'risk' raised ValueError; see that its card fits$"):
        asked(tmp_path, model, age=80)


def test_a_classifier_of_several_classes_names_each(tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    rows, ill = patients()
    grades = np.where(ill == 0, "green", np.where(rows[:, 0] > 70, "red", "amber"))
    trained = DecisionTreeClassifier(max_depth=4, random_state=0).fit(rows, grades)
    found = asked(tmp_path, registered(tmp_path, trained, outputs=("red", "amber")), age=90, lactate=11.0)
    assert found.outputs["red"] > 0.9 > found.outputs["amber"]
    with pytest.raises(ModelError, match="knows the classes amber, green, red, none of them is blue"):
        asked(tmp_path, registered(tmp_path, trained, outputs=("blue",)), age=90, lactate=11.0)


def test_a_regression_and_words_as_inputs(tmp_path):
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    rows = np.array([["female", "low"], ["male", "low"], ["female", "high"], ["male", "high"]], dtype=object)
    trained = make_pipeline(OrdinalEncoder(), LinearRegression()).fit(rows, [1.0, 2.0, 3.0, 4.0])
    words = (
        Field(name="sex", type="text", choices=("female", "male")),
        Field(name="dose", type="text", choices=("low", "high")),
    )
    model = registered(tmp_path, trained, inputs=words)
    found = [asked(tmp_path, model, sex=sex, dose="low").outputs["risk"] for sex in ("female", "male")]
    assert found == [pytest.approx(1.0), pytest.approx(2.0)]


def test_a_model_of_lightgbm_runs(tmp_path):
    lightgbm = pytest.importorskip("lightgbm", reason="lightgbm is not installed")
    rows, ill = patients()
    trained = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1, n_jobs=1).fit(rows, ill)
    found = asked(tmp_path, registered(tmp_path, trained), age=80, lactate=9.0)
    assert found.outputs["risk"] == pytest.approx(trained.predict_proba(np.array([[80, 9.0]]))[0][1])


def test_the_order_is_that_of_the_training_when_the_model_knows_names(tmp_path):
    from sklearn.linear_model import LogisticRegression

    rows, ill = patients()
    trained = LogisticRegression().fit(rows[:, ::-1], ill)
    trained.feature_names_in_ = np.array(["lactate", "age"], dtype=object)
    found = asked(tmp_path, registered(tmp_path, trained), age=80, lactate=9.0)
    assert found.outputs["risk"] > 0.9
    trained.feature_names_in_ = np.array(["lactate", "weight"], dtype=object)
    with pytest.raises(ModelError, match="trained on other inputs than its card names: lactate, weight"):
        asked(tmp_path, registered(tmp_path, trained), age=80, lactate=9.0)


class Evil:
    """What a file must not make."""

    def predict(self, _):
        raise AssertionError


def test_types_of_trees_must_be_named_in_the_card(tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    trained = DecisionTreeClassifier(max_depth=2, random_state=0).fit(*patients())
    with pytest.raises(ModelError, match=r"not trusted: sklearn\.tree\._tree\.Tree; .* can be named in its card"):
        asked(tmp_path, registered(tmp_path, trained, types=None), age=80, lactate=9.0)
    assert asked(tmp_path, registered(tmp_path, trained), age=80, lactate=9.0).over == ("high",)


def test_a_file_with_other_types_another_file_and_no_file_are_refused(tmp_path):
    from sklearn.linear_model import LogisticRegression

    with pytest.raises(ModelError, match=r"not trusted: tests\.models\.test_sklearn\.Evil"):
        asked(tmp_path, registered(tmp_path, Evil()), age=80)
    model = registered(tmp_path, LogisticRegression().fit(*patients()))
    (tmp_path / "risk.skops").write_bytes(b"other")
    with pytest.raises(ModelError, match="not the one that was registered"):
        asked(tmp_path, model, age=80, lactate=1.0)
    card = SmallCard(title="t", intended_use="u", owner="o", digest=hashlib.sha256(b"other").hexdigest(), inputs=INPUTS,
                     outputs=("risk",))  # fmt: skip
    other = Model(
        id="risk", kind="predict", through="sklearn", locality="local", version="1", address="risk.skops", card=card
    )
    with pytest.raises(ModelError, match="none of skops"):
        asked(tmp_path, other, age=80, lactate=1.0)
    outside = Model(id="risk", kind="predict", through="sklearn", locality="local", version="1", address="../x.skops", card=card)  # fmt: skip  # noqa: E501
    with pytest.raises(ModelError, match="must lie below"):
        asked(tmp_path, outside, age=80, lactate=1.0)


def test_a_model_of_another_scikit_learn_does_not_run(tmp_path, monkeypatch):
    import sklearn.base
    from sklearn.linear_model import LogisticRegression

    trained = LogisticRegression().fit(*patients())
    with monkeypatch.context() as patch:
        patch.setattr(sklearn.base, "__version__", "0.99.0")
        model = registered(tmp_path, trained)
    with pytest.raises(ModelError, match=r"was trained with scikit-learn 0\.99\.0"):
        asked(tmp_path, model, age=80, lactate=1.0)
