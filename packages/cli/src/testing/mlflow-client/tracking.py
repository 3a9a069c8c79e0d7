"""Experiments, runs, params, metrics and tags, as a training script and a notebook use them."""

import math

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

client = MlflowClient()

experiment = mlflow.set_experiment("tracking")
assert mlflow.set_experiment("tracking").experiment_id == experiment.experiment_id
assert client.get_experiment_by_name("never made") is None

with mlflow.start_run(run_name="parent", tags={"team": "birds"}) as parent:
    mlflow.log_params({"lr": 0.1, "layers": "8,16"})
    for step in range(5):
        mlflow.log_metrics({"loss": 1 / (step + 1), "acc": step / 5}, step=step)
    mlflow.log_metric("odd", float("nan"))
    mlflow.log_metric("negative", -1.5, step=-3)
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_param("lr", 0.2)
        mlflow.log_metric("acc", 0.95)

run = client.get_run(parent.info.run_id)
assert run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time
assert run.info.run_name == "parent" and run.data.tags["mlflow.runName"] == "parent"
assert run.data.params == {"lr": "0.1", "layers": "8,16"}
assert run.data.metrics["loss"] == 0.2 and math.isnan(run.data.metrics["odd"])
assert run.data.tags["team"] == "birds" and run.data.tags["mlflow.source.type"] == "LOCAL"
assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
assert [(m.step, m.value) for m in client.get_metric_history(parent.info.run_id, "acc")] == [
    (step, step / 5) for step in range(5)
]
assert client.get_metric_history(parent.info.run_id, "negative")[0].step == -3

# The same param again is no change; another value is refused, and nothing of the batch is kept twice.
client.log_param(parent.info.run_id, "lr", 0.1)
try:
    client.log_param(parent.info.run_id, "lr", 0.3)
    raise AssertionError("a param was overwritten")
except MlflowException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE" and "Changing param values is not allowed" in str(error)

batch = client.create_run(experiment.experiment_id, run_name="batch")
client.log_batch(
    batch.info.run_id,
    metrics=[Metric("m", float(i), 1_700_000_000_000 + i, i) for i in range(1000)],
)
client.log_batch(batch.info.run_id, params=[Param(f"p{i}", str(i)) for i in range(100)])
client.log_batch(batch.info.run_id, tags=[RunTag(f"t{i}", str(i)) for i in range(100)])
client.delete_tag(batch.info.run_id, "t7")
client.set_terminated(batch.info.run_id, "KILLED", end_time=1_800_000_000_000)
run = client.get_run(batch.info.run_id)
assert run.info.status == "KILLED" and run.info.end_time == 1_800_000_000_000
assert len(run.data.params) == 100 and "t7" not in run.data.tags and run.data.tags["t8"] == "8"
assert len(client.get_metric_history(batch.info.run_id, "m")) == 1000

try:
    with mlflow.start_run(run_name="broken") as broken:
        raise RuntimeError("the training fails")
except RuntimeError:
    pass
assert client.get_run(broken.info.run_id).info.status == "FAILED"

for i in range(25):
    with mlflow.start_run(run_name=f"sweep-{i}"):
        mlflow.log_param("i", i)
        mlflow.log_metric("score", (i * 7) % 25)
best = client.search_runs(
    [experiment.experiment_id],
    "metrics.score >= 20 and params.i != '3' and tags.mlflow.runName LIKE 'sweep-%'",
    order_by=["metrics.score DESC"],
)
assert [run.data.metrics["score"] for run in best] == sorted(
    (float(s) for s in (i * 7 % 25 for i in range(25) if i != 3) if s >= 20), reverse=True
)
pages, token = [], None
while True:
    page = client.search_runs([experiment.experiment_id], "metrics.score >= 0", max_results=10, page_token=token)
    pages.append(len(page))
    token = page.token
    if not token:
        break
assert pages == [10, 10, 5]
assert client.search_runs([experiment.experiment_id], "attributes.status = 'KILLED'")[0].info.run_id == batch.info.run_id
assert client.search_runs([experiment.experiment_id], "attributes.run_name ILIKE 'PARENT'")[0].info.run_id == parent.info.run_id
table = mlflow.search_runs(experiment_names=["tracking"], filter_string="metrics.score > 10")
assert isinstance(table, pandas.DataFrame) and set(table["status"]) == {"FINISHED"}
try:
    client.search_runs([experiment.experiment_id], "metrics.score >")
    raise AssertionError("a broken filter was accepted")
except MlflowException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE"

client.delete_run(batch.info.run_id)
assert client.get_run(batch.info.run_id).info.lifecycle_stage == "deleted"
assert batch.info.run_id not in [r.info.run_id for r in client.search_runs([experiment.experiment_id])]
deleted = client.search_runs([experiment.experiment_id], run_view_type=ViewType.DELETED_ONLY)
assert [r.info.run_id for r in deleted] == [batch.info.run_id]
try:
    client.log_metric(batch.info.run_id, "m", 1.0)
    raise AssertionError("a deleted run was written to")
except MlflowException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE" and "deleted" in str(error)
client.restore_run(batch.info.run_id)
client.log_metric(batch.info.run_id, "m", 1.0)
client.update_run(batch.info.run_id, name="renamed")
assert client.get_run(batch.info.run_id).data.tags["mlflow.runName"] == "renamed"

other = client.create_experiment("other", tags={"owner": "ada"})
try:
    client.create_experiment("other")
    raise AssertionError("one name, two experiments")
except MlflowException as error:
    assert error.error_code == "RESOURCE_ALREADY_EXISTS"
client.set_experiment_tag(other, "owner", "grace")
client.rename_experiment(other, "another")
found = client.get_experiment(other)
assert found.name == "another" and found.tags["owner"] == "grace"
assert [e.name for e in client.search_experiments(filter_string="tags.owner = 'grace'")] == ["another"]
inside = client.create_run(other)
client.delete_experiment(other)
assert client.get_experiment(other).lifecycle_stage == "deleted"
assert client.get_run(inside.info.run_id).info.lifecycle_stage == "deleted"
assert "another" not in [e.name for e in client.search_experiments()]
client.restore_experiment(other)
assert client.get_run(inside.info.run_id).info.lifecycle_stage == "active"

try:
    client.get_run("0" * 32)
    raise AssertionError("a run that never was")
except MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST" and "not found" in str(error)
