import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import {
  createModelVersion,
  createRegisteredModel,
  requestTransition,
  type Store,
  setAlias,
} from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';

const ADA = { name: 'ada', authenticated: false } as const;

async function storeWithModel(): Promise<{ folder: string; store: Store }> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  await createRegisteredModel(store, { name: 'penguins', by: ADA });
  await createModelVersion(store, { name: 'penguins', source: 's3://b/1', by: ADA });
  return { folder, store };
}

describe('tidemark models, in a review', () => {
  it('shows the requester of a transition how another user approves it', async () => {
    const { folder } = await storeWithModel();
    const call = (...argv: string[]) => tidemark('models', ...argv, '--store', folder);
    await call('rules', 'penguins', '--for', 'Production', '--approvals', '1');
    const { out } = await call('request', 'penguins', '1', 'Production');
    expect(out).toMatch(/^Another user decides it: tidemark models approve penguins 1$/m);
    const { code, error } = await call('approve', 'penguins', '1');
    expect(code).toBe(1);
    expect(error).toMatch(
      /does not count. It needs one by a person other than .+: tidemark models approve penguins 1 \[TRANS/,
    );
  });

  it('takes a version through a rule, a request and an approval, and shows each of them', async () => {
    const { folder, store } = await storeWithModel();
    const call = async (...argv: string[]) => {
      const outcome = await tidemark('models', ...argv, '--store', folder);
      expect(outcome).toMatchObject({ code: 0, error: '' });
      return outcome.out;
    };
    await call('rules', 'penguins', '--for', 'production', '--approvals', '1');
    expect(await call('rules', 'penguins')).toBe('Production: 1 approval, not by the requester\n');
    const refused = await tidemark('models', 'stage', 'penguins', '1', 'Production', '-s', folder);
    expect(refused).toMatchObject({
      code: 1,
      error: expect.stringContaining('[TRANSITION_REFUSED]'),
    });
    await requestTransition(store, {
      name: 'penguins',
      version: 1,
      target: { kind: 'stage', stage: 'Production' },
      by: ADA,
    });
    await call('comment', 'penguins', '1', 'looks good');
    expect(await call('show', 'penguins')).toMatch(/Production, requested by ada/);
    expect(await call('approve', 'penguins', '1', '-m', 'ship it')).toContain(
      'penguins version 1 is Production',
    );
    const shown = await call('show', 'penguins');
    expect(shown).toContain('version 1 Production');
    expect(shown).toContain('looks good');
    const again = await tidemark('models', 'reject', 'penguins', '1', '-s', folder);
    expect(again.error).toContain('[TRANSITION_REQUEST_CLOSED]');
    const history = await call('history', 'penguins');
    expect(history.replaceAll(/\s+/g, ' ')).toContain(
      'requested transition of version 1: None → Production',
    );
    const head = /^head \d+ (sha256:[0-9a-f]{64})$/m.exec(history)?.[1] as string;
    await call('describe', 'penguins', 'birds');
    await call('rename', 'penguins', 'birds');
    expect(await call('history', 'birds')).toContain('created model');
    await call('history', 'penguins', '--expect-head', head);
    const forged = ['history', 'birds', '--expect-head', 'sha256:0', '-s', folder];
    expect((await tidemark('models', ...forged)).error).toContain('[DIGEST_MISMATCH]');
    await call('delete', 'birds', '1');
    await call('delete', 'birds');
    await call('create', 'birds', '-d', 'again');
    expect(JSON.parse(await call('list', '--json'))).toMatchObject([{ description: 'again' }]);
  });

  it('asks which request you mean if several are open', async () => {
    const { folder } = await storeWithModel();
    const at = ['--store', folder];
    for (const to of ['Staging', '@champion']) {
      expect(await tidemark('models', 'request', 'penguins', '1', to, ...at)).toMatchObject({
        code: 0,
        out: expect.stringContaining('\nDecide it with: tidemark models approve penguins 1\n'),
      });
    }
    const open = await tidemark('models', 'cancel', 'penguins', '1', ...at);
    expect(open).toMatchObject({ code: 1, error: expect.stringContaining('--request') });
    const one = ['models', 'cancel', 'penguins', '1', '--to', '@champion', ...at];
    expect((await tidemark(...one)).out).toContain('was cancelled');
  });
});

describe('tidemark merge', () => {
  it('merges and reports the result, and refuses diverged models without --rebase', async () => {
    const { folder, store } = await storeWithModel();
    const other = join(temporaryFolder(), 'other');
    cpSync(folder, other, { recursive: true });
    await createModelVersion(store, { name: 'penguins', source: 's3://b/ours', by: ADA });
    const theirs = await openStore(other);
    await createModelVersion(theirs, { name: 'penguins', source: 's3://b/theirs', by: ADA });
    const refused = await tidemark('merge', other, '--store', folder);
    expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('[MERGE_DIVERGED]') });
    const dry = await tidemark('merge', other, '--rebase', '--dry-run', '--store', folder);
    expect(dry.out).toContain('1 commit replayed (version 2 is 3 here)');
    const { code, out } = await tidemark('merge', other, '--rebase', '--store', folder);
    expect(code).toBe(0);
    expect(out).toContain('1 commit replayed (version 2 is 3 here)');
    const history = await tidemark('models', 'history', 'penguins', '--json', '-s', folder);
    expect(JSON.parse(history.out)).toMatchObject({
      activity: { 3: { by: ADA, replayed: { from: { number: 3 } } } },
    });
  });
});

it('tidemark models show shows the newest versions and those in use, and how to see all', async () => {
  const { folder, store } = await storeWithModel();
  for (let version = 2; version <= 30; version += 1) {
    await createModelVersion(store, { name: 'penguins', source: `s3://b/${version}`, by: ADA });
  }
  await setAlias(store, { name: 'penguins', alias: 'champion', version: 1, by: ADA });
  const target = { kind: 'stage', stage: 'Production' } as const;
  await requestTransition(store, { name: 'penguins', version: 3, target, by: ADA });
  const shown = async (...more: string[]) => {
    const { out } = await tidemark('models', 'show', 'penguins', ...more, '--store', folder);
    return {
      out,
      versions: [...out.matchAll(/^version (\d+)/gm)].map(([, number]) => Number(number)),
    };
  };
  const { out, versions } = await shown();
  expect(versions).toEqual([...Array.from({ length: 20 }, (_, index) => 30 - index), 3, 1]);
  expect(out).toMatch(/\n\n… and 8 more \(--limit 30\)\n$/);
  expect((await shown('--limit', '2')).versions).toEqual([30, 29, 3, 1]);
  const all = await shown('--limit', '30');
  expect(all.versions).toHaveLength(30);
  expect(all.out).not.toContain('more (--limit');
  expect(JSON.parse((await shown('--json')).out).versions).toHaveLength(30);
});
