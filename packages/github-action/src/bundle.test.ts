import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { type OutputOptions, rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import config from '../rolldown.config.ts';

const DIST = join(import.meta.dirname, '..', 'dist');

/** The maximum size, because a runner downloads the bundle with every job, and Node parses it at every start. */
const BUDGET_BYTES = 1_670_000;

describe('the committed bundle', () => {
  it('equals a new build, byte for byte (else: npm run bundle, and commit dist)', async () => {
    const dir = temporaryFolder();
    const { output, ...input } = config;
    const build = await rolldown(input);
    await build.write({ ...(output as OutputOptions), dir });
    await build.close();
    expect(readdirSync(DIST).sort()).toEqual(readdirSync(dir).sort());
    for (const file of readdirSync(dir)) {
      const same = readFileSync(join(DIST, file)).equals(readFileSync(join(dir, file)));
      expect(same, `dist/${file} is not what its sources make`).toBe(true);
    }
  });

  it(`has at most ${BUDGET_BYTES} bytes`, () => {
    expect(statSync(join(DIST, 'index.js')).size).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it('contains no path of the machine that built it', () => {
    const text = readFileSync(join(DIST, 'index.js'), 'utf8');
    expect(text).not.toContain(join(import.meta.dirname, '..', '..', '..'));
  });
});
