/** How a command ends that did its work, when what it was asked to check does not hold: exit code 1. */
export const CHECK_FAILED = 'tidemark.checkFailed';
