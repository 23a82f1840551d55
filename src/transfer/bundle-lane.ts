import { join } from "node:path";
import { DiskError } from "../base/disk.ts";
import { hash } from "../base/hash.ts";
import type { Channel, CloseReason } from "../net/channel.ts";
import type { Message, Messages } from "../protocol/messages.ts";
import { hashesMatch } from "../protocol/version.ts";
import { type Caller, callSource } from "./call.ts";
import type { LaneDeps } from "./lane.ts";
import type { BundleSpec, LaneCommand, LaneEnd, LaneEvent, SmallFile } from "./lane-messages.ts";

/** Bytes, and files, asked for at once. */
const AHEAD_BYTES = 4 * 1024 * 1024;
const AHEAD_FILES = 128;

interface Asked {
  readonly place: number;
  readonly file: SmallFile;
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * One connection that fetches many files of at most one piece: requests are pipelined, each file is verified in memory
 * and written, and one flush of the file system at the end serves them all.
 */
export class BundleLane implements Caller {
  private spec: BundleSpec | null = null;
  private channel: Channel | null = null;
  private next = 0;
  private aheadBytes = 0;
  /** By request number, which is the file's place. */
  private readonly asked = new Map<number, Asked>();
  private readonly written: { place: number; hashes: Uint8Array }[] = [];
  private ended = false;

  constructor(
    private readonly deps: LaneDeps,
    private readonly post: (event: LaneEvent) => void,
  ) {}

  command(command: LaneCommand): void {
    if (this.ended) return;
    if (command.kind === "bundle") this.start(command.spec);
    else if (command.kind === "stop") this.end({ cause: "told" });
  }

  connected(channel: Channel): boolean {
    if (!this.ended) this.channel = channel;
    return !this.ended;
  }

  unreachable(message: string): void {
    this.end({ cause: "source", message, fault: null });
  }

  greeted(): void {
    this.ask();
  }

  message(message: Message): void {
    if (message.type !== "refusal") return;
    const asked = this.asked.get(message.request);
    if (asked) this.forget(asked);
    this.ask();
  }

  block(message: Messages["block"], bytes: Uint8Array): void {
    const asked = this.asked.get(message.request);
    if (!asked) return;
    if (asked.filled + bytes.length > asked.bytes.length) {
      return this.end({ cause: "source", message: "sent more than a file holds", fault: "offence" });
    }
    asked.bytes.set(bytes, asked.filled);
    asked.filled += bytes.length;
    if (asked.filled < asked.bytes.length) return;
    this.forget(asked);
    this.file(asked);
    this.ask();
  }

  drained(): void {}

  closed(reason: CloseReason): void {
    this.channel = null;
    const fault = reason.cause === "protocol" ? "offence" : null;
    this.end({ cause: "source", message: fault ? `sent garbage: ${reason.message}` : reason.message, fault });
  }

  private start(spec: BundleSpec): void {
    this.spec = spec;
    this.attempt(() => this.deps.disk.makeFolder(spec.folder));
    if (!this.ended) callSource(this.deps, spec.address, "secondary", this);
  }

  private ask(): void {
    // By the half, so that many requests go out in one write.
    if (this.asked.size <= AHEAD_FILES / 2) this.channel?.together(() => this.askMore());
    const files = this.spec?.files ?? [];
    if (this.asked.size === 0 && this.next >= files.length) this.end({ cause: "told" });
  }

  private askMore(): void {
    const files = this.spec?.files ?? [];
    while (this.channel && this.asked.size < AHEAD_FILES && this.aheadBytes < AHEAD_BYTES) {
      const place = this.next;
      const file = files[place];
      if (!file) break;
      this.next += 1;
      if (file.size === 0) {
        this.file({ place, file, bytes: new Uint8Array(0), filled: 0 });
        continue;
      }
      this.asked.set(place, { place, file, bytes: new Uint8Array(file.size), filled: 0 });
      this.aheadBytes += file.size;
      this.channel.send({ type: "piece", request: place, id: file.id, piece: 0 });
    }
  }

  private forget({ place, file }: Asked): void {
    this.asked.delete(place);
    this.aheadBytes -= file.size;
  }

  private file({ place, file, bytes }: Asked): void {
    if (!this.spec) return;
    const { folder } = this.spec;
    // An empty file has no pieces.
    const hashes = bytes.length === 0 ? bytes : hash(bytes);
    if (!hashesMatch(file, hashes)) return this.post({ kind: "bad", piece: place });
    this.attempt(() => {
      const fd = this.deps.disk.open(join(folder, String(place)), "create");
      try {
        this.deps.disk.write(fd, bytes, 0);
      } finally {
        this.deps.disk.close(fd);
      }
      this.written.push({ place, hashes });
    });
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      const failure = error instanceof DiskError ? error.failure : "other";
      this.end({ cause: "disk", failure, message: error instanceof Error ? error.message : String(error) });
    }
  }

  private end(end: LaneEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.channel?.close({ cause: "ours", message: "done" });
    this.attempt(() => this.flush());
    this.post({ kind: "ended", end });
  }

  private flush(): void {
    if (!this.spec || this.written.length === 0) return;
    const { disk } = this.deps;
    const folder = disk.open(this.spec.folder, "read");
    try {
      disk.syncAll(folder);
    } finally {
      disk.close(folder);
    }
    this.post({ kind: "filed", files: this.written });
  }
}
