"""Fills the SQLite database of an MLflow server that has been started once, faster than its API could."""

import random
import sqlite3
import sys
import uuid

database, name, run_count, metric_count = sys.argv[1], sys.argv[2], int(sys.argv[3]), 20
# Another seed for each size: their runs must not get the same ids.
rng = random.Random(run_count)
connection = sqlite3.connect(database)
cursor = connection.execute(
    "insert into experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
    " values (?, '', 'active', 0, 0)",
    (name,),
)
experiment = cursor.lastrowid
for number in range(run_count):
    run = uuid.UUID(int=rng.getrandbits(128)).hex
    start = 1_700_000_000_000 + number
    connection.execute(
        "insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,"
        " start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
        " values (?, ?, 'UNKNOWN', '', '', 'bench', 'FINISHED', ?, ?, '', 'active', ?, ?)",
        (run, f"run-{number}", start, start + 1000, f"mlflow-artifacts:/{experiment}/{run}/artifacts", experiment),
    )
    metrics = [(f"metric_{at}", rng.random(), start, run) for at in range(metric_count)]
    connection.executemany(
        "insert into metrics (key, value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, 0, 0)", metrics
    )
    connection.executemany(
        "insert into latest_metrics (key, value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, 0, 0)", metrics
    )
    connection.executemany(
        "insert into params (key, value, run_uuid) values (?, ?, ?)",
        [(f"param_{at}", str(rng.randrange(10)), run) for at in range(metric_count)],
    )
    connection.execute(
        "insert into tags (key, value, run_uuid) values ('mlflow.runName', ?, ?)", (f"run-{number}", run)
    )
connection.commit()
print(experiment)
