/** Tells those who wait that an instance has ended. */
import { EventEmitter } from "node:events";

/** See the file's header. */
export class EndWatch {
  readonly #ends = new EventEmitter().setMaxListeners(0);

  /** The instance has ended. */
  announce(instanceId: string): void {
    this.#ends.emit(`end:${instanceId}`);
  }

  /** Resolves when the end is announced or the time is up. */
  async wait(instanceId: string, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timeout);
        this.#ends.off(`end:${instanceId}`, done);
        resolve();
      };
      const timeout = setTimeout(done, timeoutMs);
      this.#ends.on(`end:${instanceId}`, done);
    });
  }
}
