import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { currentActor } from '@tidemark/client';
import {
  findExperiment,
  findRun,
  type PurgePlan,
  type PurgeTarget,
  parseLoggedModelId,
  planPurge,
  purge,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { LAYOUT } from '@tidemark/core/node';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark purge`. */
export interface PurgeCommandOptions {
  readonly store?: string;
  /** Whether to do it. Without it, the command only shows what it would do. */
  readonly yes?: true;
  /** Whether to purge a part that no reader sees. Without it, such a key counts as misspelt. */
  readonly hidden?: true;
  readonly reason?: string;
  readonly json?: boolean;
}

/** The kinds of things that can be purged, which are also the names of the commands. */
export type Purgeable = 'run' | 'model' | 'experiment' | 'param' | 'tag' | 'metric' | 'artifact';

/**
 * Removes something permanently, or shows what would be removed.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, EXPERIMENT_NOT_FOUND, PURGE_REFUSED; INVALID_ARGUMENT for a key
 * that readers do not see
 */
export async function purgeThing(
  kind: Purgeable,
  owner: string,
  key: string | undefined,
  options: PurgeCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const target = await targetOf(store, kind, owner, key);
  const isDone = options.yes === true;
  const { reason } = options;
  const shown = await planPurge(store, target);
  if (!shown.isVisible && options.hidden !== true) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `No reader sees a ${kind} ${JSON.stringify(key)} there, so there is nothing to purge. If the logs may have an earlier value, purge it with --hidden. Otherwise look up the right name with: tidemark ${owner.startsWith('m-') ? 'artifacts list' : 'runs show'} ${printable(owner)}`,
      { details: { key } },
    );
  }
  const plan = isDone
    ? await purge(store, target, {
        by: currentActor(),
        ...(reason === undefined ? {} : { reason }),
      })
    : shown;
  if (options.json === true) terminal.out(renderJson({ ...plan, done: isDone }));
  else say(terminal, described(plan, isDone, hasLake(store), terminal));
}

async function targetOf(
  store: Store,
  kind: Purgeable,
  owner: string,
  key: string | undefined,
): Promise<PurgeTarget> {
  if (kind === 'run') return { run: (await findRun(store, owner)).runId };
  if (kind === 'model') return { model: parseLoggedModelId(owner) };
  if (kind === 'experiment') {
    return { experiment: (await findExperiment(store, owner)).experimentId };
  }
  const part = { part: kind, key: key ?? '' };
  if (!owner.startsWith('m-')) return { run: (await findRun(store, owner)).runId, ...part };
  if (part.part === 'metric') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'A logged model has no metrics: they belong to runs. Name the run that logged the metric.',
    );
  }
  return { model: parseLoggedModelId(owner), key: part.key, part: part.part };
}

function described(plan: PurgePlan, isDone: boolean, inLake: boolean, terminal: Terminal): string {
  const style = styleOf(terminal);
  const bytes = plan.files.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  const lines = [
    ...plan.runs.map((runId) => `  run ${runId}`),
    ...plan.loggedModels.map((modelId) => `  logged model ${modelId}`),
    ...('part' in plan.target && plan.target.part !== undefined
      ? [`  ${plan.target.part} ${printable(plan.target.key ?? '')}${hint(plan)}`]
      : []),
    ...(plan.files.length === 0
      ? []
      : [
          `  ${plan.files.length} artifact${plan.files.length === 1 ? '' : 's'}, ${formatBytes(bytes)}`,
        ]),
  ];
  const shown = lines.length > 0 ? lines : ['  an experiment without runs'];
  if (isDone) {
    return `${style.heading('Purged:')}\n${shown.join('\n')}\n${pinned(plan, 'no longer matches')}To remove the bytes from the logs${inLake ? ' and the lake' : ''}: tidemark gc --yes\n`;
  }
  const refusal = [
    ...plan.neededBy.map(({ model, version }) => `  ${printable(model)} version ${version}`),
    ...plan.referredBy.map(({ id, path }) => `  ${printable(path)} of ${id}, which refers to it`),
  ];
  const end =
    refusal.length > 0
      ? `${style.bad('The purge would be refused: needed by')}\n${refusal.join('\n')}`
      : 'Nothing was changed. Add --yes to do it. You cannot undo it.';
  return `${style.heading('Would be purged:')}\n${shown.join('\n')}\n${pinned(plan, 'will no longer match')}${end}\n`;
}

/** Whether a store is a folder with tables that `tidemark seal` made. */
function hasLake({ uri }: Store): boolean {
  return uri.startsWith('file:') && existsSync(join(fileURLToPath(uri), LAYOUT.lake));
}

/** Reports which versions pin a digest that no longer verifies. */
function pinned(
  { pinnedBy }: PurgePlan,
  match: 'no longer matches' | 'will no longer match',
): string {
  if (pinnedBy.length === 0) return '';
  const names = pinnedBy.map(({ model, version }) => `${printable(model)} version ${version}`);
  return `The run's digest in ${names.join(', ')} ${match}: the merge gate and tidemark doctor report it. If that matters, register a new version.\n`;
}

function hint({ isVisible }: PurgePlan): string {
  return isVisible ? '' : ' (no reader sees it; any values in the logs)';
}
