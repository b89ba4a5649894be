/** Runs pieces of work side by side, never more than a limit, in the order in which they came. */
export class WorkQueue {
  readonly #limit: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Queues work that answers for its own errors; after `drain` it is dropped. */
  add(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#waiting.push(work);
    this.#startNext();
  }

  /** Takes no new work, forgets what has not begun, and resolves when what runs has ended. */
  async drain(): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    await Promise.allSettled(this.#running);
  }

  #startNext(): void {
    if (this.#running.size >= this.#limit) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    const running = work().finally(() => {
      this.#running.delete(running);
      this.#startNext();
    });
    this.#running.add(running);
  }
}
