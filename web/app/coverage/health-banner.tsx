/** Whether both routes work right now. */
import type { Health, HealthCheck } from "./create-coverage-api.ts";
import { StatusIcon } from "./status-icon.tsx";
import type { Loaded } from "../use-loaded.ts";

const ROUTES: Readonly<Record<string, string>> = { webhook: "Outbound messages", polling: "Polling" };
const STATUS_WORDS = {
  ok: "working",
  degraded: "needs attention",
  unavailable: "not working",
  off: "off",
} as const satisfies Record<HealthCheck["status"], string>;

/** The routes, and whatever else does not work. */
export function HealthBanner({ health }: { health: Loaded<Health> }) {
  if (health.kind === "loading") return <div class="card health" aria-busy="true" />;
  if (health.kind === "failed") {
    return (
      <div class="card health">
        <p class="health-check off">
          <StatusIcon status="off" />
          <span>
            <strong>Right now:</strong> the state of the routes could not be read.
          </span>
        </p>
      </div>
    );
  }
  const checks = health.value.checks.filter(({ name, status }) => name in ROUTES || status !== "ok");
  return (
    <section class="card health" aria-label="Right now">
      {checks.map(({ name, status, detail }) => (
        <p key={name} class={`health-check ${status}`}>
          <StatusIcon status={status} />
          <span>
            <strong>
              {ROUTES[name] ?? toTitle(name)}: {toStatusWords(name, status)}.
            </strong>{" "}
            {detail}
          </span>
        </p>
      ))}
    </section>
  );
}

/** Nobody turns outbound messages off here: without polling there is nothing to compare them with. */
function toStatusWords(name: string, status: HealthCheck["status"]): string {
  return name === "webhook" && status === "off" ? "not checked" : STATUS_WORDS[status];
}

function toTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
