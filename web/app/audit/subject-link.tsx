import type { ComponentChildren } from "preact";
import { toSubjectHref } from "./subject.ts";
import { useSubjectClick } from "./use-subject.ts";

/** A link to the page about an order or an orchestration, followed without loading the page anew. */
export function SubjectLink(props: {
  kind: "order" | "orchestration";
  id: string;
  class?: string;
  children: ComponentChildren;
}) {
  const { kind, id, children } = props;
  const subject = { kind, id } as const;
  const onClick = useSubjectClick(subject);
  return (
    <a class={props.class ?? "inline-link"} href={toSubjectHref(subject)} onClick={onClick}>
      {children}
    </a>
  );
}
