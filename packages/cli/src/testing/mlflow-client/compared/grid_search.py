"""A grid search with autologging: its child runs, and the metrics of the best estimator's logged model."""

import json

import mlflow
import mlflow.sklearn
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

client = MlflowClient()
experiment = mlflow.set_experiment("grid search")
features, species = load_iris(return_X_y=True, as_frame=True)
mlflow.sklearn.autolog(max_tuning_runs=2)
with mlflow.start_run() as run:
    GridSearchCV(SVC(), {"C": [0.1, 1, 10]}, cv=3).fit(features, species)
mlflow.sklearn.autolog(disable=True)

run_id = run.info.run_id
searched = client.get_run(run_id)
children = client.search_runs(
    [experiment.experiment_id], f"tags.mlflow.parentRunId = '{run_id}'", order_by=["params.C"]
)
assert len(children) == 2 and all(child.info.status == "FINISHED" for child in children)
models = {model.name: model for model in (mlflow.get_logged_model(o.model_id) for o in searched.outputs.model_outputs)}
assert set(models) == {"best_estimator", "model"}
best = models["best_estimator"]
# A child run measured it: neither made it nor read it.
assert {metric.run_id for metric in best.metrics} < {child.info.run_id for child in children}
assert {metric.run_id for metric in models["model"].metrics} == {run_id}
found = mlflow.search_logged_models(
    experiment_ids=[experiment.experiment_id],
    filter_string="metrics.mean_test_score > 0.95",
    output_format="list",
)
assert [model.model_id for model in found] == [best.model_id]


def scores(metrics):
    """What a metric came to; times of fitting are left out, for no two are alike."""
    return {m.key: [round(m.value, 6), m.step, m.dataset_name, m.dataset_digest] for m in metrics if "time" not in m.key}


print(
    json.dumps(
        {
            "params": searched.data.params,
            "metrics": {key: round(value, 6) for key, value in searched.data.metrics.items()},
            "tags": {key: searched.data.tags[key] for key in ["estimator_name", "estimator_class"]},
            "files": sorted(file.path for file in client.list_artifacts(run_id)),
            "children": [[child.data.params, sorted(child.data.metrics)] for child in children],
            "models": {
                name: [scores(model.metrics), len(model.metrics), model.params, str(model.status), model.model_type]
                for name, model in models.items()
            },
            "model files": sorted(file.path for file in client.list_logged_model_artifacts(best.model_id)),
        }
    )
)
