/**
 * Thrown by a command that did its work and found that the checked condition does not hold: exit code 1. It is a
 * result, not a mistake in the call.
 */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
