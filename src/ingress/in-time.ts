/** Waits for a promise, but not for ever; `toError` makes the rejection when the time is over. */
export async function inTime<T>(promise: Promise<T>, timeoutMs: number, toError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(toError()), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
