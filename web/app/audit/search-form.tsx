import { useEffect, useRef, useState } from "preact/hooks";
import { AuditIcon } from "./audit-icon.tsx";
import { type Subject, toSubject } from "./subject.ts";

/** Where an auditor types or pastes an id; what cannot be one is said at the field, and nothing is asked. */
export function SearchForm({
  subject,
  onSubject,
}: {
  subject: Subject;
  onSubject: (subject: Subject) => void;
}) {
  const [text, setText] = useState(() => toText(subject));
  const [problem, setProblem] = useState(() => toProblemText(subject));
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setText(toText(subject));
    setProblem(toProblemText(subject));
  }, [subject]);

  const submit = (event: Event): void => {
    event.preventDefault();
    const next = toSubject(text);
    const wrong = next.kind === "none" ? "Type or paste an id first." : toProblemText(next);
    setProblem(wrong);
    if (wrong === undefined) onSubject(next);
    else field.current?.focus();
  };

  return (
    <search>
      <form class="ask" onSubmit={submit}>
        <div class="ask-line">
          <label class="ask-field">
            <span class="ask-label">Order id or orchestration id</span>
            <input
              ref={field}
              class="field"
              type="text"
              autoComplete="off"
              autoCapitalize="none"
              autoCorrect="off"
              spellcheck={false}
              enterKeyHint="search"
              placeholder="801…"
              value={text}
              aria-invalid={problem !== undefined}
              aria-describedby={problem === undefined ? "ask-hint" : "ask-problem"}
              onInput={(event) => {
                setText(event.currentTarget.value);
                setProblem(undefined);
              }}
            />
          </label>
          <button type="submit" class="primary-button ask-button">
            <AuditIcon shape="search" />
            Show
          </button>
        </div>
        {problem === undefined ? (
          <p id="ask-hint" class="hint">
            15 or 18 characters, an order’s address in Salesforce, or an orchestration id such as order-801…-…
          </p>
        ) : (
          <p id="ask-problem" class="hint problem" role="alert">
            {problem}
          </p>
        )}
      </form>
    </search>
  );
}

function toText(subject: Subject): string {
  switch (subject.kind) {
    case "none":
      return "";
    case "wrong":
      return subject.text;
    case "order":
    case "orchestration":
      return subject.id;
  }
}

function toProblemText(subject: Subject): string | undefined {
  return subject.kind === "wrong" ? subject.problem : undefined;
}
