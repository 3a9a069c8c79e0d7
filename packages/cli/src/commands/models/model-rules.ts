import { readFile } from 'node:fs/promises';
import { currentActor } from '@tidemark/client';
import {
  getRegisteredModel,
  isSameTarget,
  parseTransitionRules,
  setTransitionRules,
  TidemarkError,
  type TransitionRule,
  targetText,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { parseTarget } from './parse-target.ts';

/** Options of `tidemark models rules`. */
export interface RulesOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** A JSON file with a list of rules. */
  readonly file?: string;
  readonly clear?: true;
  /** The target of one rule, which replaces the rules for the same target. */
  readonly for?: string;
  readonly approvals?: number;
  readonly approver?: readonly string[];
  readonly tag?: readonly string[];
  readonly authenticated?: true;
  readonly notAuthor?: true;
}

/** Shows or sets the rules of a registered model. @throws MODEL_NOT_FOUND, INVALID_ARGUMENT, INVALID_KEY, READ_FAILED */
export async function modelRules(
  name: string,
  options: RulesOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const before = (await getRegisteredModel(store, name)).rules;
  const wanted = await wantedRules(before, options);
  const rules =
    wanted === undefined
      ? before
      : (await setTransitionRules(store, { name, rules: wanted, by: currentActor() })).rules;
  if (options.json === true) terminal.out(renderJson(rules));
  else if (rules.length === 0) say(terminal, `${printable(name)} has no rules.\n`);
  else for (const rule of rules) say(terminal, `${printable(ruleText(rule))}\n`);
}

async function wantedRules(
  before: readonly TransitionRule[],
  options: RulesOptions,
): Promise<readonly TransitionRule[] | undefined> {
  if (options.clear === true) return [];
  if (options.file !== undefined) return readRules(options.file);
  if (options.for === undefined) return undefined;
  const { approvals, approver, tag, authenticated, notAuthor } = options;
  const target = parseTarget(options.for);
  const rule: TransitionRule = {
    target,
    ...(approvals === undefined ? {} : { approvals }),
    ...(approver === undefined ? {} : { approvers: approver }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(authenticated === true ? { authenticated } : {}),
    ...(notAuthor === true ? { approverNot: 'requester-or-author' as const } : {}),
  };
  return [...before.filter((other) => !isSameTarget(other.target, target)), rule];
}

async function readRules(path: string): Promise<TransitionRule[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TidemarkError(
      'READ_FAILED',
      `${path} could not be read. Give the path of a JSON file.`,
      {
        cause,
      },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `${path} is not JSON. Give a file with a list of rules, in the form of: tidemark models rules <name> --json`,
      { cause },
    );
  }
  return parseTransitionRules(value);
}

function ruleText(rule: TransitionRule): string {
  const { approvals = 0, approvers, authenticated, approverNot, tags = [] } = rule;
  const who = [
    approvers === undefined ? '' : ` of ${approvers.join(', ')}`,
    authenticated === true ? ', authenticated' : '',
    approverNot === 'requester-or-author'
      ? ', by neither the requester nor the author'
      : ', not by the requester',
  ].join('');
  const needs = [
    ...(approvals === 0 ? [] : [`${approvals} approval${approvals === 1 ? '' : 's'}${who}`]),
    ...tags.map((tag) => `tag ${tag}`),
  ];
  return `${targetText(rule.target)}: ${needs.join('; ')}`;
}
