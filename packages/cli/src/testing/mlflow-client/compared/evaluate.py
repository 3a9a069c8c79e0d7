"""A logged model evaluated by another run: its metrics appear on the model, on the dataset they were measured on."""

import json

import mlflow
import mlflow.models
import mlflow.sklearn
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
experiment = mlflow.set_experiment("evaluate")
features, species = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run():
    info = mlflow.sklearn.log_model(LogisticRegression(max_iter=500).fit(features, species), name="net")
irises = mlflow.data.from_pandas(features.assign(species=species), targets="species", name="irises")
with mlflow.start_run(run_name="judge") as judge:
    result = mlflow.models.evaluate(
        info.model_uri, irises, model_type="classifier", evaluator_config={"log_explainer": False}
    )

model = mlflow.get_logged_model(info.model_id)
assert {metric.run_id for metric in model.metrics} == {judge.info.run_id}
assert {metric.key for metric in model.metrics} == set(result.metrics)
run = client.get_run(judge.info.run_id)


def found(filter_string, digest):
    """Whether the model is found by its metrics on the dataset."""
    models = mlflow.search_logged_models(
        experiment_ids=[experiment.experiment_id],
        filter_string=filter_string,
        datasets=[{"dataset_name": "irises", "dataset_digest": digest}],
        output_format="list",
    )
    return [it.model_id == info.model_id for it in models]


print(
    json.dumps(
        {
            "of the model": sorted(
                [m.key, round(m.value, 6), m.step, m.dataset_name, m.dataset_digest] for m in model.metrics
            ),
            "of the run": {key: round(value, 6) for key, value in run.data.metrics.items()},
            "datasets": [[i.dataset.name, i.dataset.digest, i.dataset.profile] for i in run.inputs.dataset_inputs],
            "models read": [i.model_id == info.model_id for i in run.inputs.model_inputs],
            "files": sorted(file.path for file in client.list_artifacts(judge.info.run_id)),
            "found": found("metrics.accuracy_score > 0.9", irises.digest),
            "found by another digest": found("metrics.accuracy_score > 0.9", "00000000"),
            "not found": found("metrics.accuracy_score > 0.99", irises.digest),
        }
    )
)
