/** Returns an error as text for people, with its stack if it has one. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? String(error)) : String(error);
  } catch {
    // A proxy, or an object without a text. The program is failing, and the run must still end.
    return 'the thrown value has no text';
  }
}
