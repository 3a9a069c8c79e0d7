import type { CopyProblem, CopyReport } from '@tidemark/core';
import { formatBytes } from './quantities.ts';
import { printable } from './style.ts';

/** Renders the report of a copy or an import for people: counts, what was left out, and what was changed. */
export function renderCopied(report: CopyReport, uri: string): string {
  const { copied, alreadyThere, dryRun } = report;
  const lines = [
    dryRun
      ? `Nothing was written. An import into ${printable(uri)} would copy:`
      : `Copied into ${printable(uri)}:`,
    line(copied.experiments, 'experiment', alreadyThere.experiments),
    line(copied.runs, 'run', alreadyThere.runs, count(copied.metricPoints, 'metric point')),
    line(copied.loggedModels, 'logged model', alreadyThere.loggedModels),
    line(
      copied.registeredModels,
      'registered model',
      alreadyThere.registeredModels,
      count(copied.modelVersions, 'version'),
    ),
    `  ${count(copied.artifacts, 'artifact')}, ${formatBytes(copied.artifactBytes)}`,
    ...section('Left out', report.problems, 'left-out'),
    ...section('Changed by the copy', report.problems, 'note'),
  ];
  return `${lines.join('\n')}\n`;
}

function line(copied: number, what: string, alreadyThere: number, more?: string): string {
  const before = alreadyThere === 0 ? '' : ` (${alreadyThere} more existed already)`;
  const detail = more === undefined || copied === 0 ? '' : `, with ${more}`;
  return `  ${count(copied, what)}${detail}${before}`;
}

function section(
  title: string,
  problems: readonly CopyProblem[],
  severity: CopyProblem['severity'],
): string[] {
  const found = problems.filter((problem) => problem.severity === severity);
  if (found.length === 0) return [];
  return [
    '',
    `${title}:`,
    ...found.map(({ place, message }) => `  ${printable(place)}: ${printable(message)}`),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
