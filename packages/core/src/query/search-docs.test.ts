import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXPERIMENT_TARGET } from './experiment-target.ts';
import { LOGGED_MODEL_TARGET } from './logged-model-target.ts';
import { MODEL_VERSION_TARGET } from './model-version-target.ts';
import { parseFilter } from './parse-filter.ts';
import { printField } from './print-filter.ts';
import { REGISTERED_MODEL_TARGET } from './registered-model-target.ts';
import { RUN_TARGET } from './run-target.ts';

const PAGE = readFileSync(new URL('../../../../docs/search.md', import.meta.url), 'utf8');

it('docs/search.md shows valid filters', () => {
  const block = /```filter\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const filters = block.trim().split('\n');
  expect(filters.length).toBeGreaterThan(5);
  for (const filter of filters) expect(parseFilter('runs', filter)).toBeDefined();
});

it('docs/search.md names every attribute, default order and limit of each target', () => {
  for (const target of [
    RUN_TARGET,
    EXPERIMENT_TARGET,
    REGISTERED_MODEL_TARGET,
    MODEL_VERSION_TARGET,
    LOGGED_MODEL_TARGET,
  ]) {
    const [attributes = '', order = ''] = PAGE.split('\n').filter((line) =>
      line.startsWith(`| ${target.what} |`),
    );
    for (const name of Object.keys(target.attributes)) expect(attributes).toContain(`\`${name}\``);
    const keys = target.defaultOrder.map(
      ({ field, descending }) => `${printField(field)}${descending ? ' DESC' : ''}`,
    );
    expect(order).toContain(`\`${keys.join(', ')}\``);
    for (const count of [target.defaultMaxResults, target.greatestMaxResults]) {
      // As the page writes numbers: 1000, but 10,000.
      expect(order).toContain(count < 10_000 ? `${count}` : count.toLocaleString('en'));
    }
  }
});
