/** What a handler gives back when it has sent the answer itself. A reply would be awaited as a promise. */
export const SENT: unique symbol = Symbol('sent');
