"""Files of a run through the artifacts proxy: written, listed, read again."""

import os
import tempfile

import mlflow
from mlflow import MlflowClient

client = MlflowClient()
mlflow.set_experiment("artifacts")
big = os.urandom(3 * 1024 * 1024 + 17)

with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
    os.makedirs(f"{folder}/plots/deep")
    for name, content in {"a.txt": b"a", "plots/b.bin": big, "plots/deep/c with space+plus%.txt": b"c"}.items():
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": [1, 2]}, "notes/a.json")
    mlflow.log_artifact(f"{folder}/a.txt")
    mlflow.log_artifacts(folder, artifact_path="all")
    mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "table.json")

run_id = run.info.run_id
assert sorted(f.path for f in client.list_artifacts(run_id)) == ["a.txt", "all", "notes", "table.json"]
assert [(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run_id, "all/plots")] == [
    ("all/plots/b.bin", False, len(big)),
    ("all/plots/deep", True, None),
]
with tempfile.TemporaryDirectory() as folder:
    path = client.download_artifacts(run_id, "all", folder)
    assert open(f"{path}/plots/b.bin", "rb").read() == big
    assert open(f"{path}/plots/deep/c with space+plus%.txt", "rb").read() == b"c"
assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello"
assert mlflow.artifacts.load_dict(f"runs:/{run_id}/notes/a.json") == {"a": [1, 2]}
assert list(mlflow.load_table("table.json", run_ids=[run_id])["y"]) == ["a", "b"]
assert client.list_artifacts(run_id, "nothing here") == []

# A file that is logged again takes the place of the one before.
client.log_text(run_id, "hello again", "notes/hello.txt")
assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello again"
