/** `orderbell audit what-if`: who would gain and who would lose, over a period of any length. */
import { whatIfAnswerSchema, type WhatIfAnswer } from "../src/domain/what-if.ts";
import type { Api } from "./api.ts";
import { callJson } from "./audit-api.ts";
import { mergeWhatIf } from "./merge-what-if.ts";
import { createProgressBar } from "./progress-bar.ts";
import type { Proposal } from "./read-proposal.ts";
import type { Terminal } from "./terminal.ts";
import { toWhatIfText } from "./what-if-words.ts";

export type WhatIfOptions = { from: string; to: string; proposal: Proposal | undefined; isJson: boolean };

/** Asks the app part by part, and prints one answer for all of them. */
export async function runWhatIf(
  api: Api,
  { from, to, proposal, isJson }: WhatIfOptions,
  { out, err }: Terminal,
): Promise<void> {
  const request = {
    from,
    to,
    ...(proposal && { subscriptions: proposal.rows, replaceAll: proposal.replaceAll }),
  };
  const bar = createProgressBar(err, "Order changes looked at:", null);
  const ask = async (after: string | null): Promise<WhatIfAnswer> => {
    const body = JSON.stringify(after === null ? request : { ...request, after });
    return callJson(api, whatIfAnswerSchema, "POST", "/api/audit/what-if", {
      type: "application/json",
      body,
    });
  };
  try {
    bar.show(0);
    let answer = await ask(null);
    while (answer.next !== null) {
      bar.show(answer.orchestrations.lookedAt);
      answer = mergeWhatIf(answer, await ask(answer.next));
    }
    bar.clear();
    out.write(isJson ? `${JSON.stringify(answer)}\n` : toWhatIfText(answer, proposal));
  } finally {
    bar.clear();
  }
}
