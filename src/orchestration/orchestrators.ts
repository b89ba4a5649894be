/** Every orchestration under the name that Durable Functions stores; docs/audit.md says how to change one. */
import { attest, type Orchestrator } from "./attest.ts";
import { deliverFailedBatch } from "./deliver-failed-batch.ts";
import { echoReceipts } from "./echo-receipts.ts";
import { escalateNotification } from "./escalate-notification.ts";
import { mirrorGroups } from "./mirror-groups.ts";
import type { ORCHESTRATION } from "./names.ts";
import { notifyAudiencePage } from "./notify-audience-page.ts";
import { notifyOrderChange } from "./notify-order-change.ts";
import { redriveDeadLetters } from "./redrive-dead-letters.ts";
import { sendDigests } from "./send-digests.ts";

/** By name; a name that is missing here does not run, and cannot be audited. */
export const ORCHESTRATORS: Readonly<Record<keyof typeof ORCHESTRATION, Orchestrator>> = {
  notifyOrderChange,
  notifyAudiencePage,
  deliverFailedBatch,
  escalateNotification,
  sendDigests,
  echoReceipts,
  mirrorGroups,
  redriveDeadLetters,
};

/** The same, each with its attestation: what is registered. */
export const ATTESTED_ORCHESTRATORS: typeof ORCHESTRATORS = {
  notifyOrderChange: attest(notifyOrderChange),
  notifyAudiencePage: attest(notifyAudiencePage),
  deliverFailedBatch: attest(deliverFailedBatch),
  escalateNotification: attest(escalateNotification),
  sendDigests: attest(sendDigests),
  echoReceipts: attest(echoReceipts),
  mirrorGroups: attest(mirrorGroups),
  redriveDeadLetters: attest(redriveDeadLetters),
};
