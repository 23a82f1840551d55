import type { Clock } from "../../platform/clock.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { CentralSession } from "../central-session.ts";

/** Milliseconds in which the central hears of a file that was published, and says who has it. */
const SEEN_TIMEOUT_MS = 10_000;

/** A file, and the secondary that it is to go to; `at` null: any. */
export type WantedPlace = Pick<Messages["place"], "name" | "size" | "id" | "at">;
/** `base`: the version that has the name now; `to` null: it is this very one. */
export type UploadPlace = Pick<Messages["placed"], "base" | "to">;

/** Where files are to be sent: what the central decides. */
export interface UploadPlaces {
  /** Rejects with PeerError where nobody is to take it, with CentralUnreachable where the central cannot be asked. */
  place(wanted: WantedPlace): Promise<UploadPlace>;
  /**
   * How many secondaries have the whole file now, once the central knows of one; 0 where it does not in time, or before
   * `ended` is aborted.
   */
  holders(name: string, id: string, ended: AbortSignal): Promise<number>;
}

export interface SessionPlacesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly session: Pick<CentralSession, "request" | "currentAttempt" | "subscribe" | "unsubscribe" | "watches">;
}

/** Asks the central, over a client's session. */
export class SessionPlaces implements UploadPlaces {
  constructor(private readonly deps: SessionPlacesDeps) {}

  async place(wanted: WantedPlace): Promise<UploadPlace> {
    const { session } = this.deps;
    await session.currentAttempt();
    return session.request("placed", (request) => ({ type: "place", request, ...wanted }));
  }

  holders(name: string, id: string, ended: AbortSignal): Promise<number> {
    const { clock, session, random } = this.deps;
    const subscription = uniqueId(random);
    return new Promise((resolve) => {
      if (ended.aborted) return resolve(0);
      const end = (holders: number) => {
        cancel();
        ended.removeEventListener("abort", stop);
        session.watches.end(subscription);
        session.unsubscribe(subscription);
        resolve(holders);
      };
      const stop = () => end(0);
      const cancel = clock.after(SEEN_TIMEOUT_MS, stop);
      ended.addEventListener("abort", stop);
      session.subscribe(subscription, {
        connected: () => session.watches.begin(subscription, { name, id }),
        disconnected() {},
        update() {},
        sources: (message) => {
          if (message.name !== name || message.id !== id) return;
          const holders = message.sources.filter(isWhole).length;
          if (holders > 0) end(holders);
        },
      });
    });
  }
}

function isWhole({ partial }: SourceAddress): boolean {
  return !partial;
}
