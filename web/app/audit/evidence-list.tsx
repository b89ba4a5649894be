import type { OrderAudit } from "../../../src/domain/audit.ts";
import { Instant } from "./instant.tsx";
import { PagedList } from "./paged-list.tsx";
import { SubjectLink } from "./subject-link.tsx";

/** The signed files that were archived for an order; each names the one before it. */
export function EvidenceList({ evidence }: Pick<OrderAudit, "evidence">) {
  return (
    <section class="card part" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Archived evidence</h2>
      <p class="soft">
        Signed files that stay when Durable’s own history is purged. Each is chained to the one before it by
        its SHA-256.
      </p>
      <PagedList items={evidence} toKey={({ instanceId }) => instanceId} class="files" noun="files">
        {({ instanceId, createdAt, sha256 }) => (
          <>
            <span>
              <Instant at={createdAt} />
            </span>
            <SubjectLink kind="orchestration" id={instanceId}>
              <span class="id">{instanceId}</span>
            </SubjectLink>
            <span class="soft">
              SHA-256 <span class="id">{sha256}</span>
            </span>
          </>
        )}
      </PagedList>
    </section>
  );
}
