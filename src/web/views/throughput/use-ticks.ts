import { useEffect, useState } from "preact/hooks";
import { usePage } from "../../store/page-context.ts";

/** Milliseconds between two samples of the central. */
const TICK_MS = 10_000;

/** A number that rises whenever there may be new samples. */
export function useTicks(): number {
  const { clock } = usePage();
  const [ticks, setTicks] = useState(0);
  useEffect(() => clock.after(TICK_MS, () => setTicks(ticks + 1)), [clock, ticks]);
  return ticks;
}
