import { type Cancel, type Clock, every } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../platform/log/log-limiter.ts";
import { DAY_MS, formatDay } from "../platform/units.ts";
import type { Sentence } from "../sentences/sentence.ts";
import { messageOf } from "../sentences/sentence-error.ts";
import { endWarnings, saidKeyFile } from "./end-warnings.ts";
import type { Identity } from "./identity.ts";
import { ownCredential } from "./issue.ts";
import { type ClusterKey, fingerprintOfKey } from "./key-contents.ts";
import {
  type IssueCredential,
  isRenewalDue,
  isValid,
  type KeyFile,
  keyMaterial,
  readKeyFiles,
  validityOfFile,
} from "./key-material.ts";
import { KeyRing } from "./key-ring.ts";

/** Milliseconds between two checks of the time: no timer waits for days, in which a machine may sleep or its clock be set. */
const CHECK_INTERVAL_MS = 60_000;

/** Reads the key files of a process. Rejects with KeyError. */
type ReadKeyFiles = () => Promise<readonly KeyFile[]>;

/** Keeps the keys of a process usable for as long as it runs: open connections notice nothing of it. */
export class KeyKeeper {
  /** What is under way: one after the other, so that what was read last counts. */
  private work: Promise<void> = Promise.resolve();
  private readonly cancels: Cancel[] = [];

  private constructor(
    private readonly clock: Clock,
    private readonly wanted: Identity,
    private readonly read: ReadKeyFiles,
    private files: readonly KeyFile[],
    /** What new connections are made with. */
    readonly ring: KeyRing,
    private readonly issue: IssueCredential,
  ) {}

  /** For a process that is `wanted`, as {@link keyMaterial} says. Rejects with KeyError. */
  static async load(
    clock: Clock,
    wanted: Identity,
    read: ReadKeyFiles,
    issue: IssueCredential = ownCredential,
  ): Promise<KeyKeeper> {
    const files = await read();
    const material = await keyMaterial(files, wanted, clock.wall(), issue);
    return new KeyKeeper(clock, wanted, read, files, new KeyRing(material), issue);
  }

  static ofFiles(clock: Clock, wanted: Identity, paths: readonly string[]): Promise<KeyKeeper> {
    return KeyKeeper.load(clock, wanted, () => readKeyFiles(paths));
  }

  /** The key with which this process makes its certificates; null where it has a credential alone. */
  get clusterKey(): ClusterKey | null {
    const contents = this.files[0]?.contents;
    return contents?.kind === "cluster" ? contents : null;
  }

  /** What ends within a week or has ended, a sentence for each. */
  warnings(): Sentence[] {
    return endWarnings(this.files, this.clock.wall());
  }

  /** Makes another certificate from the cluster key whenever it is time, until `stop`. */
  keepRenewed(log: Log): void {
    const limitedLog = new LogLimiter(log, this.clock, ONCE_AN_HOUR);
    const failed = (error: unknown) => {
      limitedLog.error("keys-failed", `no other certificate can be made: ${messageOf(error)}`);
    };
    this.cancels.push(every(this.clock, CHECK_INTERVAL_MS, () => void this.renewWhereDue(log).catch(failed)));
  }

  /** Rejects with KeyError where it is due and cannot be done. */
  renewWhereDue(log: Log): Promise<void> {
    return this.afterOthers(async () => {
      const now = this.clock.wall();
      if (!isRenewalDue(this.ring.current, now)) return;
      // Nobody gets in by an authority that has ended, and it must not be the end of the others.
      const files = this.files.filter((file, index) => index === 0 || isValid(file, now));
      const material = await keyMaterial(files, this.wanted, now, this.issue);
      this.ring.replace(material);
      log.info("certificate-renewed", `another certificate was made, until ${formatDay(material.notAfter)}`, {
        until: new Date(material.notAfter).toISOString(),
      });
    });
  }

  /** Has the log say what nears its end: at once, and then once a day, until `stop`. */
  keepWarning(log: Log): void {
    let warned = Number.NEGATIVE_INFINITY;
    const warn = () => {
      const warnings = this.warnings();
      if (warnings.length === 0 || this.clock.now() - warned < DAY_MS) return;
      warned = this.clock.now();
      for (const warning of warnings) log.warn("key-near-end", warning);
    };
    warn();
    this.cancels.push(every(this.clock, CHECK_INTERVAL_MS, warn));
  }

  /** Reads the files again. Where one cannot be used, the log says so, and what was there before stays. */
  reload(log: Log): Promise<void> {
    return this.afterOthers(async () => {
      try {
        const files = await this.read();
        const material = await keyMaterial(files, this.wanted, this.clock.wall(), this.issue);
        this.files = files;
        this.ring.replace(material);
        log.info("keys-read", `the keys were read again: ${files.map(describeUntil).join("; ")}`, {
          fingerprints: files.map(({ contents }) => fingerprintOfKey(contents)),
          until: new Date(material.fileNotAfter).toISOString(),
        });
      } catch (error) {
        log.error("keys-failed", `the keys stay as they were: ${messageOf(error)}`);
      }
    });
  }

  stop(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
  }

  private afterOthers(run: () => Promise<void>): Promise<void> {
    const done = this.work.then(run);
    this.work = done.catch(() => {});
    return done;
  }
}

function describeUntil(file: KeyFile): string {
  return `${saidKeyFile(file)}, until ${formatDay(validityOfFile(file.contents).notAfter)}`;
}
