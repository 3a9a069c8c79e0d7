import { describe, expect, it } from 'vitest';
import { captureEnvironment } from './capture-environment.ts';
import type { Environment } from './environment.ts';
import { formatEnvironment, parseEnvironment } from './environment-json.ts';

const SMALLEST: Environment = {
  format: 1,
  capturedAtMs: 1,
  process: { pid: 1, startTimeMs: 0, cwd: '/', argv: [], execArgv: [] },
  node: { version: '20.19.0', v8: '11.3' },
  host: {
    platform: 'linux',
    arch: 'x64',
    osRelease: '6',
    cpuCount: 0,
    totalMemoryBytes: 1,
    hostname: '',
  },
};

describe('environment.json', () => {
  it('restores the captured environment', async () => {
    const environment = await captureEnvironment({ env: process.env });
    expect(parseEnvironment(formatEnvironment(environment))).toEqual(environment);
    expect(parseEnvironment(formatEnvironment(SMALLEST))).toEqual(SMALLEST);
  });

  it('keeps the list of what the patch of uncommitted changes leaves out', () => {
    const leftOut = [{ path: '.env', reason: 'secret' as const }];
    const git = { root: '/r', patch: { files: 1, complete: true, leftOut, leftOutCount: 1 } };
    const environment = { ...SMALLEST, git };
    expect(parseEnvironment(formatEnvironment(environment))).toEqual(environment);
  });

  it('is the same file for any order of the keys', () => {
    const { process, ...rest } = SMALLEST;
    const { cwd, ...others } = process;
    const reordered = { process: { cwd, ...others }, ...rest };
    expect(formatEnvironment(reordered)).toBe(formatEnvironment(SMALLEST));
    expect(formatEnvironment(SMALLEST)).toMatch(/^\{\n {2}"capturedAtMs": 1,\n[\s\S]*\n\}\n$/);
  });

  it('can have keys that a later version added', () => {
    const json = JSON.stringify({ ...SMALLEST, gpu: [{ name: 'A100' }] });
    expect(parseEnvironment(json)).toEqual(SMALLEST);
  });

  it('is refused when it is damaged or in a newer format', () => {
    expect(() => parseEnvironment('{"format":1')).toThrow(
      expect.objectContaining({ code: 'STORE_DAMAGED' }),
    );
    expect(() => parseEnvironment('{"format":1}')).toThrow(
      expect.objectContaining({ code: 'STORE_DAMAGED' }),
    );
    expect(() => parseEnvironment('{"format":2}')).toThrow(
      expect.objectContaining({ code: 'STORE_FORMAT_TOO_NEW' }),
    );
  });
});
