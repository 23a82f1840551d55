import type { KeyRing } from "../../keys/key-ring.ts";
import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { ListenError, type Listener } from "./network.ts";

/** Milliseconds after which a port that cannot be had again is tried again. */
const RETRY_DELAY_MS = 250;

export interface RenewedListenerDeps {
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: Log | null;
}

/**
 * A listener that begins anew, on the same port, when the keys change: one of Bun keeps the certificate that it began with.
 * What is connected stays. `begin` throws {@link ListenError}; when it does so later, the log says it, and it is tried again.
 */
export function renewedListener(
  { clock, keys, log }: RenewedListenerDeps,
  begin: (port: number) => Listener,
  wantedPort: number,
): Listener {
  let listener: Listener | null = begin(wantedPort);
  const { port } = listener;
  let cancelRetry: Cancel = NOTHING_TO_CANCEL;
  const beginAgain = (isFirst: boolean) => {
    cancelRetry();
    // In the same turn of the event loop, so that hardly anybody finds the port closed.
    listener?.stop();
    listener = null;
    try {
      listener = begin(port);
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      if (isFirst) log?.error("not-listening", `${error.message}; trying again`);
      cancelRetry = clock.after(RETRY_DELAY_MS, () => beginAgain(false));
    }
  };
  const cancel = keys.onChange(() => beginAgain(true));
  return {
    port,
    stop() {
      cancel();
      cancelRetry();
      listener?.stop();
    },
  };
}
