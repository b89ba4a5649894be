/** A network between clients and a service: it can be cut, half or wholly, and made to keep newcomers waiting. */
import { connect, createServer, type Socket } from "node:net";

/** One proxy in front of one port. */
export interface CuttableProxy {
  readonly url: string;
  /** How many connections were asked for so far. */
  readonly accepted: number;
  /** Destroys every connection: on both sides, or so that the server does not learn of it. */
  cut(o?: { serverLearns: boolean }): void;
  /** New connections wait until `release`. */
  hold(): void;
  release(): void;
  stop(): Promise<void>;
}

export async function startCuttableProxy(targetUrl: string): Promise<CuttableProxy> {
  const target = Number(new URL(targetUrl).port);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  const orphans = new Set<Socket>();
  let waiting: (() => void)[] | undefined;
  let accepted = 0;

  const join = (client: Socket) => {
    const server = connect(target, "127.0.0.1");
    const pair = { client, server };
    pairs.add(pair);
    client.pipe(server);
    server.pipe(client);
    const end = () => {
      if (!pairs.delete(pair)) return;
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on("error", end);
      socket.on("close", end);
    }
    client.resume();
  };
  const proxy = createServer({ pauseOnConnect: true }, (client) => {
    accepted += 1;
    client.on("error", () => client.destroy());
    if (waiting) waiting.push(() => join(client));
    else join(client);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no TCP address.");

  const release = () => {
    const joining = waiting ?? [];
    waiting = undefined;
    for (const joinOne of joining) joinOne();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    get accepted() {
      return accepted;
    },
    cut: ({ serverLearns } = { serverLearns: true }) => {
      for (const pair of pairs) {
        pairs.delete(pair);
        pair.client.unpipe(pair.server);
        pair.client.destroy();
        if (serverLearns) pair.server.destroy();
        else orphans.add(pair.server.unpipe());
      }
    },
    hold: () => {
      waiting ??= [];
    },
    release,
    stop: async () => {
      release();
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy();
      for (const orphan of orphans) orphan.destroy();
      await new Promise((resolve) => {
        proxy.close(resolve);
      });
    },
  };
}
