import { describe, expect, it } from "vitest";
import { toEmptyCoverage } from "../../../../src/domain/coverage.ts";
import { toHealth } from "../../../../src/domain/health.ts";
import {
  RefusedError,
  SignedOutError,
  UnexpectedAnswerError,
  UnreachableError,
} from "../../../../web/client/api-errors.ts";
import { type CoverageApi, createCoverageApi } from "../../../../web/app/coverage/create-coverage-api.ts";

const range = { from: "2026-11-22T10:00:00.000Z", to: "2026-11-22T12:00:00.000Z" };
const { signal } = new AbortController();

/** An API whose every call gets this answer; `urls` tells what was asked. */
function answering(answer: () => Response): { api: CoverageApi; urls: string[] } {
  const urls: string[] = [];
  const api = createCoverageApi({
    baseUrl: "https://orders.example",
    fetch: async (input, init) => {
      urls.push(new Request(input, init).url);
      return answer();
    },
  });
  return { api, urls };
}

describe("the coverage", () => {
  it("is asked for by its range", async () => {
    const coverage = toEmptyCoverage(range.from, range.to);
    const { api, urls } = answering(() => Response.json(coverage));
    expect(await api.readCoverage(range, signal)).toEqual(coverage);
    expect(urls).toEqual([
      "https://orders.example/api/audit/coverage?from=2026-11-22T10%3A00%3A00.000Z&to=2026-11-22T12%3A00%3A00.000Z",
    ]);
  });

  it("fails in ways that are told apart", async () => {
    const read = (answer: () => Response) => answering(answer).api.readCoverage(range, signal);
    await expect(read(() => new Response(null, { status: 401 }))).rejects.toBeInstanceOf(SignedOutError);
    const problem = { title: "Forbidden", detail: "This needs the role OrderBell.Auditor." };
    const forbidden = read(() => Response.json(problem, { status: 403 }));
    await expect(forbidden).rejects.toMatchObject({ status: 403, detail: problem.detail });
    await expect(read(() => Response.json({ windows: [] }))).rejects.toBeInstanceOf(UnexpectedAnswerError);
    await expect(read(() => Response.error())).rejects.toBeInstanceOf(RefusedError);
    const offline = read(() => {
      throw new TypeError("no network");
    });
    await expect(offline).rejects.toBeInstanceOf(UnreachableError);
  });
});

describe("the health", () => {
  const check = { name: "polling", status: "unavailable", detail: "The secret has expired." } as const;

  it("is read from an app that answers 503 to say it is unavailable", async () => {
    const body = toHealth([check]);
    const { api } = answering(() => Response.json(body, { status: 503 }));
    expect(await api.readHealth(signal)).toEqual({ checks: [check] });
  });

  it("is not taken from a 503 of something in between", async () => {
    const { api } = answering(() => new Response("<html>", { status: 503 }));
    await expect(api.readHealth(signal)).rejects.toBeInstanceOf(UnexpectedAnswerError);
  });
});
