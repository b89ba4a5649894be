/** What a sender has begun and nobody awaits. */

/** Work side by side; its errors are told to `fail`, and each end to `ended`. */
export class MessageWork {
  readonly #running = new Set<Promise<void>>();
  readonly #fail: (error: unknown) => void;
  readonly #ended: () => void;

  constructor(fail: (error: unknown) => void, ended: () => void) {
    this.#fail = fail;
    this.#ended = ended;
  }

  add(work: () => Promise<void>): void {
    const running = this.#run(work).finally(() => {
      this.#running.delete(running);
      this.#ended();
    });
    this.#running.add(running);
  }

  /** Resolves when nothing runs any more. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
  }
}
