import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import type { ExperimentId, RunId } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect } from 'vitest';
import { tidemark } from './tidemark.ts';

/** A store with the run `first`, which logged a secret as the param `api_key`. */
export interface StoreWithSecret {
  readonly folder: string;
  readonly runId: RunId;
  /** Calls a command on the store, which must succeed without warnings, and returns its output. */
  call(...argv: string[]): Promise<string>;
  /** Returns whether a file of the store contains the secret. */
  holdsSecret(): boolean;
}

/** The value of the param `api_key`. */
export const SECRET = 'hunter2';

/** Creates a store with a secret in a temporary folder. */
export async function storeWithSecret(): Promise<StoreWithSecret> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  const { runId } = await store.createRun({
    experimentId: '0' as ExperimentId,
    userId: '',
    startTimeMs: 1,
    name: 'first',
  });
  await store.append([{ kind: 'params', run: runId, params: { api_key: SECRET, lr: '0.1' } }]);
  await store.close();
  return {
    folder,
    runId,
    async call(...argv) {
      const { code, out, error } = await tidemark(...argv, '--store', folder);
      expect(error).toBe('');
      expect(code).toBe(0);
      return out;
    },
    holdsSecret: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(SECRET)),
  };
}
