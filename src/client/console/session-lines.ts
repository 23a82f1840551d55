import type { Log } from "../../platform/log/log.ts";
import { shownDuration } from "../../text/shown/numbers.ts";
import { texts } from "../../text/texts.ts";
import type { CentralSession } from "../central-session.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { SessionObserver } from "../session-observer.ts";

/** Events of the log that these lines say better, for somebody who sits at the console. */
const SAID_HERE: ReadonlySet<string> = new Set(["central-lost", "waiting"]);

export interface SessionLinesDeps {
  readonly log: Log;
  readonly session: Pick<CentralSession, "state" | "address">;
  readonly downloads: Pick<DownloadQueue, "count">;
}

/** What a console says of its central: that it is there, with what, or away, and what goes on meanwhile. */
export class SessionLines implements SessionObserver {
  /** Whether there was a session before: what comes for the first time does not come again. */
  private wasConnected = false;

  constructor(private readonly deps: SessionLinesDeps) {}

  connected(awayMs: number | null): void {
    void this.tellCounts(this.wasConnected ? awayMs : null);
    this.wasConnected = true;
  }

  lost(reason: string): void {
    const { log, session, downloads } = this.deps;
    const text = texts().session;
    const line = text.lost(session.address, reason);
    log.warn("central-lost", downloads.count > 0 ? text.lostDuring(line, downloads.count) : line);
  }

  unreachable(reason: string): void {
    this.deps.log.warn("waiting", texts().session.waiting(reason));
  }

  private async tellCounts(awayMs: number | null): Promise<void> {
    const { log, session, downloads } = this.deps;
    const { session: text, cluster, common } = texts();
    try {
      const { secondaries } = await session.state();
      const present = secondaries.filter(({ state }) => state !== "lost");
      const none = texts().central.noSecondaries;
      const counts = secondaries.length === 0 ? none : cluster.secondariesOf(present.length, secondaries.length);
      // One that is in step has every file there is.
      const whole = present.find(({ state }) => state === "in step");
      const all = whole ? cluster.inShort(counts, common.files(whole.files)) : counts;
      if (awayMs === null) return log.info("connected", text.connectedCounts(session.address, all));
      const line = text.reconnected(session.address, shownDuration(awayMs / 1000), all);
      log.info("connected", downloads.count > 0 ? text.downloadsGoOn(line, downloads.count) : line);
    } catch {
      // It is away again, which is said by itself; or it answers no questions.
    }
  }
}

/** A log without the lines for which there is {@link SessionLines}. */
export function withoutSessionLines(log: Log): Log {
  return {
    info: (event, message, fields) => log.info(event, message, fields),
    warn: (event, message, fields) => {
      if (!SAID_HERE.has(event)) log.warn(event, message, fields);
    },
    error: (event, message, fields) => log.error(event, message, fields),
  };
}
