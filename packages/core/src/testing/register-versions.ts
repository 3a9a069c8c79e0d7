import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';
import { registerVersion } from '../registry/register-version.ts';

/** A process for tests of racing registrations: prints the numbers of the versions it made. */
const [folder, count] = process.argv.slice(2) as [string, string];
const store = openFileStore(folder);
const { modelId } = await store.createLoggedModel({
  experimentId: '0' as ExperimentId,
  name: 'm',
  creationTimeMs: 1,
});
await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
const [model] = await store.loggedModels({ modelIds: [modelId] });
if (model === undefined) throw new Error('the model was lost');
for (let index = 0; index < Number(count); index += 1) {
  const by = { name: `process ${process.pid}`, authenticated: false };
  const { version } = await registerVersion(store, { name: 'raced', model, by });
  process.stdout.write(`${version}\n`);
}
await store.close();
