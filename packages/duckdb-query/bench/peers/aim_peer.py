"""Aim, through its own query of metrics."""

import os
import subprocess
import sys

import aim
from workload import RUNS, STEPS, Answers, experiment_of, loss_of, lr_of, main


def write(folder):
    for run in range(RUNS):
        options = {"system_tracking_interval": None, "log_system_params": False}
        active = aim.Run(repo=folder, experiment=experiment_of(run), **options)
        active.name = f"run-{run}"
        active["lr"] = lr_of(run)
        for step in range(STEPS):
            active.track(loss_of(run, step), name="loss", step=step)
        active.close()
    # Its readers find no run that is not in the index, which its server makes otherwise.
    command = os.path.join(os.path.dirname(sys.executable), "aim")
    subprocess.run([command, "storage", "--repo", folder, "reindex"], input=b"y\n", check=True, capture_output=True)


def ask(folder):
    answers = Answers()
    for run in aim.Repo(folder).query_metrics("metric.name == 'loss'", report_mode=0).iter_runs():
        for metric in run:
            steps, (values, _, _) = metric.data.numpy()
            of = metric.run
            answers.add(of.experiment, of.name, of["lr"], [int(step) for step in steps], values.tolist())
    return answers.told()


main(write, ask)
