import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { recheckLines } from '../../testing/recheck-lines.ts';
import { wholeState } from '../../testing/store-state.ts';
import { purge } from '../../tracking/purge.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { openFileStore } from '../file-store.ts';
import { refreshIndex } from '../refresh-index.ts';
import { collectGarbage } from './collect-garbage.ts';
import { planGarbage } from './plan-garbage.ts';

const BY = { name: 'ada', authenticated: false };
const SECRET = 'hunter2 in clear text';

interface Leaky {
  readonly folder: string;
  readonly leaky: RunId;
  readonly other: RunId;
  readonly log: string;
}

/** A store with two runs in one log. A secret was logged to one of them. */
async function leakyStore(): Promise<Leaky> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const experimentId = '0' as ExperimentId;
  const runOf = async (name: string): Promise<RunId> =>
    (await store.createRun({ experimentId, name, userId: 'ada', startTimeMs: 1 })).runId;
  const leaky = await runOf('leaky');
  const other = await runOf('other');
  await store.append([
    { kind: 'tags', run: leaky, tags: { leaked: SECRET } },
    { kind: 'tags', run: other, tags: { note: 'harmless' } },
    { kind: 'params', run: leaky, params: { lr: '0.1' } },
  ]);
  await store.close();
  const [name = ''] = readdirSync(join(folder, 'logs'));
  const log = join(folder, 'logs', name);
  // The id of a process that has ended, in case the closing line is damaged and the log counts as unsealed.
  edit(log, (text) => recheckLines(text.replace(/"pid":\d+/, '"pid":4194304')));
  return { folder, leaky, other, log };
}

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

async function purgeLeaked({ folder, leaky }: Leaky): Promise<void> {
  const store = openFileStore(folder);
  await purge(store, { run: leaky, part: 'tag', key: 'leaked' }, { by: BY });
  await store.close();
}

async function collect(folder: string): Promise<void> {
  await collectGarbage(await planGarbage(folder, { nowMs: later() }), { by: BY });
}

/** A time so late that the log of an ended process no longer counts as new. */
function later(): number {
  return Date.now() + 3_600_000;
}

/** The files that contain the secret, as text or in base64 as in the quarantine. */
function filesWithSecret(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const text = readFileSync(path, 'utf8');
      const held = [...text.matchAll(/"base64":"([^"]*)"/g)].map(([, base64 = '']) =>
        Buffer.from(base64, 'base64').toString(),
      );
      return [text, ...held].some((part) => part.includes(SECRET));
    });
}

async function stateOf(folder: string): Promise<unknown> {
  const store = openFileStore(folder);
  const state = await wholeState(store);
  await store.close();
  return state;
}

const DAMAGES: readonly { readonly what: string; damage(leaky: Leaky): void }[] = [
  {
    what: 'in a value',
    damage: ({ log }) => edit(log, (text) => text.replace(SECRET, `${SECRET}!`)),
  },
  {
    what: 'in a key',
    damage: ({ log }) => edit(log, (text) => text.replace('"leaked"', '"leakeD"')),
  },
  {
    what: 'in the id of the run',
    damage: ({ log, leaky }) =>
      edit(log, (text) =>
        text.replace(`"tags","run":"${leaky}`, `"tags","run":"f${leaky.slice(1)}x`),
      ),
  },
  {
    what: 'in the name of a field',
    damage: ({ log }) => edit(log, (text) => text.replace('"tags","run"', '"tags","rum"')),
  },
  {
    what: 'in the kind',
    damage: ({ log }) => edit(log, (text) => text.replace('"kind":"tags"', '"kind":"tagz"')),
  },
  {
    what: 'in the newline before it',
    damage: ({ log, other }) =>
      edit(log, (text) => {
        const lines = text.split('\n');
        const of = (run: string) =>
          lines.findIndex((line) => line.includes(`"tags","run":"${run}`));
        const [harmless] = lines.splice(of(other), 1);
        const place = lines.findIndex((line) => line.includes(SECRET));
        lines[place] = `${harmless} ${lines[place]}`;
        return lines.join('\n');
      }),
  },
  {
    what: 'in a header in the middle',
    damage: ({ log }) =>
      edit(log, (text) => {
        const [header = ''] = text.split('\n');
        return text.replace(/\n(?=[^\n]*hunter2)/, `\n${header.replace('"pid"', '"pix"')}\n`);
      }),
  },
];

describe('a damaged line with purged data', () => {
  it.each(DAMAGES)('is removed from the disk: damage $what', async ({ damage }) => {
    const leaky = await leakyStore();
    damage(leaky);
    await purgeLeaked(leaky);
    const before = await stateOf(leaky.folder);
    expect(filesWithSecret(leaky.folder)).not.toEqual([]);
    await collect(leaky.folder);
    expect(filesWithSecret(leaky.folder)).toEqual([]);
    expect(await stateOf(leaky.folder)).toEqual(before);
  });

  it.each(DAMAGES)('is removed from the quarantine: damage $what', async ({ damage }) => {
    const leaky = await leakyStore();
    damage(leaky);
    await examineStore(leaky.folder, { fix: true, nowMs: later() });
    await purgeLeaked(leaky);
    const remains = (await examineStore(leaky.folder)).findings.filter(
      ({ check, place }) => check === 'purged-remains' && place.startsWith('quarantine/'),
    );
    expect(remains).toHaveLength(1);
    await collect(leaky.folder);
    expect(filesWithSecret(leaky.folder)).toEqual([]);
  });

  it('is kept, in the log and in the quarantine, if it is clearly about something else', async () => {
    const leaky = await leakyStore();
    edit(leaky.log, (text) => text.replace('harmless', 'harmlesS'));
    await purgeLeaked(leaky);
    await collect(leaky.folder);
    expect(readFileSync(leaky.log, 'utf8')).toContain('harmlesS');
    await examineStore(leaky.folder, { fix: true, nowMs: later() });
    await collect(leaky.folder);
    expect(readdirSync(join(leaky.folder, 'quarantine'))).toHaveLength(1);
  });

  it('is removed if it is a last line that its process did not finish', async () => {
    const leaky = await leakyStore();
    edit(leaky.log, (text) => {
      const gone = text.replace(/\{[^\n]*"kind":"sealed"[^\n]*\}\n/, '');
      const torn = (gone.split('\n').find((line) => line.includes(SECRET)) ?? '').slice(0, -20);
      return `${gone.replace(/[^\n]*hunter2[^\n]*\n/, '')}${torn}`;
    });
    await purgeLeaked(leaky);
    await collect(leaky.folder);
    expect(filesWithSecret(leaky.folder)).toEqual([]);
  });

  it('is reported if it is in a log that cannot be read', async () => {
    const leaky = await leakyStore();
    edit(leaky.log, (text) => text.replace('"kind":"log"', '"kind":"lob"'));
    const { folder } = leaky;
    const store = openFileStore(folder);
    const run = {
      experimentId: '0' as ExperimentId,
      name: 'b',
      userId: '',
      startTimeMs: 1,
      tags: { a: 'b' },
    };
    const { runId } = await store.createRun(run);
    await purge(store, { run: runId, part: 'tag', key: 'a' }, { by: BY });
    await store.close();
    const file = leaky.log.slice(folder.length + 1);
    expect((await planGarbage(folder)).leftOut).toEqual([{ file, why: 'unreadable' }]);
  });

  it('is removed with an index that was restored from before the purge', async () => {
    const leaky = await leakyStore();
    const { folder } = leaky;
    await refreshIndex(folder);
    const old = join(temporaryFolder(), 'index');
    cpSync(join(folder, 'index'), old, { recursive: true });
    expect(filesWithSecret(old)).not.toEqual([]);
    await purgeLeaked(leaky);
    await collect(folder);
    cpSync(old, join(folder, 'index'), { recursive: true });
    await collect(folder);
    expect(filesWithSecret(folder)).toEqual([]);
  });
});
