import type { RunId, Store } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The digest of the state of a run, which is the same in every store. */
export function describeRunDigest(opened: OpenedStore): void {
  describe('the digest of a run', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('changes with the run, and can be computed as of an earlier time', async () => {
      const { runId } = await opened.newRun();
      const before = await store.runStateDigest(runId);
      await store.append([{ kind: 'tags', run: runId, tags: { later: 'yes' } }]);
      for (const reader of await opened.readers()) {
        expect((await reader.runStateDigest(runId)).sha256).not.toBe(before.sha256);
        // A server without events cannot reconstruct earlier states of a run.
        if (!store.capabilities.pastDigests) continue;
        expect(await reader.runStateDigest(runId, before.through)).toEqual(before);
      }
    });

    it('fails for a run that does not exist', async () => {
      await expect(store.runStateDigest('0'.repeat(32) as RunId)).rejects.toMatchObject({
        code: 'RUN_NOT_FOUND',
      });
    });
  });
}
