import type { TidemarkError } from '../errors.ts';
import type { EventSubject } from '../events/event-kind.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { createOrTakeExperiment } from '../tracking/find-experiment.ts';

/** What a handle saw on a server, and what its spool has to hold before something is written about it. */
export class SeenThings {
  readonly #experiments = new Map<ExperimentId, Experiment>();
  readonly #runs = new Map<RunId, Run>();
  readonly #models = new Map<LoggedModelId, LoggedModel>();
  /** What is being brought into the spool, by id. */
  readonly #brought = new Map<string, Promise<unknown>>();
  #awayError: TidemarkError | undefined;

  note(seen: {
    readonly experiments?: readonly Experiment[];
    readonly runs?: readonly Run[];
    readonly models?: readonly LoggedModel[];
  }): void {
    for (const each of seen.experiments ?? []) this.#experiments.set(each.experimentId, each);
    for (const each of seen.runs ?? []) this.#runs.set(each.runId, each);
    for (const each of seen.models ?? []) this.#models.set(each.modelId, each);
  }

  /** The server is away from now on, for this reason: a run that was not seen cannot be brought. */
  away(error: TidemarkError): void {
    this.#awayError = error;
  }

  experiments(): Experiment[] {
    return [...this.#experiments.values()];
  }

  /** The id that an experiment has in the spool: it is made there under its name when it is not there. */
  async experimentIn(spool: Store, experimentId: ExperimentId): Promise<ExperimentId> {
    const seen = this.#experiments.get(experimentId);
    if (seen === undefined) return experimentId;
    const there = (await spool.experiments()).find(({ name }) => name === seen.name);
    if (there !== undefined) return there.experimentId;
    const { name, creationTimeMs } = seen;
    const draft = { experimentId, name, creationTimeMs };
    return (await createOrTakeExperiment(spool, draft)).experimentId;
  }

  /** Begins a run or a logged model of the server in the spool. @throws why the server is away, for a run that was not seen */
  async bring(spool: Store, thing: EventSubject): Promise<void> {
    if ('run' in thing) await this.#once(thing.run, () => this.#bringRun(spool, thing.run));
    if ('model' in thing) await this.#once(thing.model, () => this.#bringModel(spool, thing.model));
  }

  /** Without its tags, which others may change meanwhile. */
  async #bringRun(spool: Store, runId: RunId): Promise<void> {
    const seen = this.#runs.get(runId);
    if ((await spool.runs({ runIds: [runId] })).length > 0) return;
    if (seen === undefined) throw this.#awayError;
    const experimentId = await this.experimentIn(spool, seen.experimentId);
    const { name, userId, startTimeMs } = seen;
    await spool.createRun({ runId, experimentId, name, userId, startTimeMs });
  }

  async #bringModel(spool: Store, modelId: LoggedModelId): Promise<void> {
    const seen = this.#models.get(modelId);
    if (seen === undefined || (await spool.loggedModels({ modelIds: [modelId] })).length > 0) {
      return;
    }
    const experimentId = await this.experimentIn(spool, seen.experimentId);
    const { name, creationTimeMs, sourceRunId } = seen;
    await spool.createLoggedModel({
      modelId,
      experimentId,
      name,
      creationTimeMs,
      ...(sourceRunId === undefined ? {} : { sourceRunId }),
    });
  }

  #once(id: string, bring: () => Promise<void>): Promise<unknown> {
    let brought = this.#brought.get(id);
    if (brought === undefined) {
      brought = bring().catch((error: unknown) => {
        this.#brought.delete(id);
        throw error;
      });
      this.#brought.set(id, brought);
    }
    return brought;
  }
}
