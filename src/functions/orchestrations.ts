/** Registers the orchestrations, each with its attestation. */
import * as df from "durable-functions";
import { ORCHESTRATION } from "../orchestration/names.ts";
import { ATTESTED_ORCHESTRATORS } from "../orchestration/orchestrators.ts";

for (const name of Object.values(ORCHESTRATION)) {
  df.app.orchestration(name, ATTESTED_ORCHESTRATORS[name]);
}
