import { Packr } from "msgpackr/pack";
import { Unpackr } from "msgpackr/unpack";
import * as v from "valibot";
import { type Report, report } from "../protocol/visitor-messages.ts";
import type { SecondaryStore } from "./store.ts";

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

/** Reports passed on at once. */
const AT_ONCE = 100;

/** Reports that clients left here because they could not reach the central. Durable until the central has them. */
export class Reports {
  constructor(
    private readonly store: SecondaryStore,
    private readonly passOn: (report: Report) => void,
  ) {}

  keep(kept: Report): void {
    this.store.keepReport(kept.download, packr.pack(kept));
    this.passOn(kept);
  }

  /** The central can be reached: sends what it has not got. */
  passOnAll(): void {
    for (const { download, report: bytes } of this.store.reports(AT_ONCE)) {
      const parsed = v.safeParse(report, unpackr.unpack(bytes));
      if (parsed.success) this.passOn(parsed.output);
      else this.store.dropReport(download);
    }
  }

  /** The central has one. */
  counted(download: string): void {
    this.store.dropReport(download);
  }
}
