import { isTidemarkError, TidemarkError } from '@tidemark/core';
import { type Diagnosis, type DoctorReport, examineStore } from '@tidemark/core/node';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { printable, type Style, styleOf } from '../../render/style.ts';
import { storeFolder } from '../../store-folder.ts';
import type { Terminal } from '../../terminal.ts';

/** The most notes of one check in the output for people. */
const SHOWN_NOTES = 3;

/** Options of `tidemark doctor`. */
export interface DoctorCommandOptions {
  readonly store?: string;
  readonly fix?: true;
  readonly deep?: true;
  /** `model=sha256:…`, which may be repeated. */
  readonly expectHead?: readonly string[];
  readonly json?: boolean;
}

/** Checks a store. Returns whether it is healthy or was repaired. @throws STORE_NOT_FOUND, STORE_URI_UNSUPPORTED */
export async function runDoctor(
  options: DoctorCommandOptions,
  terminal: Terminal,
): Promise<boolean> {
  const report = await examineStore(await folderOf(options), {
    fix: options.fix === true,
    deep: options.deep === true,
    expectHeads: new Map((options.expectHead ?? []).map(splitHead)),
  });
  if (options.json === true) terminal.out(renderJson(report));
  else say(terminal, described(report, terminal));
  // A note is not damage: every program that ends without closing leaves one.
  return report.findings.every(({ isFixed, severity }) => isFixed || severity === 'note');
}

/** Returns the folder of a store, even of one that is too damaged to be opened. */
async function folderOf(options: DoctorCommandOptions): Promise<string> {
  try {
    return storeFolder(await openExistingStore(options));
  } catch (error) {
    const isDamage =
      isTidemarkError(error, 'STORE_DAMAGED') || isTidemarkError(error, 'STORE_FORMAT_TOO_NEW');
    if (!isDamage) throw error;
    const { folder, path } = error.details;
    if (typeof folder === 'string') return folder;
    if (typeof path === 'string') return path.replace(/[/\\][^/\\]*$/, '');
    throw error;
  }
}

function splitHead(text: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(text)} is not a head. Write model=sha256:…, in the form that the merge gate prints.`,
  );
}

function described({ folder, findings }: DoctorReport, terminal: Terminal): string {
  const style = styleOf(terminal);
  if (findings.length === 0) return `${style.good('Healthy:')} ${printable(folder)}\n`;
  const checks = [...new Set(findings.map(({ check }) => check))];
  const lines = checks.flatMap((check) =>
    paragraphs(
      findings.filter((finding) => finding.check === check),
      style,
    ),
  );
  const left = findings.filter(({ isFixed }) => !isFixed);
  const fixable = left.filter(({ fix }) => fix !== undefined).length;
  const fixed = findings.length - left.length;
  const end = [
    `${count(findings.length, 'finding')} in ${printable(folder)}`,
    ...(fixed > 0 ? [`${fixed} repaired`] : []),
    ...(fixable > 0 ? [`${fixable} that --fix repairs`] : []),
  ];
  return `${lines.join('')}${end.join(', ')}.\n`;
}

/** Returns the lines for the findings of one check. After the first notes of a check it only gives their number. */
function paragraphs(findings: readonly Diagnosis[], style: Style): string[] {
  const notes = findings.filter(({ severity, isFixed }) => severity === 'note' && !isFixed);
  const hidden = new Set(notes.length > SHOWN_NOTES ? notes.slice(SHOWN_NOTES) : []);
  const shown = findings.filter((finding) => !hidden.has(finding));
  const more = `${style.dim('note')} … and ${count(hidden.size, 'more note')} of ${notes[0]?.check}. To see all: tidemark doctor --json\n`;
  return [...shown.map((finding) => paragraph(finding, style)), ...(hidden.size > 0 ? [more] : [])];
}

function paragraph(
  { check, severity, place, message, fix, fixed, isFixed }: Diagnosis,
  style: Style,
): string {
  const mark = { error: style.bad, warning: style.busy, note: style.dim }[severity];
  const repair =
    fix === undefined ? '' : isFixed ? `  Repaired: ${fixed ?? fix}\n` : `  With --fix: ${fix}\n`;
  return `${mark(severity)} ${style.heading(check)} ${printable(place)}\n  ${printable(message)}\n${repair}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
