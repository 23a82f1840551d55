import ignore, { type Ignore } from "ignore";
import type { Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { messageOf } from "../../sentences/sentence-error.ts";
import { fingerprintOf, hidesChangesFor, invalidated, sameFingerprint } from "./fingerprint.ts";
import { SETTLE_MS } from "./settle.ts";

/** Names what is not shared, at the top of the shared folder. Hidden, so not shared itself. */
export const RULES_FILE = ".redesignore";
/** Most bytes of it. */
const MAX_RULES_BYTES = 1024 * 1024;
/** Paths that the matcher remembers: it keeps each path that it was asked about, so after this many it is made anew. */
const MAX_CACHED_PATHS = 50_000;

/** What has become of the rules. `settling`: the file has changed a moment ago, and the rules of before hold. */
export type RulesChange = "same" | "settling" | "changed";

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
  private fingerprint: Fingerprint | null = null;
  /** Of a file that has changed, and when that was seen first (milliseconds). */
  private next: { readonly fingerprint: Fingerprint | null; readonly since: number } | null = null;
  private warned = "";

  constructor(deps: { disk: Disk; clock: Clock; log: Log }) {
    this.disk = deps.disk;
    this.clock = deps.clock;
    this.log = deps.log;
  }

  /** Reads the rules at `path` now. Throws DiskError: with unknown rules nothing must be shared. */
  async load(path: string): Promise<void> {
    const fingerprint = await this.statRules(path);
    await this.apply(path, fingerprint);
  }

  /**
   * Reads the rules anew when the file has changed and is at rest: a half-written one would share files that it is
   * going to exclude. Rules that cannot be read stay as they were, and the log says so.
   */
  async refresh(path: string): Promise<RulesChange> {
    try {
      const fingerprint = await this.statRules(path);
      if (same(fingerprint, this.fingerprint)) {
        this.next = null;
        return "same";
      }
      if (!this.next || !same(fingerprint, this.next.fingerprint)) this.next = { fingerprint, since: this.clock.now() };
      if (this.clock.now() - this.next.since < SETTLE_MS) return "settling";
      const before = this.text;
      await this.apply(path, fingerprint);
      this.next = null;
      this.warned = "";
      return this.text === before ? "same" : "changed";
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.warned) this.log.warn("ignore-rules", `${reason}; its former rules hold`);
      this.warned = reason;
      return "same";
    }
  }

  /** Whether the file was seen to change and is soon read anew. Rules that cannot be read are not waited for. */
  get pending(): boolean {
    return this.next !== null && this.clock.now() - this.next.since < 2 * SETTLE_MS;
  }

  /** Whether the rules exclude a file, or (with a `/` at the end) a folder, or a folder that it is in. */
  matches(path: string): boolean {
    if (!this.ignore) return false;
    this.asked += 1;
    if (this.asked % MAX_CACHED_PATHS === 0) this.ignore = compile(this.text);
    return this.ignore?.ignores(path) ?? false;
  }

  private async statRules(path: string): Promise<Fingerprint | null> {
    const stat = await this.disk.lstat(path);
    return stat?.kind === "file" ? fingerprintOf(stat) : null;
  }

  private async apply(path: string, fingerprint: Fingerprint | null): Promise<void> {
    // A change of what is read now may not show later: then it is read again.
    const hidesChanges = fingerprint !== null && hidesChangesFor(fingerprint, this.clock.wall()) > 0;
    this.text = fingerprint ? await this.read(path, fingerprint.size) : "";
    this.ignore = compile(this.text);
    this.fingerprint = hidesChanges ? invalidated(fingerprint) : fingerprint;
  }

  private async read(path: string, size: number): Promise<string> {
    if (size > MAX_RULES_BYTES)
      throw new DiskError("other", path, `${path} is too large: at most ${MAX_RULES_BYTES} bytes`);
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

function same(left: Fingerprint | null, right: Fingerprint | null): boolean {
  return left && right ? sameFingerprint(left, right) : left === right;
}
