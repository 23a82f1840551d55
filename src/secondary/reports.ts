import { Packr } from "msgpackr/pack";
import { Unpackr } from "msgpackr/unpack";
import * as v from "valibot";
import type { Log } from "../base/log.ts";
import { type Report, report } from "../protocol/visitor-messages.ts";
import type { RemoteStore } from "./remote-store.ts";

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

/** Reports passed on at once. */
const AT_ONCE = 100;

/** Reports that clients left here because they could not reach the central. Durable until the central has them. */
export class Reports {
  constructor(
    private readonly store: Pick<RemoteStore, "keepReport" | "reports" | "dropReport">,
    private readonly log: Log,
    private readonly passOn: (report: Report) => void,
  ) {}

  /** Says whether it is kept for good. */
  keep(kept: Report): Promise<boolean> {
    return this.attempt(async () => {
      await this.store.keepReport(kept.download, new Uint8Array(packr.pack(kept)));
      this.passOn(kept);
    });
  }

  /** The central can be reached: sends what it has not got. */
  passOnAll(): Promise<boolean> {
    return this.attempt(async () => {
      for (const { download, report: bytes } of await this.store.reports(AT_ONCE)) {
        const parsed = v.safeParse(report, unpackr.unpack(bytes));
        if (parsed.success) this.passOn(parsed.output);
        else await this.store.dropReport(download);
      }
    });
  }

  /** The central has one. */
  counted(download: string): Promise<boolean> {
    return this.attempt(() => this.store.dropReport(download));
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.log.error("reports-failed", `cannot keep the reports of clients: ${(error as Error).message}`);
      return false;
    }
  }
}
