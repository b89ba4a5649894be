import type { TextStream } from "./terminal.ts";

export interface ProgressBar {
  show(done: number): void;
  /** Takes the bar away, so that what is written next starts on a line of its own. */
  clear(): void;
}

const WIDTH = 30;

/**
 * A bar on one line that is drawn over and over, or a number alone where nobody knows the total; nothing at all where no
 * person is watching.
 */
export function createProgressBar(stream: TextStream, label: string, total: number | null): ProgressBar {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  return {
    show(done) {
      if (total === null) {
        stream.write(`\r${label} ${done.toLocaleString("en")}`);
        return;
      }
      const share = total === 0 ? 1 : Math.min(done / total, 1);
      const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
      stream.write(`\r${label} ${bar} ${done.toLocaleString("en")}/${total.toLocaleString("en")}`);
    },
    clear() {
      stream.write("\r\u001B[K");
    },
  };
}
