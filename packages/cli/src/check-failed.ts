/**
 * Thrown by a command that did its work, when what it was asked to check does not hold: exit code 1. It is
 * an answer, not a mistake in the call.
 */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
