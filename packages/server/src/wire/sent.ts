/** The return value of a handler that sent the answer itself. A reply would be awaited like a promise. */
export const SENT: unique symbol = Symbol('sent');
