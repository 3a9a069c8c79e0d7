import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { openFileStore } from '../file/file-store.ts';
import { mergeStores } from '../file/merge/merge-stores.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { createModelVersion } from '../registry/create-model-version.ts';
import { createRegisteredModel } from '../registry/create-registered-model.ts';

/** The user who merges, and the user who registers models. */
export const ADA = { name: 'ada', authenticated: false } as const;

/** A user other than `ADA`. */
export const BOB = { name: 'bob', authenticated: false } as const;

/** Merges a folder into another, as `ADA`. */
export function merge(
  into: string,
  from: string,
  options: { rebase?: boolean; dryRun?: boolean } = {},
): ReturnType<typeof mergeStores> {
  return mergeStores({ into, from, by: ADA, ...options });
}

/** Opens a store, uses it and closes it. */
export async function within<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openFileStore(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A store with a registered model `p` of one version, and a copy of it. */
export async function twoCopies(): Promise<{
  a: string;
  b: string;
  copy: (from: string, name: string) => string;
}> {
  const base = temporaryFolder();
  const [a, b] = [join(base, 'a'), join(base, 'b')];
  await within(a, async (store) => {
    await createRegisteredModel(store, { name: 'p', by: ADA });
    await createModelVersion(store, { name: 'p', source: 's3://b/1', by: ADA });
  });
  cpSync(a, b, { recursive: true });
  return { a, b, copy: (from: string, name: string) => copyOf(from, join(base, name)) };
}

/** Copies a folder, and returns the copy. */
export function copyOf(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

/** A run in the experiment Default. */
export async function newRun(store: Store, name = 'r'): Promise<RunId> {
  const draft = { experimentId: '0' as ExperimentId, name, userId: 'ada', startTimeMs: 1 };
  return (await store.createRun(draft)).runId;
}
