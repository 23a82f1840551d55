import { type Clock, delay } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { shownDuration } from "../../text/shown/numbers.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import type { CentralSession } from "../central-session.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { SessionObserver } from "../session-observer.ts";

/** Events of the log that these lines say better, for somebody who sits at the console. */
const SAID_HERE: ReadonlySet<string> = new Set(["central-lost", "waiting", "not-synchronized"]);
/** Milliseconds between two looks whether the central serves: who waits for it does not notice them. */
const LOOK_INTERVAL_MS = 2000;

export interface SessionLinesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly session: Pick<CentralSession, "state" | "address">;
  readonly downloads: Pick<DownloadQueue, "count">;
}

/** What a console says of its central: that it is there, with what, or away, and what goes on meanwhile. */
export class SessionLines implements SessionObserver {
  /** Whether there was a session before: what comes for the first time does not come again. */
  private wasConnected = false;

  /** How many there were: the last one is that of now. */
  private sessions = 0;

  constructor(private readonly deps: SessionLinesDeps) {}

  connected(awayMs: number | null): void {
    this.sessions += 1;
    // A central that goes away is lost, or answers no questions: both are said by themselves.
    void this.tell(this.wasConnected ? awayMs : null).catch(() => {});
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

  /** What is there; of a central that does not serve also why, and once it does, that. */
  private async tell(awayMs: number | null): Promise<void> {
    const { log, clock, session, downloads } = this.deps;
    const text = texts().session;
    const { sessions } = this;
    const first = await session.state();
    const all = countsOf(first);
    const line =
      awayMs === null
        ? text.connectedCounts(session.address, all)
        : text.reconnected(session.address, shownDuration(awayMs / 1000), all);
    const goesOn = awayMs !== null && downloads.count > 0;
    log.info("connected", goesOn ? text.downloadsGoOn(line, downloads.count) : line);
    if (first.synchronized) return;
    const { missing, said } = first;
    log.warn("not-synchronized", text.notServing(session.address, shown(unwired({ message: missing, said }))));
    for (;;) {
      await delay(clock, LOOK_INTERVAL_MS);
      const state = await session.state();
      // A later session has lines of its own.
      if (this.sessions !== sessions) return;
      if (state.synchronized) return log.info("synchronized", text.serves(session.address, countsOf(state)));
    }
  }
}

/** The secondaries that are there, and the files where one is that has every file there is. */
function countsOf({ secondaries }: Pick<Messages["state"], "secondaries">): string {
  const { central, cluster, common } = texts();
  const present = secondaries.filter(({ state }) => state !== "lost");
  const counts =
    secondaries.length === 0 ? central.noSecondaries : cluster.secondariesOf(present.length, secondaries.length);
  const whole = present.find(({ state }) => state === "in step");
  return whole ? cluster.inShort(counts, common.files(whole.files)) : counts;
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
