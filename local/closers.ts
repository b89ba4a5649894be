/** What has to be closed, in the reverse of the order in which it was opened. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];
  #closed: Promise<void> | undefined;

  /** Remembers how to close what was just opened. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything once; goes on after a failure and rejects with the first one. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "The local runtime did not close cleanly.");
  }
}
