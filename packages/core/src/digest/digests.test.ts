import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArtifactFile } from '../model/artifact.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import { artifactsDigest } from './artifacts-digest.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { runStateDigest } from './run-state-digest.ts';
import { Sha256, sha256Hex } from './sha256.ts';

describe('canonical JSON', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed as Json)).toBe(canonicalJson(value as Json));
      }),
    );
  });

  it('sorts keys by code units and prints numbers as ECMAScript does (RFC 8785, section 3.2)', () => {
    const value = { '\u20ac': 1e30, '\r': 4.5, '1': 2e-3, '\ud83d\ude00': -0, absent: undefined };
    expect(canonicalJson(value)).toBe('{"\\r":4.5,"1":0.002,"€":1e+30,"😀":0}');
  });
});

describe('SHA-256', () => {
  it('has the known digest of the empty text', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(sha256Hex('')).toBe(empty);
    expect(new Sha256().hex()).toBe(empty);
  });

  it('is the same for a text as a whole and in pieces', () => {
    const pieces = new Sha256();
    for (const piece of ['a', '', 'bc']) pieces.update(new TextEncoder().encode(piece));
    // The first example of FIPS 180-4.
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect([sha256Hex('abc'), pieces.hex()]).toEqual([digest, digest]);
  });
});

// Registries keep these digests: a change of the algorithm breaks old stores.
describe('digests that are part of the format', () => {
  const files: ArtifactFile[] = [
    { path: 'model.json', sizeBytes: 3, sha256: '1'.repeat(64) },
    { path: 'MLmodel', sizeBytes: 4, sha256: '2'.repeat(64) },
  ];
  const run: Run = {
    runId: 'a'.repeat(32) as RunId,
    experimentId: '0' as ExperimentId,
    name: 'calm-reef-204',
    status: 'FINISHED',
    lifecycleStage: 'active',
    startTimeMs: 1,
    endTimeMs: 2,
    userId: 'ada',
    params: { lr: '0.1' },
    paramConflicts: [{ key: 'lr', value: '0.1', rejected: ['0.2'] }],
    tags: { team: 'x' },
    metrics: {
      loss: { key: 'loss', value: Number.NaN, timestampMs: 1, step: 0 },
      acc: {
        key: 'acc',
        value: 0.5,
        timestampMs: 1,
        step: 0,
        datasetName: 'd',
        datasetDigest: 'e',
      },
    },
    datasets: [
      { dataset: { name: 'd', digest: 'e', sourceType: 's', source: '{}' }, tags: { c: 't' } },
    ],
    modelInputs: [],
    modelOutputs: [{ modelId: 'm-1' as LoggedModelId, step: 3 }],
    artifacts: files,
  };

  it('of artifacts-v1 do not change', () => {
    const digest = 'sha256:1f79f450660bebac99bf96a186e08d035d0d932c3edfb2dc9299a7f72f54367d';
    expect(artifactsDigest(files)).toBe(digest);
    expect(artifactsDigest([...files].reverse())).toBe(digest);
  });

  it('of run-state-v1 do not change', () => {
    expect(runStateDigest(run)).toBe(
      'b2d466217ab48d1cb409627f2d694266eaee17babe43d4f77b2140f5781acb93',
    );
    expect(runStateDigest({ ...run, params: { lr: '0.3' } })).not.toBe(
      'b2d466217ab48d1cb409627f2d694266eaee17babe43d4f77b2140f5781acb93',
    );
  });
});
