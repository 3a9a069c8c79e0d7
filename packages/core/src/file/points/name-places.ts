/**
 * Names by place, in the order in which they were first asked for. What follows a name mostly is what followed it before: the
 * same name, or the next key of a run that has the same keys as the run before.
 */
export class NamePlaces<Name extends string> {
  readonly names: Name[] = [];
  readonly #places = new Map<Name, number>();
  /** By place: the place that was asked for after it the last time. */
  readonly #following: number[] = [];
  #last = -1;

  get size(): number {
    return this.names.length;
  }

  /** Returns the place of a name, which is added if it is new. */
  place(name: Name): number {
    const last = this.#last;
    const expected = this.#following[last];
    if (expected !== undefined && this.names[expected] === name) {
      this.#last = expected;
      return expected;
    }
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.names.length;
      this.names.push(name);
      this.#places.set(name, place);
      this.#following.push(place);
    }
    if (last !== -1) this.#following[last] = place;
    this.#last = place;
    return place;
  }
}
