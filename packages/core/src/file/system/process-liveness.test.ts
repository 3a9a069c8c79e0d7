import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { processIdentity } from './process-identity.ts';
import { livenessOfClaim } from './process-liveness.ts';

const { pid: ended = 0 } = spawnSync(process.execPath, ['-e', '']);
const self = processIdentity();
const { host, pid } = self;

describe('the process that left a claim', () => {
  it('is alive if it is this one, also where the claim has only its id', () => {
    expect([self, { host, pid }].map(livenessOfClaim)).toEqual(['alive', 'alive']);
  });

  it('no longer exists if it has ended', () => {
    expect(
      [
        { ...self, pid: ended },
        { host, pid: ended },
      ].map(livenessOfClaim),
    ).toEqual(['gone', 'gone']);
  });

  it('is unknown on another host, and in another container with the name of this one', () => {
    const claims: unknown[] = [{ host: `other-${host}`, pid: ended }, undefined, [], { host }];
    if (self.boot !== undefined) claims.push({ ...self, pid: ended, pidNamespace: 'pid:[1]' });
    expect(new Set(claims.map(livenessOfClaim))).toEqual(new Set(['unknown']));
  });
});
