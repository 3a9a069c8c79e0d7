"""A registry that stands apart from tracking (MLFLOW_REGISTRY_URI): what is tracked there is registered here."""

import json
import os
import warnings

import mlflow
import mlflow.sklearn
import numpy
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

# MLflow's client says of every call about stages that it is deprecated.
warnings.simplefilter("ignore", FutureWarning)
assert mlflow.get_registry_uri() == os.environ["MLFLOW_REGISTRY_URI"] != mlflow.get_tracking_uri()
name = os.environ["MODEL_NAME"]
client = MlflowClient()
mlflow.set_experiment("registered elsewhere")
features, species = load_iris(return_X_y=True, as_frame=True)
estimator = LogisticRegression(max_iter=500).fit(features, species)
expected = estimator.predict(features)
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(estimator, name="net", registered_model_name=name)
    mlflow.log_text("a", "plain/a.txt")

assert int(info.registered_model_version) == 1
assert int(mlflow.register_model(f"runs:/{run.info.run_id}/net", name).version) == 2
assert int(mlflow.register_model(info.model_uri, name).version) == 3
plain = client.create_model_version(name, f"runs:/{run.info.run_id}/plain", run.info.run_id)
assert plain.run_id == run.info.run_id and plain.status == "READY"
bucket = client.create_model_version(name, "s3://bucket/net", run.info.run_id)
assert client.get_model_version_download_uri(name, bucket.version) == "s3://bucket/net"


def loads(uri):
    return bool(numpy.array_equal(mlflow.pyfunc.load_model(uri).predict(features), expected))


client.set_registered_model_alias(name, "champion", "2")
client.transition_model_version_stage(name, "3", "Production")
client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
for uri in [f"{name}/1", f"{name}/2", f"{name}/3", f"{name}@champion", f"{name}/Production", f"{name}-copy/1"]:
    assert loads(f"models:/{uri}"), uri
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/plain/a.txt") == "a"
assert mlflow.artifacts.load_text(f"models:/{name}/{plain.version}/a.txt") == "a"
found = client.search_model_versions(f"run_id = '{run.info.run_id}' and name = '{name}'")
# Of a version of a logged model the client does not always say the run, and this server does not have it.
assert {int(version.version) for version in found} >= {int(plain.version), int(bucket.version)}
# The versions are named at the logged model, on the server that tracks it.
named = json.loads(mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
assert [[it["name"], int(it["version"])] for it in named] == [[name, 1], [name, 2], [name, 3]]
