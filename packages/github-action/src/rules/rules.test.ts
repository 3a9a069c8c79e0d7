import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { RULES } from './rules.ts';

const PAGE = readFileSync(new URL('../../../../docs/gate.md', import.meta.url), 'utf8');

describe('the list of rules', () => {
  it('has every rule in this folder', () => {
    const folder = import.meta.dirname;
    const type = '(?:Standing|Policy)Rule';
    expect(unlisted({ folder, type, list: join(folder, 'rules.ts') })).toEqual([]);
  });

  it('has no key twice, and docs/gate.md describes each', () => {
    const keys = RULES.flatMap((rule) => ('key' in rule ? rule.key : []));
    expect(new Set(keys).size).toBe(keys.length);
    const told = keys.filter((key) => new RegExp(`^\\| \`${key}\\W`, 'm').test(PAGE));
    expect(told).toEqual(keys);
  });
});
