/** The changes of one order. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { OrderAudit } from "../../../src/domain/audit.ts";
import { SignedOutError, toProblem } from "../../client/api-errors.ts";
import { useLoaded } from "../use-loaded.ts";
import { AuditFailed, AuditSkeleton, Unknown } from "./audit-states.tsx";
import { ChangeList } from "./change-list.tsx";
import type { AuditApi } from "./create-audit-api.ts";
import { EvidenceList } from "./evidence-list.tsx";
import { useFocusOnArrival } from "./use-focus-on-arrival.ts";

/** Loads an order and lists its changes. */
export function OrderView(props: { orderId: string; api: AuditApi; onSignedOut: () => void }) {
  const { orderId, api, onSignedOut } = props;
  const read = useCallback((signal: AbortSignal) => api.readOrder(orderId, null, signal), [api, orderId]);
  const { loaded, renew } = useLoaded(read);
  const error = loaded.kind === "failed" ? loaded.error : undefined;
  useEffect(() => {
    if (error instanceof SignedOutError) onSignedOut();
  }, [error, onSignedOut]);
  switch (loaded.kind) {
    case "loading":
      return <AuditSkeleton words="Loading the changes of the order" />;
    case "failed":
      return <AuditFailed error={loaded.error} what="order" id={orderId} onRetry={renew} />;
    case "loaded":
      if (loaded.value.changes.length === 0 && loaded.value.next === null) {
        return <Unknown what="order" id={orderId} />;
      }
      return <Order first={loaded.value} api={api} onSignedOut={onSignedOut} />;
  }
}

function Order({ first, api, onSignedOut }: { first: OrderAudit; api: AuditApi; onSignedOut: () => void }) {
  const heading = useFocusOnArrival();
  const { order, isLoading, problem, loadMore } = useFurther(first, api, onSignedOut);
  const count = order.changes.length;
  return (
    <>
      <section class="card part" aria-labelledby="order-title">
        <h2 id="order-title" ref={heading} tabIndex={-1}>
          Order <code class="id">{order.orderId}</code>
        </h2>
        <p class="soft">
          {order.next === null ? toCountWords(count) : `The first ${count.toLocaleString("en")} changes`},
          oldest first. Times are in UTC.
        </p>
        <ChangeList changes={order.changes} evidence={order.evidence} />
        {order.next !== null && (
          <p class="more">
            <span>There are more changes.</span>
            <button type="button" class="quiet-button" aria-disabled={isLoading} onClick={loadMore}>
              {isLoading ? "Loading…" : "Show more"}
            </button>
          </p>
        )}
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </section>
      {order.evidence.length > 0 && <EvidenceList evidence={order.evidence} />}
    </>
  );
}

function toCountWords(count: number): string {
  return count === 1 ? "1 change" : `${count.toLocaleString("en")} changes`;
}

/** The order with every further part that was asked for. */
function useFurther(first: OrderAudit, api: AuditApi, onSignedOut: () => void) {
  const [order, setOrder] = useState(first);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string>();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  async function load(): Promise<void> {
    if (isLoading) return;
    setLoading(true);
    setProblem(undefined);
    try {
      const more = await api.readOrder(order.orderId, order.next, leaving.current.signal);
      setOrder(join(order, more));
    } catch (error) {
      if (leaving.current.signal.aborted) return;
      if (error instanceof SignedOutError) return onSignedOut();
      const { title, detail } = toProblem(error);
      setProblem(`More changes could not be loaded. ${detail ?? title}`);
    }
    setLoading(false);
  }
  return { order, isLoading, problem, loadMore: () => void load() };
}

/** Evidence is told with every part; each file counts once. */
function join(order: OrderAudit, more: OrderAudit): OrderAudit {
  const evidence = new Map([...order.evidence, ...more.evidence].map((one) => [one.instanceId, one]));
  return { ...more, changes: [...order.changes, ...more.changes], evidence: [...evidence.values()] };
}
