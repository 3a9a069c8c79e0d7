"""Dataset inputs, and metrics that were measured on one of them."""

import json

import mlflow
import mlflow.data
import pandas
from mlflow import MlflowClient

client = MlflowClient()
experiment = mlflow.set_experiment("datasets")
rows = pandas.DataFrame({"mass": [3750.0, 3800.0, 3250.0], "species": ["Adelie", "Adelie", "Gentoo"]})
dataset = mlflow.data.from_pandas(rows, source="https://example.com/penguins.csv", name="penguins", targets="species")

with mlflow.start_run() as run:
    mlflow.log_input(dataset, context="training", tags={"split": "first"})
    mlflow.log_input(dataset, context="training")
    mlflow.log_metric("acc", 0.9, dataset=dataset)

inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
assert [(i.dataset.name, i.dataset.digest) for i in inputs] == [("penguins", dataset.digest)]
assert {t.key: t.value for t in inputs[0].tags}["mlflow.data.context"] == "training"
assert json.loads(inputs[0].dataset.profile)["num_rows"] == 3
assert [c["name"] for c in json.loads(inputs[0].dataset.schema)["mlflow_colspec"]] == ["mass", "species"]
assert mlflow.data.get_source(inputs[0]).url.endswith("penguins.csv")
assert [point.value for point in client.get_metric_history(run.info.run_id, "acc")] == [0.9]

found = client.search_runs([experiment.experiment_id], "dataset.name = 'penguins' and dataset.context = 'training'")
assert [r.info.run_id for r in found] == [run.info.run_id]
assert client.search_runs([experiment.experiment_id], "dataset.name = 'whales'") == []
