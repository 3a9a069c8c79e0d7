import { type ReadonlySignal, signal } from '@preact/signals';
import { type ExperimentId, type Run, type Store, searchRuns } from '@tidemark/core';

/** What a list of runs shows: the experiment, and a filter and an order in MLflow's language. */
export interface RunsQuestion {
  readonly experimentId: string;
  readonly filter: string;
  /** Empty for the default, the latest start first. */
  readonly orderBy: string;
}

/** The state of a list of runs. */
export interface RunsState {
  readonly runs: readonly Run[];
  /** Whether there are more runs than these. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error?: unknown;
}

const PAGE_RUNS = 200;

/** The runs that match a question, read page by page while the user scrolls. */
export class RunsList {
  readonly #store: Store;
  readonly #question: RunsQuestion;
  readonly #state = signal<RunsState>({ runs: [], hasMore: true, isLoading: false });
  #pageToken: string | undefined;

  constructor(store: Store, question: RunsQuestion) {
    this.#store = store;
    this.#question = question;
  }

  get state(): ReadonlySignal<RunsState> {
    return this.#state;
  }

  /** Reads the next page, unless one is being read or there is none. A failure is in the state, and stops the reading. */
  async loadMore(): Promise<void> {
    const before = this.#state.value;
    if (before.isLoading || !before.hasMore || before.error !== undefined) return;
    this.#state.value = { ...before, isLoading: true };
    const { experimentId, filter, orderBy } = this.#question;
    try {
      const page = await searchRuns(this.#store, {
        experimentIds: [experimentId as ExperimentId],
        maxResults: PAGE_RUNS,
        ...(filter === '' ? {} : { filter }),
        ...(orderBy === '' ? {} : { orderBy: [orderBy] }),
        ...(this.#pageToken === undefined ? {} : { pageToken: this.#pageToken }),
      });
      this.#pageToken = page.nextPageToken;
      this.#state.value = {
        runs: [...before.runs, ...page.runs],
        hasMore: page.nextPageToken !== undefined,
        isLoading: false,
      };
    } catch (error) {
      this.#state.value = { ...before, isLoading: false, error };
    }
  }
}
