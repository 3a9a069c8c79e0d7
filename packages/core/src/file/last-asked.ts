/** The basis of an answer. While the basis is the same, the answer is the same. */
export interface AskedBasis {
  /** The state that was read. It is another object after logs were replaced. */
  readonly state: object;
  readonly bytesRead: number;
}

/** The last answer about a run or a logged model, because a caller that reads one metric mostly reads the others too. */
export class LastAsked<Answer> {
  #known: (AskedBasis & { readonly id: string; readonly answer: Answer }) | undefined;

  /** Returns the last answer if it is for this id, and nothing was read since. Otherwise asks. */
  get(id: string, { state, bytesRead }: AskedBasis, ask: () => Answer): Answer {
    const known = this.#known;
    if (known?.id === id && known.state === state && known.bytesRead === bytesRead) {
      return known.answer;
    }
    const answer = ask();
    this.#known = { id, state, bytesRead, answer };
    return answer;
  }

  /** Drops the answer, so that the next call computes it again. */
  forget(): void {
    this.#known = undefined;
  }
}
