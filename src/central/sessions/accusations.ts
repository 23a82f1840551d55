import type { Channel } from "../../net/session/channel.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { plural } from "../../platform/units.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { CentralObserver } from "../observer.ts";
import type { Registry } from "../registry/registry.ts";

export interface AccusationsDeps {
  /** Bounded, since any client can accuse as often as it likes. */
  readonly limitedLog: Pick<LogLimiter, "warn">;
  readonly registry: Pick<Registry, "accuse">;
  /** Of the secondaries that are connected, by number. */
  readonly channels: ReadonlyMap<number, Pick<Channel, "send">>;
  readonly observer: Pick<CentralObserver, "accused"> | null;
}

/** Bad answers that downloaders report: they are counted, and the accused secondary is asked to verify its piece. */
export class Accusations {
  constructor(private readonly deps: AccusationsDeps) {}

  /** `accuser`: who reports it, for people. */
  accuse(accusation: Messages["accuse"], accuser: string): void {
    const { id, piece, number } = accusation;
    const { limitedLog, registry, channels, observer } = this.deps;
    const accusations = registry.accuse(number);
    if (accusations === null) return;
    const what = piece === null ? "broke the protocol with" : `sent a wrong piece ${piece} to`;
    const next = piece === null ? "" : "; it is asked to read it again";
    const text = `secondary ${number} ${what} ${accuser}${next} (${plural(accusations, "accusation")} so far)`;
    limitedLog.warn("accused", text, { number, id, piece, accusations });
    observer?.accused(accusation, accuser);
    if (piece !== null) channels.get(number)?.send({ type: "suspect", id, piece, accuser });
  }
}
