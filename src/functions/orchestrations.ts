/** Registers the orchestrations. */
import * as df from "durable-functions";
import { ORCHESTRATION } from "../orchestration/names.ts";
import { notifyAudiencePage } from "../orchestration/notify-audience-page.ts";
import { notifyOrderChange } from "../orchestration/notify-order-change.ts";

df.app.orchestration(ORCHESTRATION.notifyOrderChange, notifyOrderChange);
df.app.orchestration(ORCHESTRATION.notifyAudiencePage, notifyAudiencePage);
