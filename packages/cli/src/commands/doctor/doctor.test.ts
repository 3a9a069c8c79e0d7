import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { createModelVersion, createRegisteredModel } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

describe('tidemark doctor', () => {
  it('lists the findings and exits with 1, or says that the store is healthy', async () => {
    const { folder, call } = await storeWithSecret();
    expect(await call('doctor')).toBe(`Healthy: ${folder}\n`);
    const hash = `sha256:${'0'.repeat(64)}`;
    const expected = ['--expect-head', `cats=${hash}`, '--expect-head', `dogs=${hash}`];
    const heads = await tidemark('doctor', '--json', ...expected, '--store', folder);
    expect(heads.code).toBe(1);
    expect(JSON.parse(heads.out)).toMatchObject({
      findings: [{ place: 'cats', isFixed: false }, { place: 'dogs' }],
    });
    writeFileSync(join(folder, 'store.json'), '{');
    const damaged = await tidemark('doctor', '--store', folder);
    expect(damaged.code).toBe(1);
    expect(damaged.out).toContain('error store-file');
    expect(damaged.out).toContain('1 finding in');
  });

  it('prints the first three notes of a kind, and all of them with --json', async () => {
    const { folder, call } = await storeWithSecret();
    const store = await openStore(folder);
    const by = { name: 'ada', authenticated: false };
    await createRegisteredModel(store, { name: 'penguins', by });
    for (const number of [1, 2, 3, 4, 5]) {
      const source = `s3://elsewhere/${number}`;
      await createModelVersion(store, { name: 'penguins', source, by });
    }
    await store.close();
    const shown = await call('doctor');
    expect(shown.match(/^note unpinned-versions/gm)).toHaveLength(3);
    expect(shown).toMatch(
      /^note … and 2 more notes of unpinned-versions. To see all: tidemark doctor --json\n5 findings in/m,
    );
    expect(JSON.parse(await call('doctor', '--json')).findings).toHaveLength(5);
  });
});
