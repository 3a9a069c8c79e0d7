import { describeStoreContract } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe } from 'vitest';
import { emptyServer } from '../testing/empty-server.ts';
import { type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { openRestStore } from './rest-store.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

describe.skipIf(python === undefined)(
  "against MLflow's own server (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)",
  // MLflow's server takes its time, most of all beside others.
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;

    beforeAll(async () => {
      server = await startMlflowServer(python as string);
    }, 180_000);

    afterAll(() => server?.stop());

    describeStoreContract({
      name: 'RestStore on MLflow',
      open: async () => {
        await emptyServer(server.uri);
        return openRestStore({ uri: server.uri });
      },
      reopen: async (store) => openRestStore({ uri: store.uri }),
    });
  },
);
