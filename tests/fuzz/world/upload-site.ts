import fs from "node:fs";
import path from "node:path";
import { SentFile } from "../../../src/client/uploads/sent-file.ts";
import { UploadConnection } from "../../../src/client/uploads/upload-connection.ts";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { HashedFile } from "../../../src/hashing/hashing.ts";
import type { Network } from "../../../src/net/transport/network.ts";
import type { Disk } from "../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { isName } from "../../../src/protocol/name.ts";
import type { UserPut } from "../../../src/secondary/changes/user-files.ts";
import { DiskSpace } from "../../../src/secondary/replication/placement/disk-space.ts";
import { HalfUploads } from "../../../src/secondary/uploads/half-uploads.ts";
import { Uploads } from "../../../src/secondary/uploads/uploads.ts";
import { type Content, contentOf } from "../../unit/transfer/content.ts";
import type { Scratch } from "./scratch.ts";
import { SOURCE, type World } from "./world.ts";

/** Milliseconds of the fake clock for an honest upload; the first ones pass as fast as they can, the others as for the disk. */
const TURNS = 15_000;
const QUICK_TURNS = 300;

/** What a secondary has that takes files from clients, with a list of names in the place of its index. */
export class UploadSite {
  readonly uploads: Uploads;
  /** What must not be, in words. */
  readonly faults: string[] = [];
  private readonly folder: string;
  private readonly names = new Map<string, string>();
  private readonly open = new Set<number>();
  private readonly space: DiskSpace;
  private readonly hashing = inlineHashing(systemBlockingDisk, silentLog);

  constructor(
    private readonly world: World,
    private readonly scratch: Scratch,
  ) {
    this.folder = scratch.folder();
    const { clock } = world;
    const disk = this.countingDisk();
    this.space = new DiskSpace({ disk, freeSpace: (staging) => disk.freeBytes(staging), freeableBytes: async () => 0 });
    this.uploads = new Uploads({
      ...{ clock, disk, log: silentLog, hashing: this.hashing, hashScope: "whole", space: this.space },
      halves: new HalfUploads({ clock: { wall: () => Date.now() }, disk, log: silentLog }),
      index: {
        put: (...args) => this.put(...args),
        get: () => undefined,
        flush: async () => {},
        obstacleTo: async () => null,
        recheck() {},
      },
      stagingFolders: async () => [this.folder],
      findPlacements: async (names) => names.map(() => ({ staging: this.folder })),
    });
  }

  /** Whether nothing of any upload is held any more. */
  get isIdle(): boolean {
    return this.open.size === 0;
  }

  /** Sends a file as the client does; says whether it has its name then. */
  async putHonestly(network: Network, name: string, { bytes, version }: Content): Promise<boolean> {
    const source = path.join(this.folder, "source");
    fs.writeFileSync(source, bytes);
    const file = await SentFile.open(systemDisk, this.hashing, source);
    const progress = { done: 0, resumed: 0, sent: 0, isPublishing: false };
    const to = { number: 1, ...SOURCE, partial: false };
    const connection = new UploadConnection(
      { clock: this.world.clock, network },
      to,
      { name, base: null, file, modified: file.modified },
      progress,
    );
    let as: string | null | undefined;
    connection.run().then(
      (given) => {
        as = given;
      },
      () => {
        as = null;
      },
    );
    // As slowly as the disk works: sessions that wait would say ping, and then give up.
    for (let turn = 0; turn < TURNS && as === undefined; turn++) {
      this.world.clock.advance(1);
      await Bun.sleep(turn < QUICK_TURNS ? 0 : 1);
    }
    connection.stop();
    await file.close();
    fs.rmSync(source);
    return as === name && this.names.get(name) === version.id;
  }

  /** Adds to the faults what is left that should not be; and removes all. */
  remove(): void {
    const strange = fs.readdirSync(this.folder).filter((name) => !/^(?:put-[0-9a-f]{64}\.part|file-\d+)$/.test(name));
    if (strange.length > 0) this.faults.push(`${strange.join(", ")} is left`);
    this.scratch.remove(this.folder);
  }

  private countingDisk(): Disk {
    const { open } = this;
    return {
      ...systemDisk,
      async open(...args) {
        const fd = await systemDisk.open(...args);
        open.add(fd);
        return fd;
      },
      close: async (fd) => {
        if (!open.delete(fd)) this.faults.push("a file is closed twice");
        await systemDisk.close(fd);
      },
      write: async (fd, bytes, position) => {
        if (!open.has(fd)) this.faults.push("a closed file is written to");
        await systemDisk.write(fd, bytes, position);
      },
      // Nothing here must survive a power loss.
      sync: async (fd) => {
        if (!open.has(fd)) this.faults.push("a closed file is synced");
      },
    };
  }

  private async put(name: string, from: string, { id }: HashedFile, base: string | null): Promise<UserPut> {
    if (!isName(name)) this.faults.push(`a file gets the name ${JSON.stringify(name)}`);
    const there = this.names.get(name);
    if (there === id) return "there";
    if (there !== undefined && there !== base) return "taken";
    if (contentOf(fs.readFileSync(from)).version.id !== id) this.faults.push(`${name} has another content than its id`);
    this.names.set(name, id);
    fs.renameSync(from, path.join(this.folder, `file-${this.names.size}`));
    return "put";
  }
}
