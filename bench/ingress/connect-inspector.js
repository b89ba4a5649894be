// @ts-check
/** Asks a process started with `--inspect` how much memory it holds, without a line of the process's own. */
import { WebSocket } from "ws";

/** @param {string} url where the process says that its debugger listens */
export async function connectInspector(url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  let lastId = 0;
  const ask = (/** @type {string} */ method) =>
    new Promise((resolve) => {
      const id = ++lastId;
      const listen = (/** @type {import("ws").RawData} */ frame) => {
        const answer = JSON.parse(Buffer.isBuffer(frame) ? frame.toString() : "{}");
        if (answer.id !== id) return;
        socket.off("message", listen);
        resolve(answer.result);
      };
      socket.on("message", listen);
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    /** What is still in use after a full collection. */
    async readHeldMegabytes() {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize } = await ask("Runtime.getHeapUsage");
      return usedSize / 1_048_576;
    },
    close: () => socket.close(),
  };
}
