import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ModelSignature } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { formatMlModel } from './mlmodel.ts';
import { signatureFromJson, signatureToJson } from './signature-json.ts';
import { formatUtcTime } from './utc-time.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

// Loads the file with MLflow, and prints what MLflow understood.
const PROGRAM = `
import json, sys
from mlflow.models import Model
model = Model.load(sys.argv[1])
print(json.dumps({
    "flavors": model.flavors,
    "runId": model.run_id,
    "modelId": model.model_id,
    "metadata": model.metadata,
    "size": model.model_size_bytes,
    "created": model.utc_time_created,
    "signature": model.signature.to_dict(),
}))
`;

it.skipIf(python === undefined)(
  'Python MLflow reads these files (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)',
  async () => {
    const signature: ModelSignature = {
      inputs: [
        { kind: 'column', name: 'größe', type: 'double', required: true },
        {
          kind: 'column',
          name: 'b',
          type: {
            kind: 'object',
            properties: {
              z: { type: { kind: 'array', items: 'string' }, required: false },
              a: { type: { kind: 'map', values: { kind: 'any' } }, required: true },
            },
          },
          required: false,
        },
      ],
      outputs: [
        { kind: 'tensor', name: 'p', dtype: 'float32', shape: [-1, 3] },
        { kind: 'tensor', name: 'label', dtype: 'str', shape: [-1] },
      ],
      params: [
        { name: 'temperature', type: 'double', default: 1 },
        { name: 'stops', type: 'string', default: ['a', 'b'], shape: [-1] },
        { name: 'since', type: 'datetime', default: '2026-11-23T07:51:22' },
        { name: 'seed', type: 'long', default: 9_007_199_254_740_993n },
      ],
    };
    const folder = temporaryFolder();
    await writeFile(
      join(folder, 'MLmodel'),
      formatMlModel({
        flavors: { tfjs: { format: 'layers-model', version: '1e5', switch: 'on', rate: 1e-7 } },
        runId: '0123',
        modelId: 'm-0123',
        modelUuid: 'm-0123',
        utcTimeCreated: formatUtcTime(0),
        signature: signatureToJson(signature),
        modelSizeBytes: 12,
        metadata: { note: 'größer\nals ein Satz: "so"', none: null },
      }),
    );
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', PROGRAM, folder]);
    const seen: unknown = JSON.parse(stdout);
    expect(seen).toMatchObject({
      flavors: { tfjs: { format: 'layers-model', version: '1e5', switch: 'on', rate: 1e-7 } },
      runId: '0123',
      modelId: 'm-0123',
      metadata: { note: 'größer\nals ein Satz: "so"', none: null },
      size: 12,
      created: '1970-01-01 00:00:00.000000',
    });
    const back = (seen as { signature: Record<'inputs' | 'outputs' | 'params', string> }).signature;
    expect(signatureFromJson(back)).toEqual(signature);
  },
);
