"""A real training with autologging; its model logged, registered, found, loaded and used."""

import mlflow
import mlflow.sklearn
import numpy
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
experiment = mlflow.set_experiment("models")
features, species = load_iris(return_X_y=True, as_frame=True)

mlflow.sklearn.autolog(registered_model_name="iris-autologged")
with mlflow.start_run() as run:
    LogisticRegression(max_iter=500, C=0.5).fit(features, species)
mlflow.sklearn.autolog(disable=True)
logged = client.get_run(run.info.run_id)
assert logged.data.params["C"] == "0.5" and logged.data.metrics["training_accuracy_score"] > 0.9
assert logged.outputs is not None and len(logged.outputs.model_outputs) == 1
assert len(logged.inputs.dataset_inputs) == 1
model_id = logged.outputs.model_outputs[0].model_id
model = mlflow.get_logged_model(model_id)
assert model.source_run_id == run.info.run_id and str(model.status) == "READY"
assert [v.version for v in client.search_model_versions("name = 'iris-autologged'")] in (["1"], [1])

estimator = LogisticRegression(max_iter=500).fit(features, species)
expected = estimator.predict(features)
with mlflow.start_run() as run:
    mlflow.log_metric("acc", 0.97)
    info = mlflow.sklearn.log_model(
        estimator,
        name="classifier",
        signature=infer_signature(features, expected),
        input_example=features.head(2),
        registered_model_name="iris",
    )
assert int(info.registered_model_version) == 1
for address in ["models:/iris/1", info.model_uri, f"models:/{info.model_id}"]:
    loaded = mlflow.pyfunc.load_model(address)
    assert numpy.array_equal(loaded.predict(features), expected), address
assert loaded.metadata.signature.inputs.input_names() == list(features.columns)

version = client.get_model_version("iris", "1")
assert version.run_id == run.info.run_id and version.status == "READY" and version.current_stage == "None"
again = mlflow.register_model(info.model_uri, "iris")
assert int(again.version) == 2

client.set_registered_model_alias("iris", "champion", 1)
assert int(client.get_model_version_by_alias("iris", "champion").version) == 1
assert numpy.array_equal(mlflow.pyfunc.load_model("models:/iris@champion").predict(features), expected)
client.set_registered_model_alias("iris", "champion", "2")
assert client.get_registered_model("iris").aliases["champion"] in ("2", 2)

found = mlflow.search_logged_models(
    experiment_ids=[experiment.experiment_id], filter_string="name = 'classifier'", output_format="list"
)
assert [m.model_id for m in found] == [info.model_id]
best = mlflow.search_logged_models(
    experiment_ids=[experiment.experiment_id],
    filter_string="metrics.acc > 0.9",
    order_by=[{"field_name": "metrics.acc", "ascending": False}],
    output_format="list",
)
assert info.model_id in [m.model_id for m in best]
client.set_logged_model_tags(info.model_id, {"reviewed": "yes"})
client.delete_logged_model_tag(info.model_id, "reviewed")
assert "reviewed" not in mlflow.get_logged_model(info.model_id).tags
