import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_FLAVORS } from './known-flavors.ts';

describe('the list of flavors', () => {
  it('has a flavor for every file in this package with the name of one', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-flavor.ts'))
      .map((file) => basename(file, '-flavor.ts'));
    expect(Object.keys(KNOWN_FLAVORS).sort()).toEqual(files.sort());
  });

  it.each(Object.keys(KNOWN_FLAVORS))('loads %s under its own name', async (name) => {
    expect((await KNOWN_FLAVORS[name]?.())?.name).toBe(name);
  });
});
