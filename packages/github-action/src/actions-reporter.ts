import * as core from '@actions/core';
import type { Reporter } from './reporter.ts';

/** The reporter that speaks the runner's own protocol, through GitHub's toolkit. */
export const actionsReporter: Reporter = {
  setSecret: (value) => core.setSecret(value),
  log: (line) => core.info(line),
  warning: (message) => core.warning(message),
  error: (message) => core.error(message),
  fail: (message) => core.setFailed(message),
  setOutput: (name, value) => core.setOutput(name, value),
  writeSummary: async (markdown) => {
    await core.summary.addRaw(markdown).write();
  },
};
