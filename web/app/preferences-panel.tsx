import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Problem, toProblem } from "../client/api-errors.ts";
import type { FollowedScopes, Preferences } from "../client/api-schemas.ts";
import type { Api } from "../client/create-api.ts";
import type { OrderBell } from "../client/order-bell.ts";
import { CloseIcon } from "./icons.tsx";
import { PreferencesForm } from "./preferences-form.tsx";

interface Loaded {
  readonly preferences: Preferences;
  readonly scopes: FollowedScopes;
}

/** A modal dialog: the browser keeps the focus in it, ends it at Escape, and gives the focus back. */
export function PreferencesPanel(props: {
  api: Api;
  bell: Pick<OrderBell, "savePreferences">;
  onClose: () => void;
}) {
  const { api, bell, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<Problem>();
  const close = (): void => dialog.current?.close();

  const load = useCallback(async () => {
    setProblem(undefined);
    try {
      const [preferences, scopes] = await Promise.all([api.readPreferences(), api.readFollowedScopes()]);
      setLoaded({ preferences, scopes });
    } catch (error) {
      setProblem(toProblem(error));
    }
  }, [api]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    dialog.current?.showModal();
    heading.current?.focus();
  }, []);

  return (
    <dialog ref={dialog} class="preferences" aria-labelledby="preferences-title" onClose={onClose}>
      <div class="preferences-head">
        <h2 id="preferences-title" ref={heading} tabIndex={-1}>
          Preferences
        </h2>
        <button type="button" class="icon-button" aria-label="Close the preferences" onClick={close}>
          <CloseIcon />
        </button>
      </div>
      {loaded && <PreferencesForm {...loaded} onSave={bell.savePreferences} onCancel={close} />}
      {!loaded && !problem && <output class="preferences-wait">Loading your preferences…</output>}
      {!loaded && problem && (
        <div class="preferences-wait" role="alert">
          <p>
            Your preferences could not be loaded. {problem.title}
            {problem.detail && `. ${problem.detail}`}
          </p>
          <button type="button" class="quiet-button" onClick={() => void load()}>
            Try again
          </button>
        </div>
      )}
    </dialog>
  );
}
