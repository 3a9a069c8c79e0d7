import {
  modelActivity,
  modelHistory,
  type RegistryActivity,
  targetText,
  verifyChain,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatTime } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark models history`. */
export interface HistoryOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** The hash of a commit that must be in the history. */
  readonly expectHead?: string;
}

/**
 * Shows every change of a registered model after checking the hashes of the whole chain.
 * @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE, STORE_DAMAGED; DIGEST_MISMATCH without the expected commit
 */
export async function showHistory(
  name: string,
  options: HistoryOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const { expectHead } = options;
  const verified = await verifyChain(store, name, expectHead === undefined ? {} : { expectHead });
  const commits = [];
  for await (const commit of modelHistory(store, name)) commits.push(commit);
  const activity = modelActivity(commits);
  if (options.json === true) {
    terminal.out(renderJson({ ...verified, activity }));
    return;
  }
  terminal.out(
    renderTable(
      [
        { title: 'COMMIT', align: 'right' },
        { title: 'WHEN' },
        { title: 'WHO', flexible: true },
        // Never cut, because an auditor needs all of it.
        { title: 'WHAT', wraps: true },
      ],
      activity.map((entry) => [
        String(entry.commit.number),
        formatTime(entry.atMs),
        `${entry.by.name}${entry.by.authenticated ? '' : ' (claimed)'}`,
        whatHappened(entry),
      ]),
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
  say(terminal, `\nhead ${verified.head.number} ${verified.head.hash}\n`);
}

/** Returns one change in a few words. */
function whatHappened(entry: RegistryActivity): string {
  const { version, fromStage, target, subject, comment } = entry;
  const words = entry.type.toLowerCase().replaceAll('_', ' ');
  const number = words.endsWith('version') ? ` ${version}` : ` of version ${version}`;
  const of = version === undefined ? '' : number;
  const way =
    target === undefined
      ? ''
      : `: ${fromStage === undefined || target.kind === 'alias' ? '' : `${fromStage} → `}${targetText(target)}`;
  const about = subject === undefined ? '' : `: ${subject}`;
  const said = comment === undefined || comment === '' ? '' : ` “${comment}”`;
  const replayed =
    entry.replayed === undefined
      ? ''
      : ` (replayed by ${entry.replayed.by.name} from another store)`;
  const broughtIn =
    entry.broughtIn === undefined ? '' : ` (imported by ${entry.broughtIn.by.name})`;
  return `${words}${of}${way}${about}${said}${broughtIn}${replayed}`;
}
