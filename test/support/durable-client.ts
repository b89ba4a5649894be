/** The invocation of a function that has a Durable client, whose management API answers what the test says. */
import { createServer } from "node:http";
import { InvocationContext } from "@azure/functions";
import { afterAll } from "vitest";
import { durableClient } from "../../src/functions/orchestration-starter.ts";

/** A request to the management API: its method and path, and what it answers. */
type Answer = (call: string) => { status: number; body?: object };

/** Serves one test file; `calls` are the requests so far, `warnings` what the function logged. */
export async function startDurableClient() {
  const calls: string[] = [];
  const warnings: string[] = [];
  let answer: Answer = () => ({ status: 500 });
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const call = `${request.method} ${request.url}`;
      calls.push(call);
      const { status, body } = answer(call);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const rpcBaseUrl = `http://127.0.0.1:${port}/`;
  return {
    calls,
    warnings,
    /** Forgets what was, and answers from now on so. */
    answer(next: Answer): void {
      answer = next;
      calls.splice(0);
      warnings.splice(0);
    },
    createContext(): InvocationContext {
      const context = new InvocationContext({
        options: { extraInputs: [durableClient] },
        logHandler: (level, ...texts) => {
          if (level === "warning") warnings.push(texts.join(" "));
        },
      });
      const urls = { managementUrls: {}, creationUrls: {} };
      context.extraInputs.set(durableClient, { taskHubName: "hub", ...urls, rpcBaseUrl });
      return context;
    },
  };
}
