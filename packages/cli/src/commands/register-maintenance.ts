import { type Command, InvalidArgumentError, Option } from 'commander';
import { CheckFailed } from '../check-failed.ts';
import type { Terminal } from '../terminal.ts';
import type { CollectGarbageOptions } from './collect-garbage.ts';
import type { DoctorCommandOptions } from './doctor.ts';
import type { Purgeable, PurgeCommandOptions } from './purge.ts';

interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

const STORE = ['-s, --store <address>', 'the store to change'] as const;

/** `runs delete` and `runs restore`, below the command `runs`. */
export function registerRunChanges(runs: Command, terminal: Terminal): void {
  const commands = () => import('./change-runs.ts');
  runs
    .command('delete')
    .description('Delete runs softly: hidden, refusing writes, and there to be restored.')
    .argument('<runs...>', 'ids or beginnings of them, names, or `latest`')
    .option(...STORE)
    .action(async (said: string[], options: StoreOptions) => {
      await (await commands()).deleteRuns(said, options, terminal);
    });
  runs
    .command('restore')
    .description('Bring deleted runs back.')
    .argument('<runs...>', 'ids or beginnings of them, or names')
    .option(...STORE)
    .action(async (said: string[], options: StoreOptions) => {
      await (await commands()).restoreRuns(said, options, terminal);
    });
}

/** The subcommands of `experiments`. */
export function registerExperiments(experiments: Command, terminal: Terminal): void {
  const commands = () => import('./change-experiments.ts');
  experiments
    .command('list', { isDefault: true })
    .description('List experiments.')
    .option('-s, --store <address>', 'the store to look into')
    .option('--json', 'print JSON, for programs')
    .addOption(new Option('--csv', 'print CSV, for programs').conflicts('json'))
    .action(async (options: StoreOptions & { csv?: true }) => {
      const { listExperiments } = await import('./list-experiments.ts');
      await listExperiments(options, terminal);
    });
  experiments
    .command('show')
    .description('Show one experiment: its tags, and how its runs went.')
    .argument('<experiment>', 'its name or its id')
    .option('-s, --store <address>', 'the store to look into')
    .option('--json', 'print JSON, for programs')
    .action(async (said: string, options: StoreOptions) => {
      const { showExperiment } = await import('./show-experiment.ts');
      await showExperiment(said, options, terminal);
    });
  experiments
    .command('create')
    .description('Create an experiment.')
    .argument('<name>', 'its name')
    .option(...STORE)
    .action(async (name: string, options: StoreOptions) => {
      await (await commands()).createExperiment(name, options, terminal);
    });
  experiments
    .command('rename')
    .description('Give an experiment another name; its id stays.')
    .argument('<experiment>', 'its name or its id')
    .argument('<name>', 'the new name')
    .option(...STORE)
    .action(async (said: string, name: string, options: StoreOptions) => {
      await (await commands()).changeExperimentName(said, name, options, terminal);
    });
  experiments
    .command('delete')
    .description('Delete an experiment and its runs softly.')
    .argument('<experiment>', 'its name or its id')
    .option(...STORE)
    .action(async (said: string, options: StoreOptions) => {
      await (await commands()).removeExperiment(said, options, terminal);
    });
  experiments
    .command('restore')
    .description('Bring a deleted experiment back, and its runs.')
    .argument('<experiment>', 'its name or its id')
    .option(...STORE)
    .action(async (said: string, options: StoreOptions) => {
      await (await commands()).bringBackExperiment(said, options, terminal);
    });
}

/** `purge`, `gc` and `doctor`. */
export function registerMaintenance(program: Command, terminal: Terminal): void {
  const purging = program
    .command('purge')
    .description('Remove something for ever: a run, an experiment, or a secret that was logged.')
    .addHelpText(
      'after',
      `
Shows what would be gone; --yes does it. No copy of a log brings it back. The bytes in the logs go
with the next \`tidemark gc --yes\`.

Example:
  tidemark purge param latest api_key --yes --reason "logged by mistake"`,
    );
  for (const [kind, what] of WHOLE) {
    registerPurge(purging.command(kind), kind)
      .argument(`<${kind}>`, what)
      .action(async (owner: string, options: PurgeCommandOptions) => {
        const { purgeThing } = await import('./purge.ts');
        await purgeThing(kind, owner, undefined, options, terminal);
      });
  }
  for (const [kind, what] of PARTS) {
    registerPurge(purging.command(kind), kind)
      .argument(
        '<run>',
        'the run (id, beginning of it, name, `latest`), or the id of a logged model',
      )
      .argument(`<${kind === 'artifact' ? 'path' : 'key'}>`, what)
      .action(async (owner: string, key: string, options: PurgeCommandOptions) => {
        const { purgeThing } = await import('./purge.ts');
        await purgeThing(kind, owner, key, options, terminal);
      });
  }
  program
    .command('gc')
    .description('Show what a clean-up of the store would free; do it with --yes.')
    .option('-s, --store <address>', 'the store to clean up: a folder of this machine')
    .option('--dry-run', 'only show it, which is the default')
    .option('--yes', 'do it')
    .option('--older-than <days>', 'also purge what was deleted so many days ago', days)
    .option('--json', 'print JSON, for programs')
    .action(async (options: CollectGarbageOptions & { dryRun?: true }, command: Command) => {
      if (options.dryRun === true && options.yes === true) {
        command.error('error: --dry-run and --yes exclude each other');
      }
      const { collectStoreGarbage } = await import('./collect-garbage.ts');
      await collectStoreGarbage(options, terminal);
    });
  program
    .command('doctor')
    .description('Examine a whole store: logs, artifacts, registry, derived files.')
    .option('-s, --store <address>', 'the store to examine: a folder of this machine')
    .option('--fix', 'repair what can be repaired without losing a fact')
    .option('--deep', 'read every artifact and compare its SHA-256, not only its size')
    .option(
      '--expect-head <model=hash>',
      'a head of a model that was noted before; may be repeated',
      collected,
    )
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', '\nExit code 1 when something was found that was not repaired.')
    .action(async (options: DoctorCommandOptions) => {
      const { runDoctor } = await import('./doctor.ts');
      if (await runDoctor(options, terminal)) return;
      throw new CheckFailed('the store is not as it should be');
    });
}

const WHOLE = [
  ['run', "the run's id or the beginning of it, its name, or `latest`"],
  ['model', 'the id of a logged model, m-…'],
  ['experiment', 'its name or its id'],
] as const;

const PARTS = [
  ['param', 'its key'],
  ['tag', 'its key'],
  ['metric', 'its key; the whole history goes'],
  ['artifact', 'of a file, or of a folder with all below it'],
] as const;

function registerPurge(command: Command, kind: Purgeable): Command {
  const what = kind === 'experiment' ? 'an experiment with all its runs and models' : `a ${kind}`;
  return command
    .description(`Remove ${kind === 'artifact' ? 'an artifact' : what} for ever.`)
    .option(...STORE)
    .option('--yes', 'do it; without it, only what would be gone is shown')
    .option('--hidden', 'also what nobody is shown: a value that was overwritten or taken away')
    .option('--reason <text>', 'why, kept for ever beside who did it')
    .option('--json', 'print JSON, for programs');
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function days(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('Give a number of days, such as 30.');
}
