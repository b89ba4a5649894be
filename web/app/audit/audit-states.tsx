/** The page when there is nothing to audit: before a question, while one is being answered, and when it cannot be. */
import { RefusedError, toProblem } from "../../client/api-errors.ts";
import { CloudOffIcon, LockIcon } from "../icons.tsx";
import { AuditIcon } from "./audit-icon.tsx";

const SIGN_OUT = "/.auth/logout?post_logout_redirect_uri=/app/audit";

/** The same question again would be refused again. */
const IN_VAIN: ReadonlySet<number | undefined> = new Set([400, 422]);

/** The status of an answer that refused; undefined for any other failure. */
export function toRefusedStatus(error: unknown): number | undefined {
  return error instanceof RefusedError ? error.status : undefined;
}

/** What the page does, before it was asked anything. */
export function AuditIntroduction() {
  return (
    <section class="card introduction" aria-labelledby="introduction-title">
      <h2 id="introduction-title">Who was told of a change, who was not, and why</h2>
      <ol class="steps">
        <li>
          <h3>Find the change</h3>
          <p>
            Give the id of an order. Every change of it that we heard of is listed: when, by which route, and
            what was new.
          </p>
        </li>
        <li>
          <h3>Read what happened</h3>
          <p>
            Each change has a timeline: the people who were told and their reasons, the people who were not
            and the row that said so, what was sent, and what came back.
          </p>
        </li>
        <li>
          <h3>Prove it</h3>
          <p>
            Replay the decision: today’s code decides again from what was recorded, and nothing is sent. Or
            take the signed evidence away and check it without us.
          </p>
        </li>
      </ol>
      <figure class="example">
        <figcaption>What an answer says, for example</figcaption>
        <blockquote>
          <p>
            Order 00000114 was activated on 2026-11-22 at 10:00:02 UTC. Ada was told, because she follows
            account Acme, and read it 40 seconds later. Linus was not: his row asks for amounts of 10000 or
            more, and this order has 9400.
          </p>
        </blockquote>
      </figure>
    </section>
  );
}

/** While the record is read. */
export function AuditSkeleton({ words }: { words: string }) {
  return (
    <div class="card audit-skeleton" aria-busy="true">
      <output class="visually-hidden">{words}</output>
      {["a", "b", "c", "d"].map((row) => (
        <div key={row} aria-hidden="true">
          <span class="bone bone-title" />
          <span class="bone bone-body" />
          <span class="bone bone-meta" />
        </div>
      ))}
    </div>
  );
}

/** No answer, or not the one that was asked for; `what` is "order" or "orchestration". */
export function AuditFailed(props: {
  error: unknown;
  what: "order" | "orchestration";
  id: string;
  onRetry: () => void;
}) {
  const { error, what, id, onRetry } = props;
  const status = toRefusedStatus(error);
  if (status === 403) return <NeedsRole />;
  if (status === 404) return <Unknown what={what} id={id} />;
  const { title, detail, errors } = toProblem(error);
  return (
    <div class="card blank" role="alert">
      <CloudOffIcon />
      <h2>{status === 503 ? "The record cannot be read right now" : `The ${what} could not be loaded`}</h2>
      <p>{detail ?? `${title}.`}</p>
      {errors?.map((one) => (
        <p key={one}>{one}</p>
      ))}
      {!IN_VAIN.has(status) && (
        <button type="button" class="primary-button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Nothing is known of what was asked for. */
export function Unknown({ what, id }: { what: "order" | "orchestration"; id: string }) {
  return (
    <div class="card blank" role="alert">
      <AuditIcon shape="search" />
      <h2>
        {what === "order"
          ? "We heard of no change of this order"
          : "There is no record of this orchestration"}
      </h2>
      <p>
        Nothing is recorded under <code class="id">{id}</code>.
      </p>
      <p>
        {what === "order"
          ? "Check the id. If the order did change in Salesforce, the coverage page shows whether both routes work."
          : "Check the id, or ask by the id of the order, which lists every change of it that we know."}
      </p>
    </div>
  );
}

function NeedsRole() {
  return (
    <div class="card blank" role="alert">
      <LockIcon />
      <h2>This page needs the role OrderBell.Auditor</h2>
      <p>An administrator of your identity provider can give it to you. Then sign out and in again.</p>
      <a class="primary-button" href={SIGN_OUT}>
        Sign out
      </a>
    </div>
  );
}
