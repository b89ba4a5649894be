import { useContext } from "preact/hooks";
import type { InboxItem } from "../client/api-schemas.ts";
import { isUnread } from "../client/item-state.ts";
import { ScopeLabels } from "./scope-labels.ts";
import { toReasonWords } from "./scope-words.ts";
import { toExactTime, toRelativeTime } from "./time-words.ts";
import { toSafeLink } from "./to-safe-link.ts";

/** What a notification says: title, body, when, and why it came to this person. */
export function NotificationText(props: { item: InboxItem; nowMs: number; onOpen: () => void }) {
  const { item, nowMs, onOpen } = props;
  const labels = useContext(ScopeLabels);
  const link = toSafeLink(item.link, document.baseURI);
  return (
    <div class="item-text">
      <h3 class="item-title">
        <span class="item-name">
          {link ? (
            <a href={link} onClick={onOpen}>
              {item.title}
            </a>
          ) : (
            item.title
          )}
          {isUnread(item) && <span class="visually-hidden"> (unread)</span>}
        </span>
        {item.priority === "high" && <span class="chip">High priority</span>}
      </h3>
      {item.body && <p class="item-body">{item.body}</p>}
      <p class="item-meta">
        <time dateTime={item.createdAt} title={toExactTime(item.createdAt)}>
          {toRelativeTime(item.createdAt, nowMs)}
        </time>
        <Why reasons={item.reasons.map((reason) => toReasonWords(reason, labels))} />
      </p>
    </div>
  );
}

function Why({ reasons }: { reasons: readonly string[] }) {
  const [first, ...others] = reasons;
  if (first === undefined) return null;
  return (
    <span class="why" title={reasons.join("\n")}>
      {first}
      {others.length > 0 && `, and ${others.length} more ${others.length === 1 ? "reason" : "reasons"}`}
    </span>
  );
}
