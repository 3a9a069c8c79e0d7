import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { openFileStore } from '../file/file-store.ts';
import { LAYOUT, registryFolder } from '../file/layout.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { Actor } from '../model/registered-model.ts';
import { registerVersion } from '../registry/register-version.ts';
import { recheckLines } from './recheck-lines.ts';

/** The user who registers its versions. */
export const BY: Actor = { name: 'ada', authenticated: false };

/** A healthy store with a run, its artifact, a logged model and a registered version. */
export interface Healthy {
  readonly folder: string;
  readonly runId: RunId;
  readonly modelId: LoggedModelId;
}

/** Creates one in a new folder. */
export async function healthyStore(): Promise<Healthy> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const experimentId = '0' as ExperimentId;
  const { runId } = await store.createRun({
    experimentId,
    name: 'first',
    userId: 'ada',
    startTimeMs: 1,
  });
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'm',
    creationTimeMs: 1,
    sourceRunId: runId,
  });
  const bytes = Buffer.from('hello');
  const report = await store.artifacts.write({ kind: 'run', experimentId, runId }, 'a.txt', bytes);
  const weights = await store.artifacts.write(
    { kind: 'model', experimentId, modelId },
    'data/w',
    bytes,
  );
  await store.append([
    { kind: 'params', run: runId, params: { lr: '0.1' } },
    { kind: 'artifact', owner: { run: runId }, file: report },
    { kind: 'artifact', owner: { model: modelId }, file: weights },
    { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
    { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 3 },
  ]);
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the model was lost');
  await registerVersion(store, { name: 'penguins', model, by: BY });
  await registerVersion(store, { name: 'penguins', model, by: BY });
  await store.close();
  return { folder, runId, modelId };
}

/** Appends to a store as another process would. */
export async function write(
  folder: string,
  ...events: Parameters<ReturnType<typeof openFileStore>['append']>[0]
): Promise<void> {
  const store = openFileStore(folder);
  await store.append(events);
  await store.close();
}

/** The path of the log of a store that has one. */
export function onlyLog(folder: string): string {
  const [name = ''] = readdirSync(join(folder, LAYOUT.logs));
  return join(folder, LAYOUT.logs, name);
}

/** The folder of the registered model. */
export function chain(folder: string): string {
  return join(folder, registryFolder('penguins'));
}

/** Makes a file look as if it was written that long ago. */
export function age(path: string, ageMs: number): void {
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
}

/** Makes a log look like one of a dead process: of this boot, with a process id that no process has. */
export function killWriter(folder: string): string {
  const log = onlyLog(folder);
  const text = readFileSync(log, 'utf8')
    .replace(/\{[^\n]*"kind":"sealed"[^\n]*\}\n/, '')
    .replace(/"pid":\d+/, '"pid":4194304');
  writeFileSync(log, recheckLines(text));
  return log;
}
