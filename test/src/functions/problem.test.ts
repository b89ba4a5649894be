import { InvocationContext } from "@azure/functions";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { ConflictError, ForbiddenError, InvalidRequestError } from "../../../src/domain/errors.ts";
import { toProblem } from "../../../src/functions/problem.ts";

function answer(error: unknown) {
  const context = new InvocationContext();
  const logged = vi.spyOn(context, "error").mockImplementation(() => undefined);
  const { status, body } = toProblem(error, context);
  return { status, problem: JSON.parse(z.string().parse(body)) as unknown, logged: logged.mock.calls.length };
}

describe("toProblem", () => {
  it("tells the caller what was wrong with the request, and logs nothing", () => {
    expect(answer(new InvalidRequestError("No.", ["a: b"]))).toEqual({
      status: 400,
      problem: { type: "about:blank", title: "Bad request", status: 400, detail: "No.", errors: ["a: b"] },
      logged: 0,
    });
    expect(answer(new ForbiddenError("Not yours."))).toMatchObject({ status: 403, logged: 0 });
  });

  it("tells the caller nothing of what went wrong inside, and logs it", () => {
    expect(answer(new Error("AccountKey=secret"))).toEqual({
      status: 500,
      problem: { type: "about:blank", title: "Internal error", status: 500 },
      logged: 1,
    });
  });

  it("answers 503 where trying again can help", () => {
    expect(answer(new ConflictError("Busy."))).toMatchObject({ status: 503 });
  });
});
