import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { LATEST_STAMP_US } from '../../events/stamp.ts';
import { openFileStore } from '../../file/file-store.ts';
import { collectGarbage } from '../../file/gc/collect-garbage.ts';
import { planGarbage } from '../../file/gc/plan-garbage.ts';
import { LAYOUT } from '../../file/layout.ts';
import { withCheck } from '../../file/log/line-check.ts';
import type { ExperimentId } from '../../model/ids.ts';
import { purge } from '../../tracking/purge.ts';
import { age, BY, killWriter, onlyLog, write } from '../healthy-store.ts';
import { recheckLines } from '../recheck-lines.ts';
import type { DoctorCase } from './doctor-case.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Problems with logs and with their content. */
export const LOG_CASES: readonly DoctorCase[] = [
  {
    check: 'store-file',
    what: 'a store of a later format',
    damage: ({ folder }) => {
      const place = join(folder, LAYOUT.storeFile);
      writeFileSync(place, readFileSync(place, 'utf8').replace('"format": 1', '"format": 2'));
    },
    says: /Install a newer Tidemark/,
  },
  {
    check: 'store-file',
    what: 'a store file that is not JSON',
    damage: ({ folder }) => writeFileSync(join(folder, LAYOUT.storeFile), '{'),
    says: /cannot be read/,
  },
  {
    check: 'store-file',
    what: 'a log of a later format',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(
        log,
        recheckLines(readFileSync(log, 'utf8').replace('"format":2', '"format":3')),
      );
    },
    says: /has format 3/,
  },
  {
    check: 'log-headers',
    what: 'a log that lost its first line',
    damage: ({ folder }) => {
      const text = readFileSync(onlyLog(folder), 'utf8');
      writeFileSync(onlyLog(folder), text.slice(text.indexOf('\n') + 1));
    },
    says: /no header/,
  },
  {
    check: 'log-headers',
    what: 'an empty log',
    damage: ({ folder }) => {
      writeFileSync(join(folder, 'logs', 'w-000000.jsonl'), '');
      age(join(folder, 'logs', 'w-000000.jsonl'), DAY_MS);
    },
    says: /during its first write/,
    isFixed: true,
  },
  {
    check: 'log-lines',
    what: 'a line that was changed',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(log, readFileSync(log, 'utf8').replace('"kind":"params"', '"kind":"params'));
    },
    says: /check of the line does not match/,
    isFixed: true,
  },
  {
    check: 'log-lines',
    what: 'a kind that a later version added',
    damage: ({ folder }) => {
      const log = onlyLog(folder);
      writeFileSync(
        log,
        recheckLines(readFileSync(log, 'utf8').replace('"kind":"params"', '"kind":"hologram"')),
      );
    },
    says: /"hologram" is unknown. Install a newer version/,
  },
  {
    check: 'future-stamps',
    what: 'a tag of a writer whose clock is in another century',
    damage: ({ folder, runId }) => {
      const tags = `{"at":${LATEST_STAMP_US},"kind":"tags","run":"${runId}","tags":{"far":"yes"}}`;
      appendFileSync(onlyLog(folder), `${withCheck(tags)}\n`);
    },
    says: /1 of its events have stamps up to 2100/,
  },
  {
    check: 'open-logs',
    what: 'a process that died in the middle of a line',
    damage: ({ folder }) => appendFileSync(killWriter(folder), '{"at":1,"kind":"par'),
    says: /process 4194304 .* Its last line is torn/,
  },
  {
    check: 'lost-runs',
    what: 'a run whose process died',
    damage: ({ folder }) => {
      const log = killWriter(folder);
      writeFileSync(
        log,
        recheckLines(readFileSync(log, 'utf8').replace('"FINISHED"', '"RUNNING"')),
      );
    },
    says: /as FAILED/,
  },
  {
    check: 'experiment-names',
    what: 'two live experiments of one name',
    damage: async ({ folder }) => {
      const experiment = (id: string) => ({
        kind: 'experiment-created' as const,
        experiment: id as ExperimentId,
        name: 'twice',
        timeMs: 1,
      });
      await write(folder, experiment('11'), experiment('12'));
    },
    says: /The experiment 11 has the name "twice" too/,
  },
  {
    check: 'param-conflicts',
    what: 'a param with two values',
    damage: ({ folder, runId }) =>
      write(folder, { kind: 'params', run: runId, params: { lr: '0.2' } }),
    says: /"lr" is "0.1", but was also logged as "0.2"/,
  },
  {
    check: 'purged-remains',
    what: 'a purged param whose line is still in a log',
    damage: async ({ folder, runId }) => {
      await write(folder, { kind: 'tags', run: runId, tags: { leaked: 'hunter2' } });
      const store = openFileStore(folder);
      await purge(store, { run: runId, part: 'tag', key: 'leaked' }, { by: BY });
      await store.close();
    },
    says: /tidemark gc --yes/,
  },
  {
    check: 'superseded-logs',
    what: 'an old copy of logs that gc merged',
    damage: async ({ folder, runId }) => {
      for (let index = 0; index < 8; index += 1) {
        await write(folder, { kind: 'tags', run: runId, tags: { index: String(index) } });
      }
      const copy = join(temporaryFolder(), 'copy');
      cpSync(join(folder, LAYOUT.logs), copy, { recursive: true });
      await collectGarbage(await planGarbage(folder), { by: BY });
      const [name = ''] = readdirSync(copy);
      copyFileSync(join(copy, name), join(folder, LAYOUT.logs, name));
    },
    says: /counts once/,
    isFixed: true,
  },
];
