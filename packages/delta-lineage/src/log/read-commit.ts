import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { collectAction, type LogActions } from './delta-actions.ts';

/**
 * Reads a file of actions, one JSON object on each line (a commit, or a V2 checkpoint in JSON), into `into`.
 *
 * @throws DELTA_LOG_INVALID with the file and the number of the line that is not an action.
 */
export async function readActionLines(file: string, into: LogActions): Promise<void> {
  const text = await readFile(file, 'utf8');
  let lineNumber = 0;
  for (const line of text.split('\n')) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    try {
      collectAction(JSON.parse(line), into);
    } catch (cause) {
      throw new TidemarkError(
        'DELTA_LOG_INVALID',
        `Line ${lineNumber} of ${basename(file)} in the table's log is not an action of the Delta protocol. ` +
          'The file is damaged or incomplete; restore it from a copy, or read an earlier version.',
        { cause, details: { file, line: lineNumber } },
      );
    }
  }
}
