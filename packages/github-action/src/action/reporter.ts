/** The interface of the action to the runner. Its texts must be safe to print. */
export interface Reporter {
  /** Lets the runner mask a value in all later logs. */
  setSecret(value: string): void;
  /** A line of the log. */
  log(line: string): void;
  warning(message: string): void;
  /** An error annotation. */
  error(message: string): void;
  /** The last annotation, of a step that fails. */
  fail(message: string): void;
  setOutput(name: string, value: string): void;
  /** Appends to the job summary. */
  writeSummary(markdown: string): Promise<void>;
}
