"""MLflow with its SQLite store, through its own client."""

from mlflow.entities import Metric
from mlflow.tracking import MlflowClient
from workload import RUNS, STEPS, Answers, experiment_of, loss_of, lr_of, main

BATCH = 1000


def client(folder):
    return MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")


def write(folder):
    mlflow = client(folder)
    experiments = {}
    for run in range(RUNS):
        name = experiment_of(run)
        if name not in experiments:
            experiments[name] = mlflow.create_experiment(name)
        run_id = mlflow.create_run(experiments[name], run_name=f"run-{run}").info.run_id
        mlflow.log_param(run_id, "lr", lr_of(run))
        for start in range(0, STEPS, BATCH):
            steps = range(start, min(STEPS, start + BATCH))
            mlflow.log_batch(run_id, [Metric("loss", loss_of(run, step), step, step) for step in steps])
        mlflow.set_terminated(run_id)


def ask(folder):
    mlflow = client(folder)
    answers = Answers()
    for experiment in mlflow.search_experiments():
        for run in mlflow.search_runs([experiment.experiment_id]):
            history = mlflow.get_metric_history(run.info.run_id, "loss")
            steps, values = [point.step for point in history], [point.value for point in history]
            answers.add(experiment.name, run.info.run_name, float(run.data.params["lr"]), steps, values)
    return answers.told()


main(write, ask)
