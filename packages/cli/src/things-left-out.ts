/**
 * Thrown by a command that did its work but left something out: exit code 3. The command has printed the list. A
 * script that removes the source after a copy must see the difference from a complete copy.
 */
export class ThingsLeftOut extends Error {
  override readonly name = 'ThingsLeftOut';
}

/**
 * Checks the reports of copies, or of dry runs, after they are printed.
 * @throws ThingsLeftOut when one of them has something that is not in the target
 */
export function assertNothingLeftOut(
  ...reports: readonly {
    readonly dryRun: boolean;
    readonly problems: readonly { readonly severity: 'left-out' | 'note' }[];
  }[]
): void {
  const problems = reports.flatMap((report) => report.problems);
  const count = problems.filter(({ severity }) => severity === 'left-out').length;
  if (count === 0) return;
  const verb = reports.some(({ dryRun }) => dryRun) ? 'would be left out' : 'left out';
  throw new ThingsLeftOut(
    `${count} ${count === 1 ? 'thing' : 'things'} ${verb}. The report names each. Keep the source until a copy ends with exit code 0.`,
  );
}
