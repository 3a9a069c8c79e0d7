"""Copies of model versions: they still load when what they were copied from is renamed, and when it is deleted."""

import json

import mlflow
import mlflow.sklearn
import numpy
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
mlflow.set_experiment("copies")
features, species = load_iris(return_X_y=True, as_frame=True)
estimator = LogisticRegression(max_iter=500).fit(features, species)
expected = estimator.predict(features)
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(estimator, name="net", registered_model_name="source")


def shown(version):
    return [version.source.replace(info.model_id, "m"), int(version.version), version.run_id == run.info.run_id]


def place(name):
    return client.get_model_version_download_uri(name, "1").replace(info.model_id, "m").split("/")[-3:]


def loads(uri):
    return bool(numpy.array_equal(mlflow.pyfunc.load_model(uri).predict(features), expected))


client.set_registered_model_alias("source", "champion", "1")
facts = {
    "the version": shown(client.get_model_version("source", "1")),
    "its place": place("source"),
    "copied": shown(client.copy_model_version("models:/source/1", "copy")),
    "copied by an alias": shown(client.copy_model_version("models:/source@champion", "copy")),
    "copied from the copy": shown(client.copy_model_version("models:/copy/1", "copy of the copy")),
    "place of the copy": place("copy"),
    "place of the copy of the copy": place("copy of the copy"),
}
client.rename_registered_model("source", "renamed")
assert loads("models:/copy/1") and loads("models:/copy/2") and loads("models:/copy of the copy/1")
client.delete_registered_model("renamed")
assert loads("models:/copy/1") and loads("models:/copy/2") and loads("models:/copy of the copy/1")
client.delete_registered_model("copy")
assert loads("models:/copy of the copy/1")
try:
    client.copy_model_version("models:/source/1", "copy")
    raise AssertionError("what is gone was copied")
except MlflowException as error:
    facts["copied from what is gone"] = [error.error_code, str(error)]
by_run = client.search_model_versions(f"run_id = '{run.info.run_id}'")
facts["found by the run"] = [[version.name, int(version.version)] for version in by_run]
# Copies are named there by Tidemark's server alone.
named = json.loads(mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
assert {"name": "source", "version": 1} in named
print(json.dumps(facts))
