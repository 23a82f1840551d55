import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { CentralSession } from "../central-session.ts";
import { reportToSecondary } from "./report-to-secondary.ts";

/** Milliseconds between two tries; after as long without an answer of the central a secondary is asked. */
const REPORT_RETRY_MS = 1000;

export interface ReportDeliveryDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly session: CentralSession;
}

type DeliveryState = "delivering" | "counted" | "cancelled";

const TRANSITIONS: Transitions<DeliveryState> = {
  delivering: ["counted", "cancelled"],
  counted: [],
  cancelled: ["counted"],
};

/** The report of a download that is done, until the central has counted it or a secondary keeps it for the central. */
export class ReportDelivery {
  private readonly life = new StateMachine<DeliveryState>("a report", TRANSITIONS, "delivering");
  private endWait: () => void = () => {};

  constructor(
    private readonly deps: ReportDeliveryDeps,
    private readonly report: Report,
  ) {}

  /**
   * Tells the central, or one of the secondaries; again and again until `retryForMs` have passed. Resolves to whether
   * somebody has it.
   */
  async deliver(secondaries: readonly SourceAddress[], retryForMs: number): Promise<boolean> {
    const { clock, network, session } = this.deps;
    const until = clock.now() + retryForMs;
    do {
      const sent = session.report(this.report);
      if (sent) await this.wait();
      if (this.isCounted()) return true;
      for (const secondary of secondaries) {
        if (await reportToSecondary(clock, network, secondary, this.report)) return true;
      }
      if (!sent) await this.wait();
    } while (this.life.state === "delivering" && clock.now() < until);
    return this.isCounted();
  }

  /** The central has counted it. */
  counted(): void {
    if (!this.isCounted()) this.life.become("counted");
    this.endWait();
  }

  /** The session with the central is there again. */
  retryNow(): void {
    this.endWait();
  }

  /** Ends after the try that is under way. */
  cancel(): void {
    if (this.life.state === "delivering") this.life.become("cancelled");
    this.endWait();
  }

  private isCounted(): boolean {
    return this.life.state === "counted";
  }

  /** Resolves when the report is counted, the session comes back, or some time has passed. */
  private wait(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancelTimer();
        this.endWait = () => {};
        resolve();
      };
      const cancelTimer = this.deps.clock.after(REPORT_RETRY_MS, end);
      this.endWait = end;
    });
  }
}
