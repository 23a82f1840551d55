import ignore, { type Ignore } from "ignore";
import type { Clock } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Stamp, sameStamp, stampOf } from "../index/file-record.ts";
import { SETTLE } from "../index/stability-tracker.ts";

/** Names what is not shared, at the top of the shared folder. Hidden, so not shared itself. */
export const RULES_FILE = ".redesignore";
/** Most bytes of it. */
const MAX_BYTES = 1024 * 1024;
/** The library remembers each path that it was asked about: after so many it begins anew. */
const MAX_REMEMBERED = 50_000;

/** What has become of the rules. `settling`: the file has changed a moment ago, and the rules of before hold. */
export type RulesNews = "same" | "settling" | "changed";

/** The rules in a file with the syntax of .gitignore, by which files are not shared. */
export class IgnoreRules {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly log: Log;
  private text = "";
  /** Null when there are no rules. */
  private ignore: Ignore | null = null;
  private asked = 0;
  /** Of the file whose rules hold; null when there was none. */
  private stamp: Stamp | null = null;
  /** Of a file that has changed, and when that was seen first (milliseconds). */
  private next: { readonly stamp: Stamp | null; readonly since: number } | null = null;
  private complained = "";

  constructor(deps: { disk: Disk; clock: Clock; log: Log }) {
    this.disk = deps.disk;
    this.clock = deps.clock;
    this.log = deps.log;
  }

  /** Reads the rules at `path` now. Throws DiskError: with unknown rules nothing must be shared. */
  async load(path: string): Promise<void> {
    const stamp = await this.look(path);
    await this.take(path, stamp);
  }

  /**
   * Reads the rules anew when the file has changed and is at rest: half written, it would let out what it is to keep in.
   * Rules that cannot be read stay as they were, which is told.
   */
  async refresh(path: string): Promise<RulesNews> {
    try {
      const stamp = await this.look(path);
      if (same(stamp, this.stamp)) {
        this.next = null;
        return "same";
      }
      if (!this.next || !same(stamp, this.next.stamp)) this.next = { stamp, since: this.clock.now() };
      if (this.clock.now() - this.next.since < SETTLE) return "settling";
      const before = this.text;
      await this.take(path, stamp);
      this.next = null;
      this.complained = "";
      return this.text === before ? "same" : "changed";
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.complained) this.log.warn("ignore-rules", `${reason}; its former rules hold`);
      this.complained = reason;
      return "same";
    }
  }

  /** Whether the file was seen to change and is soon read anew. Rules that cannot be read are not waited for. */
  get pending(): boolean {
    return this.next !== null && this.clock.now() - this.next.since < 2 * SETTLE;
  }

  /** Whether the rules name a file, or (with a `/` at the end) a folder, itself or by a folder that it is in. */
  names(path: string): boolean {
    if (!this.ignore) return false;
    this.asked += 1;
    if (this.asked % MAX_REMEMBERED === 0) this.ignore = compile(this.text);
    return this.ignore?.ignores(path) ?? false;
  }

  private async look(path: string): Promise<Stamp | null> {
    const stat = await this.disk.lstat(path);
    return stat?.kind === "file" ? stampOf(stat) : null;
  }

  private async take(path: string, stamp: Stamp | null): Promise<void> {
    this.text = stamp ? await this.read(path, stamp.size) : "";
    this.ignore = compile(this.text);
    this.stamp = stamp;
  }

  private async read(path: string, size: number): Promise<string> {
    if (size > MAX_BYTES) throw new DiskError("other", path, `${path} is too large: at most ${MAX_BYTES} bytes`);
    const fd = await this.disk.open(path, "read");
    try {
      const bytes = new Uint8Array(size);
      const text = Buffer.from(bytes.subarray(0, await this.disk.read(fd, bytes, 0))).toString();
      compile(text)?.ignores("a");
      return text;
    } catch (error) {
      if (error instanceof DiskError) throw error;
      throw new DiskError("other", path, `${path} cannot be understood: ${(error as Error).message}`, { cause: error });
    } finally {
      await this.disk.close(fd);
    }
  }
}

function compile(text: string): Ignore | null {
  const rules = text.replace(/^\uFEFF/, "");
  return rules.trim() === "" ? null : ignore({ ignorecase: false }).add(rules);
}

function same(left: Stamp | null, right: Stamp | null): boolean {
  return left && right ? sameStamp(left, right) : left === right;
}
