"""Webhooks: made, listed, changed and deleted by MLflow's client. The secret is never answered."""

from mlflow import MlflowClient

client = MlflowClient()
hook = client.create_webhook(
    name="ci",
    url="https://93.184.215.14/hook",
    events=["model_version.created", "model_version_alias.created"],
    description="tells CI",
    secret="a secret",
)
assert hook.webhook_id and hook.secret is None
assert [str(event) for event in hook.events] == ["model_version.created", "model_version_alias.created"]
assert client.get_webhook(hook.webhook_id).name == "ci"
assert [h.webhook_id for h in client.list_webhooks()] == [hook.webhook_id]
changed = client.update_webhook(hook.webhook_id, name="deploy", status="DISABLED")
assert changed.name == "deploy" and str(changed.status) == "DISABLED"
client.delete_webhook(hook.webhook_id)
assert list(client.list_webhooks()) == []
