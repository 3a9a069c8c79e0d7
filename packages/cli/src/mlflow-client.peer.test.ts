import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ServerProcess, startServerProcess } from './testing/server-process.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

/**
 * Programs that use MLflow's Python client and assert what they see. They pass against MLflow's own
 * server too: point MLFLOW_TRACKING_URI at one and run them by hand.
 */
const PROGRAMS = fileURLToPath(new URL('testing/mlflow-client/', import.meta.url));

describe.skipIf(python === undefined)(
  "MLflow's Python client, unchanged, on tidemark server (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)",
  () => {
    let folder: string;
    let server: ServerProcess;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tidemark-mlflow-client-'));
      server = await startServerProcess('--store', join(folder, 'store'));
    }, 60_000);
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    for (const program of readdirSync(PROGRAMS).filter((name) => name.endsWith('.py'))) {
      it(program, { timeout: 300_000 }, async () => {
        await promisify(execFile)(python ?? '', [join(PROGRAMS, program)], {
          cwd: temporaryFolder(),
          env: {
            ...process.env,
            MLFLOW_TRACKING_URI: server.uri,
            MLFLOW_DISABLE_TELEMETRY: 'true',
            // A fault of the server should show at once, not after minutes of retries.
            MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
          },
        });
      });
    }
  },
);
