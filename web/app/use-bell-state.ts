import { useEffect, useState } from "preact/hooks";
import type { OrderBell, OrderBellState } from "../client/order-bell.ts";

/** The bell's latest snapshot; renders again when there is a newer one. */
export function useBellState(bell: OrderBell): OrderBellState {
  const [state, setState] = useState(bell.state);
  useEffect(() => {
    setState(bell.state);
    return bell.subscribe(setState);
  }, [bell]);
  return state;
}
