import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId, LoggedModelId } from '../model/ids.ts';
import { registerVersion } from '../registry/register-version.ts';

/**
 * A process for tests of racing registrations: registers its own logged model, or a given one, as versions of a
 * registered model, and prints the numbers of these versions.
 */
const [folder, count, name, shared] = process.argv.slice(2) as [
  string,
  string,
  string,
  LoggedModelId?,
];
const store = openFileStore(folder);
const modelId = shared ?? (await newModel());
const [model] = await store.loggedModels({ modelIds: [modelId] });
if (model === undefined) throw new Error('the model was lost');
for (let index = 0; index < Number(count); index += 1) {
  const by = { name: `process ${process.pid}`, authenticated: false };
  const { version } = await registerVersion(store, { name, model, by });
  process.stdout.write(`${version}\n`);
}
await store.close();

async function newModel(): Promise<LoggedModelId> {
  const experimentId = '0' as ExperimentId;
  const created = await store.createLoggedModel({ experimentId, name: 'm', creationTimeMs: 1 });
  const ready = { kind: 'model-updated', timeMs: 2, status: 'READY' } as const;
  await store.append([{ ...ready, model: created.modelId }]);
  return created.modelId;
}
