/** The whole page: a question, and its answer. */
import { useEffect, useState } from "preact/hooks";
import { AuditorBar } from "../auditor-bar.tsx";
import { SignedOut } from "../signed-out.tsx";
import { AuditIntroduction } from "./audit-states.tsx";
import type { AuditApi } from "./create-audit-api.ts";
import { OrderView } from "./order-view.tsx";
import { SearchForm } from "./search-form.tsx";
import { type Subject, toSubjectHref } from "./subject.ts";
import { TimelineView } from "./timeline-view.tsx";
import { ShowSubject, useSubject } from "./use-subject.ts";

/** The page for whoever is signed in. */
export function AuditPage({ api }: { api: AuditApi }) {
  const { subject, show } = useSubject();
  const [isSignedOut, setSignedOut] = useState(false);
  const signOut = (): void => setSignedOut(true);
  useEffect(() => {
    document.title = toTitle(subject);
  }, [subject]);

  if (isSignedOut) {
    // The address may hold a query of its own, so it has to be encoded to be one value.
    const page = encodeURIComponent(toSubjectHref(subject));
    return <SignedOut page={page} reason="Sign in to see who was told of an order change, and why." />;
  }
  return (
    <ShowSubject.Provider value={show}>
      <AuditorBar current="audit" />
      <main class="audit">
        <div class="section-head">
          <h1>Audit</h1>
        </div>
        <p class="lead">
          Who was told of an order change, who was not, and why; and a replay that proves it.
        </p>
        <SearchForm subject={subject} onSubject={show} />
        <Answer subject={subject} api={api} onSignedOut={signOut} />
      </main>
    </ShowSubject.Provider>
  );
}

/** Another subject is another answer: nothing of the one before stays on the page. */
function Answer(props: { subject: Subject; api: AuditApi; onSignedOut: () => void }) {
  const { subject, ...rest } = props;
  switch (subject.kind) {
    case "none":
      return <AuditIntroduction />;
    case "wrong":
      return null;
    case "order":
      return <OrderView key={subject.id} orderId={subject.id} {...rest} />;
    case "orchestration":
      return <TimelineView key={subject.id} instanceId={subject.id} {...rest} />;
  }
}

function toTitle(subject: Subject): string {
  const about = subject.kind === "order" || subject.kind === "orchestration" ? `${subject.id} · ` : "";
  return `${about}Audit · OrderBell`;
}
