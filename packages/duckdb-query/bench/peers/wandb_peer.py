"""W&B offline: its transaction logs, read record by record (LevelDB's log format, protobuf inside)."""

import glob
import json
import os
import struct

import wandb
from wandb.proto import wandb_internal_pb2
from workload import RUNS, STEPS, Answers, experiment_of, loss_of, lr_of, main

BLOCK = 32768
FILE_HEADER = 7
RECORD_HEADER = struct.Struct("<IHB")
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def write(folder):
    os.environ["WANDB_MODE"] = "offline"
    os.environ["WANDB_SILENT"] = "true"
    for run in range(RUNS):
        options = {"project": experiment_of(run), "name": f"run-{run}", "config": {"lr": lr_of(run)}, "dir": folder}
        with wandb.init(**options) as active:
            for step in range(STEPS):
                active.log({"loss": loss_of(run, step)}, step=step)


def records(path):
    with open(path, "rb") as file:
        data = file.read()
    at, parts = FILE_HEADER, []
    while at + RECORD_HEADER.size <= len(data):
        left = BLOCK - at % BLOCK
        if left < RECORD_HEADER.size:
            at += left
            continue
        _, length, kind = RECORD_HEADER.unpack_from(data, at)
        at += RECORD_HEADER.size
        if kind not in (FULL, FIRST, MIDDLE, LAST):
            break
        parts.append(data[at : at + length])
        at += length
        if kind in (FULL, LAST):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(b"".join(parts))
            parts = []
            yield record


def ask(folder):
    answers = Answers()
    for path in sorted(glob.glob(f"{folder}/wandb/offline-run-*/*.wandb")):
        lr, steps, values = 0.0, [], []
        for record in records(path):
            kind = record.WhichOneof("record_type")
            if kind == "run":
                project, name = record.run.project, record.run.display_name
                for item in record.run.config.update:
                    if (item.key or item.nested_key[0]) == "lr":
                        lr = json.loads(item.value_json)
            elif kind == "history":
                items = {item.key or item.nested_key[0]: item.value_json for item in record.history.item}
                if "loss" in items:
                    steps.append(record.history.step.num)
                    values.append(json.loads(items["loss"]))
        answers.add(project, name, lr, steps, values)
    return answers.told()


main(write, ask)
