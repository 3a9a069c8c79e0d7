import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openStore } from '@tidemark/client';
import type { LoggedModelId, MetricPoint, RunId, Store } from '@tidemark/core';
import { importMlruns, type MlrunsReport } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import { nodeMlrunsFiles } from '../commands/import/node-mlruns-files.ts';

const BY = { name: 'ada', authenticated: false } as const;
/** The id of the run of `mlruns`. */
export const RUN: RunId = 'a'.repeat(32) as RunId;
/** The id of a logged model that some files name. */
export const MODEL: LoggedModelId = `m-${'b'.repeat(32)}` as LoggedModelId;

/** Creates an MLflow file store from files by their paths. By default it has a valid experiment with one run. */
export function mlruns(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = join(temporaryFolder(), 'mlruns');
  const all = {
    '1/meta.yaml': experimentMeta('1', 'penguins'),
    [`1/${RUN}/meta.yaml`]: runMeta(RUN),
    [`1/${RUN}/metrics/loss`]: '10 0.5 1\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Returns the meta.yaml of an experiment. */
export function experimentMeta(id: string, name: string): string {
  return `artifact_location: /home/ml/mlruns/${id}\ncreation_time: 5\nexperiment_id: '${id}'\nlast_update_time: 6\nlifecycle_stage: active\nname: ${name}\n`;
}

/** Returns the meta.yaml of a run of the experiment 1. */
export function runMeta(id: string, more = ''): string {
  return `artifact_uri: /home/ml/mlruns/1/${id}/artifacts\nend_time: 20\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: first\nstart_time: 7\nstatus: 3\nuser_id: ada\n${more}`;
}

/** Returns the meta.yaml of a version of the registered model penguins. */
export function versionMeta(version: number, source: string, more = ''): string {
  return `creation_timestamp: ${version}00\ncurrent_stage: None\nlast_updated_timestamp: ${version}50\nname: penguins\nsource: ${source}\nstatus: READY\nversion: ${version}\n${more}`;
}

/** Returns a new store with the import of a folder. */
export async function imported(folder: string): Promise<{ store: Store; report: MlrunsReport }> {
  const store = await openStore(join(temporaryFolder(), 'store'));
  return { store, report: await again(folder, store) };
}

/** Imports a folder into a store again. */
export function again(folder: string, store: Store): Promise<MlrunsReport> {
  return importMlruns({ files: nodeMlrunsFiles(folder), store, by: BY });
}

/** Returns the points of a metric, in the form of MLflow's lines. */
export async function history(
  store: Store,
  run: RunId,
  key: string,
): Promise<Omit<MetricPoint, 'key'>[]> {
  return (await store.metricHistory(run, key)).map(({ key: _, ...point }) => point);
}

/** Returns the paths of all files below a folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
