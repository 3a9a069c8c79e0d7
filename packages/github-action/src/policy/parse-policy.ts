import { assertArguments, TidemarkError } from '@tidemark/core';
import { LineCounter, parseDocument } from 'yaml';
import type { Policy } from './policy.ts';
import { policyFile } from './policy-schema.ts';

/** The longest policy text that is read, in characters. */
const MAX_POLICY_LENGTH = 256 * 1024;
const SHOWN_PROBLEMS = 10;

/**
 * Reads a policy (YAML 1.2, docs/gate.md). An unknown key is an error, so that a misspelt rule is never ignored.
 * @param place the name of the text in messages
 * @throws POLICY_INVALID, with every problem and where it is
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const policy = parsePolicy(await readFile('.github/model-gate.yml', 'utf8'), '.github/model-gate.yml');
 * ```
 */
export function parsePolicy(text: string, place = 'The policy'): Policy {
  assertArguments({ text, place }, 'parsePolicy', { text: 'string', place: 'string' });
  if (text.length > MAX_POLICY_LENGTH) {
    throw invalid(place, [`it has more than ${MAX_POLICY_LENGTH} characters`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(
    ({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message}`,
  );
  if (faults.length > 0) throw invalid(place, faults);
  const parsed = policyFile.safeParse(plainValue(document, place));
  if (parsed.success) return parsed.data;
  throw invalid(
    place,
    parsed.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${shownPath(path)}: ${message}`,
    ),
  );
}

function plainValue(document: ReturnType<typeof parseDocument>, place: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // YAML aliases that multiply without bound, or that have no anchor.
    throw invalid(place, [error instanceof Error ? error.message : String(error)]);
  }
}

/** `models[0].metrics[1].direction` */
function shownPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

function invalid(place: string, problems: readonly string[]): TidemarkError {
  const more = problems.length - SHOWN_PROBLEMS;
  const listed = problems.slice(0, SHOWN_PROBLEMS).join('; ');
  return new TidemarkError(
    'POLICY_INVALID',
    `${place} cannot be used: ${listed}${more > 0 ? `; and ${more} more` : ''}. Fix it on the base branch; docs/gate.md lists every key.`,
    { details: { problems } },
  );
}
