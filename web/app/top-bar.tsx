import { useEffect, useState } from "preact/hooks";
import type { Api } from "../client/create-api.ts";
import type { OrderBell, OrderBellState } from "../client/order-bell.ts";
import { Bell } from "./bell.tsx";
import { BellIcon } from "./icons.tsx";
import type { InboxActions } from "./inbox-actions.ts";
import { PreferencesButton } from "./preferences-button.tsx";

const SIGN_OUT = "/.auth/logout?post_logout_redirect_uri=/app/";

/** The bar at the top: the product, the bell, the person. */
export function TopBar(props: {
  state: OrderBellState;
  actions: InboxActions;
  api: Api;
  bell: Pick<OrderBell, "savePreferences">;
  ringing: number;
}) {
  const { state, actions, api, bell, ringing } = props;
  const person = usePersonName(api, state.loaded);
  return (
    <header class="bar" data-status={state.status}>
      <div class="bar-inner">
        <a class="brand" href="/app/">
          <span class="brand-mark">
            <BellIcon />
          </span>
          OrderBell
        </a>
        <div class="bar-end">
          <Bell state={state} actions={actions} ringing={ringing} />
          <PreferencesButton api={api} bell={bell} />
          {person && (
            <span class="person" title={person}>
              {person}
            </span>
          )}
          <a class="sign-out" href={SIGN_OUT}>
            Sign out
          </a>
        </div>
      </div>
    </header>
  );
}

function usePersonName(api: Api, isSignedIn: boolean): string | undefined {
  const [name, setName] = useState<string>();
  useEffect(() => {
    // The name is an ornament: without it the page is whole.
    if (isSignedIn) api.readPersonName().then(setName, () => setName(undefined));
  }, [api, isSignedIn]);
  return name;
}
