"""trackio, through its own reader of its SQLite files."""

import os
import sys

os.environ["TRACKIO_DIR"] = sys.argv[2]

import trackio  # noqa: E402
from trackio.sqlite_storage import SQLiteStorage  # noqa: E402
from workload import RUNS, STEPS, Answers, experiment_of, loss_of, lr_of, main  # noqa: E402


def write(folder):
    for run in range(RUNS):
        active = trackio.init(
            project=experiment_of(run), name=f"run-{run}", config={"lr": lr_of(run)}, embed=False, auto_log_cpu=False
        )
        for step in range(STEPS):
            active.log({"loss": loss_of(run, step)}, step=step)
        trackio.finish()


def ask(folder):
    answers = Answers()
    for project in SQLiteStorage.get_projects():
        configs = SQLiteStorage.get_all_run_configs(project)
        for name in SQLiteStorage.get_runs(project):
            logs = [log for log in SQLiteStorage.get_logs(project, name) if "loss" in log]
            lr = (configs.get(name) or SQLiteStorage.get_run_config(project, name))["lr"]
            answers.add(project, name, lr, [log["step"] for log in logs], [log["loss"] for log in logs])
    return answers.told()


main(write, ask)
