import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { shownDuration } from "../../text/shown/numbers.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import type { CentralSession } from "../central-session.ts";
import { placeText } from "./notes/place.ts";
import type { FailureKind } from "./result.ts";

/** Milliseconds between two requests for a download that the central cannot grant yet: a person does not notice them. */
const REQUEST_RETRY_MS = 500;

export interface AdmissionRequestDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly session: CentralSession;
}

export interface AdmissionRequestOptions {
  /** The id of the download. */
  readonly download: string;
  /** The name of the file. */
  readonly name: string;
  /** Milliseconds without a central that could grant it before giving up. */
  readonly giveUpAfterMs: number;
}

export interface AdmissionRequestEvents {
  granted(grant: Messages["granted"]): void;
  gaveUp(failure: FailureKind, message: Told): void;
}

/** `asking` the central, or waiting for it; `queued` there; `over`: granted or given up. */
type AdmissionState = "asking" | "queued" | "over";

const TRANSITIONS: Transitions<AdmissionState> = {
  asking: ["queued", "over"],
  queued: ["asking", "over"],
  over: [],
};

/** The request of one download to the central to let it begin, from the first try until it is granted or given up. */
export class AdmissionRequest {
  private readonly life = new StateMachine<AdmissionState>("a request for admission", TRANSITIONS, "asking");
  /** The last moment at which there was a session or a place in the queue; from then on the time to give up runs. */
  private waitingSince: number;
  /** Why the download has not begun; empty while no reason is known. */
  private obstacle: Told = "";
  private failure: FailureKind = "unreachable";
  private position = 0;
  private queuedText = "";
  private cancelRetry: Cancel = NOTHING_TO_CANCEL;
  private cancelTimeout: Cancel = NOTHING_TO_CANCEL;
  private readonly limitedLog: LogLimiter;

  constructor(
    private readonly deps: AdmissionRequestDeps,
    private readonly options: AdmissionRequestOptions,
    private readonly events: AdmissionRequestEvents,
  ) {
    this.waitingSince = deps.clock.now();
    this.limitedLog = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
    if (options.giveUpAfterMs !== Number.POSITIVE_INFINITY) this.giveUpIn(options.giveUpAfterMs);
  }

  /** What it waits for, in a few words. */
  note(): string {
    if (this.isQueued) return this.queuedText;
    const { notes } = texts().downloads;
    const { connected, away } = this.deps.session;
    if (connected) return this.obstacle === "" ? notes.asking : notes.obstacle(shown(this.obstacle));
    return this.obstacle === "" && away === null ? notes.connectingCentral : notes.noCentral;
  }

  /** Whether it has a place in the central's queue. */
  get isQueued(): boolean {
    return this.life.state === "queued";
  }

  /** The session with the central has begun, for the first time or again. */
  connected(): void {
    this.waitingSince = this.deps.clock.now();
    this.obstacle = "";
    this.ask();
  }

  disconnected(reason: Told, wasConnected: boolean): void {
    if (this.life.state === "queued") this.life.become("asking");
    this.cancelRetry();
    this.obstacle = reason;
    this.failure = "unreachable";
    // A further try that fails does not extend the time to give up.
    if (wasConnected) this.waitingSince = this.deps.clock.now();
  }

  queued({ position, estimate, waiting }: Messages["queued"]): void {
    const { name } = this.options;
    const place = texts().downloads.place(position);
    const text = estimate === null ? place : texts().downloads.placeIn(place, shownDuration(estimate));
    if (this.life.state === "asking" || position !== this.position) {
      this.deps.log.info("queued", `${name}: ${text}`, { position, estimate });
    }
    if (this.life.state === "asking") this.life.become("queued");
    this.position = position;
    this.queuedText = placeText(position, waiting ?? null, estimate);
  }

  granted(grant: Messages["granted"]): void {
    this.end();
    this.events.granted(grant);
  }

  denied(denial: Messages["denied"]): void {
    const { name } = this.options;
    if (denial.code === "no-such-file") return this.giveUp(denial.code, say("there is no file {name}", { name }));
    const message = unwired(denial);
    this.limitedLog.warn("not-yet", texts().downloads.centralSays(name, shown(message)), {}, denial.message);
    this.obstacle = message;
    this.failure = "failed";
    this.cancelRetry = this.deps.clock.after(REQUEST_RETRY_MS, () => this.ask());
  }

  giveUp(failure: FailureKind, message: Told): void {
    this.end();
    this.events.gaveUp(failure, message);
  }

  private end(): void {
    this.life.become("over");
    this.cancelRetry();
    this.cancelTimeout();
  }

  private ask(): void {
    this.cancelRetry();
    const { download, name } = this.options;
    this.deps.session.send({ type: "download", download, name, running: null });
  }

  private giveUpIn(ms: number): void {
    const { clock, session } = this.deps;
    this.cancelTimeout = clock.after(ms, () => {
      if (this.life.state === "queued") this.waitingSince = clock.now();
      const left = this.waitingSince + this.options.giveUpAfterMs - clock.now();
      if (left > 0) this.giveUpIn(left);
      else
        this.giveUp(
          this.failure,
          this.obstacle || say("the central {address} has not answered", { address: session.address }),
        );
    });
  }
}
