/** An error as people read it: with its stack, when it has one. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? String(error)) : String(error);
  } catch {
    // A proxy, or an object without a text: the program is failing, and the run has to end all the same.
    return 'what was thrown has no text';
  }
}
