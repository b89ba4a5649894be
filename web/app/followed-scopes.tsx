import { useCallback, useEffect, useState } from "preact/hooks";
import { type Problem, toProblem } from "../client/api-errors.ts";
import type { Rules } from "../client/api-schemas.ts";
import type { Api } from "../client/create-api.ts";
import { type ScopeLabelMap, toRuleWords, toScopeName } from "./scope-words.ts";

interface FollowedScope {
  readonly scope: string;
  readonly label: string | null;
  readonly isFollowed: boolean;
  /** What narrows it; kept while the page is open, so that a switch that was touched by mistake loses nothing. */
  readonly rules: Rules;
}

/** The side column: what the person may follow, each with a switch. */
export function FollowedScopes(props: { api: Api; onLabels: (labels: ScopeLabelMap) => void }) {
  const { api, onLabels } = props;
  const [scopes, setScopes] = useState<readonly FollowedScope[]>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());

  const load = useCallback(async () => {
    setProblem(undefined);
    try {
      const { items, grants } = await api.readFollowedScopes();
      const followed = new Map(items.map(({ scope, ...rules }) => [scope, rules]));
      const labels = new Map(grants.map(({ scope, label }) => [scope, label]));
      const all = [...new Set([...labels.keys(), ...followed.keys()])].toSorted();
      setScopes(
        all.map((scope) => ({
          scope,
          label: labels.get(scope) ?? null,
          isFollowed: followed.has(scope),
          rules: followed.get(scope) ?? {},
        })),
      );
      onLabels(new Map([...labels].flatMap(([scope, label]) => (label === null ? [] : [[scope, label]]))));
    } catch (error) {
      setProblem(toProblem(error));
    }
  }, [api, onLabels]);
  useEffect(() => void load(), [load]);

  const set = (scope: string, isFollowed: boolean): void =>
    setScopes((before) => before?.map((each) => (each.scope === scope ? { ...each, isFollowed } : each)));

  const toggle = async ({ scope, isFollowed, rules }: FollowedScope): Promise<void> => {
    if (busy.has(scope)) return;
    setBusy((before) => new Set([...before, scope]));
    setProblem(undefined);
    set(scope, !isFollowed);
    try {
      await (isFollowed ? api.unfollow(scope) : api.follow(scope, toOwnRules(rules)));
    } catch (error) {
      set(scope, isFollowed);
      setProblem(toProblem(error));
    }
    setBusy((before) => new Set([...before].filter((other) => other !== scope)));
  };

  return (
    <section class="follows" aria-labelledby="follows-title">
      <div class="section-head">
        <h2 id="follows-title">What you follow</h2>
      </div>
      {problem && (
        <div class="follows-problem" role="alert">
          <p>{problem.title}</p>
          {!scopes && (
            <button type="button" class="link-button" onClick={() => void load()}>
              Try again
            </button>
          )}
        </div>
      )}
      {scopes?.length === 0 && (
        <p class="hint">Nothing to follow yet. An administrator decides what you may follow.</p>
      )}
      {scopes && scopes.length > 0 && (
        <ul class="card switches">
          {scopes.map((each) => (
            <ScopeSwitch
              key={each.scope}
              {...each}
              isBusy={busy.has(each.scope)}
              onToggle={() => void toggle(each)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function ScopeSwitch(props: FollowedScope & { isBusy: boolean; onToggle: () => void }) {
  const { name, kind, id } = toScopeName(props.scope, props.label);
  const rules = props.isFollowed ? toRuleWords(props.rules) : [];
  return (
    <li>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={props.isFollowed}
        aria-busy={props.isBusy}
        onClick={props.onToggle}
      >
        <span class="switch-text">
          <span>{name}</span> {kind && <span class="scope-kind">{kind}</span>}
          {id && <span class="scope-id">{id}</span>}
          {rules.length > 0 && <span class="scope-rules">{toSentence(rules)}</span>}
        </span>
        <span class="track" aria-hidden="true">
          <span class="thumb" />
        </span>
      </button>
    </li>
  );
}

/** Telling others is for administrators alone to set. */
function toOwnRules({ escalate: _escalate, ...rules }: Rules): Rules {
  return rules;
}

function toSentence(phrases: readonly string[]): string {
  const text = phrases.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
