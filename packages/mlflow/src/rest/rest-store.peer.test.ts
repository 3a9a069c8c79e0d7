import { createComment, modelHistory, requestTransition, setTransitionRules } from '@tidemark/core';
import { describeStoreContract } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyServer } from '../testing/empty-server.ts';
import { type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { openRestStore } from './rest-store.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

describe.skipIf(python === undefined)(
  "against MLflow's own server (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)",
  // MLflow's server is slow, especially on a busy machine.
  () => {
    let server: MlflowServer;

    beforeAll(async () => {
      server = await startMlflowServer(python as string);
    });

    afterAll(() => server?.stop());

    describeStoreContract({
      name: 'RestStore on MLflow',
      // `mlflow gc` works on the database, and only on what was deleted before.
      purgesNothing: "MLflow's server has no call that purges",
      open: async () => {
        await emptyServer(server.uri);
        return openRestStore({ uri: server.uri });
      },
      reopen: async (store) => openRestStore({ uri: store.uri }),
    });

    it('refuses reviews, which this server does not have', async () => {
      const store = openRestStore({ uri: server.uri });
      const by = { name: 'ada', authenticated: false };
      const at = { name: 'p', version: 1, by };
      for (const review of [
        () => setTransitionRules(store, { name: 'p', by, rules: [] }),
        () => requestTransition(store, { ...at, target: { kind: 'stage', stage: 'Production' } }),
        () => createComment(store, { ...at, text: 'hm' }),
        () => modelHistory(store, 'p').next(),
      ]) {
        await expect(review()).rejects.toMatchObject({
          code: 'CAPABILITY_MISSING',
          message: expect.stringContaining('is not a Tidemark server'),
        });
      }
    });
  },
);
