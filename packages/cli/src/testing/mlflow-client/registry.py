"""Registered models and their versions: descriptions, tags, aliases, stages, rename, delete."""

import warnings

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

# MLflow's client says of every call about stages that it is deprecated.
warnings.simplefilter("ignore", FutureWarning)
client = MlflowClient()


def refused(code, call):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, code, str(error))
        return str(error)
    raise AssertionError(f"not refused with {code}")


client.create_registered_model("whales", tags={"sea": "north"}, description="Counts whales.")
refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model("whales"))
refused("INVALID_PARAMETER_VALUE", lambda: client.create_registered_model("a/b"))
assert "not found" in refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model("dolphins"))

run = client.create_run("0")
source = f"{run.info.artifact_uri}/model"
versions = [
    client.create_model_version("whales", source, run.info.run_id, tags={"n": str(n)}, description=f"try {n}")
    for n in (1, 2, 3)
]
assert [int(v.version) for v in versions] == [1, 2, 3]
assert client.get_model_version_download_uri("whales", "1") == source
client.update_model_version("whales", "1", description="the first")
assert client.get_model_version("whales", "1").description == "the first"
client.set_model_version_tag("whales", "1", "reviewed", "yes")
assert client.get_model_version("whales", "1").tags == {"n": "1", "reviewed": "yes"}
client.delete_model_version_tag("whales", "1", "reviewed")
assert client.get_model_version("whales", "1").tags == {"n": "1"}
client.set_registered_model_tag("whales", "sea", "south")
client.update_registered_model("whales", description="Counts them well.")
model = client.get_registered_model("whales")
assert model.tags == {"sea": "south"} and model.description == "Counts them well."
client.delete_registered_model_tag("whales", "sea")
assert client.get_registered_model("whales").tags == {}

client.set_registered_model_alias("whales", "champion", "2")
assert client.get_model_version("whales", "2").aliases == ["champion"]
refused("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias("whales", "latest", "2"))
refused("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias("whales", "v3", "2"))
client.delete_registered_model_alias("whales", "champion")
refused("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias("whales", "champion"))

client.transition_model_version_stage("whales", "1", "production")
assert client.get_model_version("whales", "1").current_stage == "Production"
client.transition_model_version_stage("whales", "2", "Production", archive_existing_versions=True)
assert client.get_model_version("whales", "1").current_stage == "Archived"
assert [int(v.version) for v in client.get_latest_versions("whales", ["Production"])] == [2]
assert {(v.current_stage, int(v.version)) for v in client.get_latest_versions("whales")} >= {("Production", 2), ("None", 3)}
refused("INVALID_PARAMETER_VALUE", lambda: client.transition_model_version_stage("whales", "1", "Shelf"))

assert sorted(int(v.version) for v in client.search_model_versions("name = 'whales'")) == [1, 2, 3]
assert [int(v.version) for v in client.search_model_versions("name = 'whales' and tags.n = '3'")] == [3]
assert len(client.search_model_versions(f"run_id = '{run.info.run_id}'")) == 3
for name in ["seal-a", "seal-b", "walrus"]:
    client.create_registered_model(name)
assert [m.name for m in client.search_registered_models("name LIKE 'seal-%'")] == ["seal-a", "seal-b"]
page = client.search_registered_models("name ILIKE 'SEAL-%'", max_results=1)
assert [m.name for m in page] == ["seal-a"] and page.token
assert [m.name for m in client.search_registered_models("name ILIKE 'SEAL-%'", max_results=1, page_token=page.token)] == ["seal-b"]

client.delete_model_version("whales", "3")
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version("whales", "3"))
client.create_model_version("whales", source, run.info.run_id)
client.rename_registered_model("whales", "orcas")
assert client.get_registered_model("orcas").name == "orcas"
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model("whales"))
refused("RESOURCE_ALREADY_EXISTS", lambda: client.rename_registered_model("walrus", "orcas"))
client.delete_registered_model("orcas")
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model("orcas"))
