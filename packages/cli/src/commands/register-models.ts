import type { Command } from 'commander';
import { positiveInteger } from '../positive-integer.ts';
import type { Terminal } from '../terminal.ts';
import type { MergeOptions } from './merge.ts';
import type { HistoryOptions } from './model-history.ts';
import type { RulesOptions } from './model-rules.ts';
import type { DecideOptions, ReviewOptions } from './review-model.ts';

interface StoreOptions {
  readonly store?: string;
}

const STORE = ['-s, --store <address>', 'the store to change'] as const;
const NAME = ['<name>', "the model's name"] as const;
const MESSAGE = ['-m, --message <text>', 'a comment, kept in the history'] as const;
const ARCHIVE = ['--archive-existing', 'archive the versions that are in the stage now'] as const;

/** The review of models: requests, approvals, stages, comments, rules, history. */
export function registerModelReview(models: Command, terminal: Terminal): void {
  const review = () => import('./review-model.ts');
  models
    .command('request')
    .description('Ask that a version goes into a stage or under an alias.')
    .argument(...NAME)
    .argument('<version>', 'the version', positiveInteger)
    .argument('<to>', 'None, Staging, Production, Archived, or an alias such as @champion')
    .option(...MESSAGE)
    .option(...ARCHIVE)
    .option(...STORE)
    .action(async (name: string, version: number, to: string, options: ReviewOptions) => {
      await (await review()).makeRequest(name, version, to, options, terminal);
    });
  for (const decision of ['approve', 'reject', 'cancel'] as const) {
    models
      .command(decision)
      .description(DECISIONS[decision])
      .argument(...NAME)
      .argument('<version>', 'the version', positiveInteger)
      .option('--to <target>', 'which request, where several are open: the stage or @alias')
      .option('--request <id>', 'which request: its id, or the beginning of it')
      .option(...MESSAGE)
      .option(...STORE)
      .action(async (name: string, version: number, options: DecideOptions) => {
        await (await review()).decideRequest(decision, name, version, options, terminal);
      });
  }
  models
    .command('stage')
    .description('Bring a version into a stage at once, where no rule asks for approvals.')
    .argument(...NAME)
    .argument('<version>', 'the version', positiveInteger)
    .argument('<stage>', 'None, Staging, Production or Archived')
    .option(...MESSAGE)
    .option(...ARCHIVE)
    .option(...STORE)
    .action(async (name: string, version: number, stage: string, options: ReviewOptions) => {
      await (await review()).setStage(name, version, stage, options, terminal);
    });
  models
    .command('comment')
    .description('Say something about a version.')
    .argument(...NAME)
    .argument('<version>', 'the version', positiveInteger)
    .argument('[text]', 'what is said')
    .option('--edit <id>', 'say it in place of a comment of yours')
    .option('--delete <id>', 'take a comment of yours away')
    .option(...STORE)
    .action(
      async (
        name: string,
        version: number,
        text: string | undefined,
        options: StoreOptions & { edit?: string; delete?: string },
      ) => {
        await (await review()).commentVersion(name, version, text, options, terminal);
      },
    );
  models
    .command('history')
    .description('Show what happened to a model, who did it, and the hash that proves it.')
    .argument(...NAME)
    .option('--expect-head <hash>', 'fail unless this commit, noted earlier, is in the history')
    .option('-s, --store <address>', 'the store to look into')
    .option('--json', 'print JSON, for programs')
    .action(async (name: string, options: HistoryOptions) => {
      const { showHistory } = await import('./model-history.ts');
      await showHistory(name, options, terminal);
    });
  rules(models, terminal);
  keeping(models, terminal);
}

const DECISIONS = {
  approve: 'Approve a request; the last approval that is wanted does the transition.',
  reject: 'Reject a request.',
  cancel: 'Take your own request back.',
} as const;

function rules(models: Command, terminal: Terminal): void {
  models
    .command('rules')
    .description(
      'Show, or set, what must hold before a version goes into a stage or under an alias.',
    )
    .argument(...NAME)
    .option('--for <target>', 'set the rule for a stage or an @alias, with what it asks for:')
    .option('--approvals <count>', 'approvals by others than the requester', positiveInteger)
    .option('--approver <name...>', 'only their approvals count')
    .option('--authenticated', 'only approvals count that a server authenticated')
    .option('--not-author', 'nor does the approval of who registered the version count')
    .option('--tag <tag...>', 'a tag it must have, for its present files: key or key=value')
    .option('--file <json>', 'set all rules, from a file')
    .option('--clear', 'take all rules away')
    .option('--json', 'print JSON, for programs')
    .option(...STORE)
    .addHelpText(
      'after',
      `
Example:
  tidemark models rules penguins --for Production --approvals 1 --tag passed-gdpr-review`,
    )
    .action(async (name: string, options: RulesOptions) => {
      const { modelRules } = await import('./model-rules.ts');
      await modelRules(name, options, terminal);
    });
}

/** Create, describe, rename, delete. */
function keeping(models: Command, terminal: Terminal): void {
  const review = () => import('./review-model.ts');
  models
    .command('create')
    .description('Create a registered model without versions.')
    .argument(...NAME)
    .option('-d, --description <text>', 'what it is')
    .option(...STORE)
    .action(async (name: string, options: StoreOptions & { description?: string }) => {
      await (await review()).createModel(name, options, terminal);
    });
  models
    .command('describe')
    .description('Describe a model, or one of its versions.')
    .argument(...NAME)
    .argument('<text>', 'what it is')
    .option('--model-version <version>', 'describe this version instead', positiveInteger)
    .option(...STORE)
    .action(
      async (name: string, text: string, options: StoreOptions & { modelVersion?: number }) => {
        await (await review()).describeModel(name, text, options, terminal);
      },
    );
  models
    .command('rename')
    .description('Give a model another name; its history goes along.')
    .argument(...NAME)
    .argument('<new-name>', 'the new name')
    .option(...STORE)
    .action(async (name: string, newName: string, options: StoreOptions) => {
      await (await review()).renameModel(name, newName, options, terminal);
    });
  models
    .command('delete')
    .description('Delete a model, or one of its versions. The history and the files stay.')
    .argument(...NAME)
    .argument('[version]', 'only this version', positiveInteger)
    .option(...STORE)
    .action(async (name: string, version: number | undefined, options: StoreOptions) => {
      await (await review()).deleteModel(name, version, options, terminal);
    });
}

/** `tidemark merge`. */
export function registerMerge(program: Command, terminal: Terminal): void {
  program
    .command('merge')
    .description('Bring the runs, artifacts and models of another store into this one.')
    .argument('<other>', 'the folder of the other store; it is only read')
    .option('--rebase', 'replay its changes of a model that was changed here as well')
    .option('--dry-run', 'compare everything, and write nothing')
    .option('--json', 'print JSON, for programs')
    .option(...STORE)
    .action(async (other: string, options: MergeOptions) => {
      const { mergeOtherStore } = await import('./merge.ts');
      await mergeOtherStore(other, options, terminal);
    });
}
