import * as core from '@actions/core';
import type { Reporter } from './reporter.ts';

/** The reporter for GitHub's runner, through GitHub's toolkit. */
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
