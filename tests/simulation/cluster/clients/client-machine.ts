import { join } from "node:path";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import { CONNECT_TIMEOUT_MS } from "../../../../src/net/transport/network.ts";
import type { Rights } from "../../../../src/protocol/rights.ts";
import { LINGER_MS } from "../../../../src/protocol/timing.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import type { KeyHolder } from "../keys/key-holder.ts";
import type { RevocationOrder } from "../keys/revocation-record.ts";
import type { SimKeys } from "../keys/sim-keys.ts";
import { drawDiskKind } from "../machines/disk-kinds.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import type { SimMachine } from "../machines/sim-machine.ts";
import { idOf, idOfContent } from "../people/content.ts";
import { begunDownload, type ClientKey, type Download, type HeldContent } from "./downloads.ts";
import { type GetObserver, GetProcess, type LoadKeys } from "./get-process.ts";
import { RAID_MS, type Raid, raid } from "./raid.ts";
import { revokeKey } from "./revoke-process.ts";

/** What clients with keys call themselves. */
const ALIAS = "somebody";

/** The part of the processes whose main threads receive small files. */
const NEAR_SHARE = 0.75;

/** Where the files of a client go. */
export const CLIENT_FOLDER = "/home/downloads";

/**
 * Milliseconds after which a process that has ended all it began has nothing left: a try to connect ends by itself, a
 * closed session lingers, and threads are given two seconds to end.
 */
const LOOK_AFTER_MS = CONNECT_TIMEOUT_MS + LINGER_MS + 2000;

/** What a person types. */
export interface GetCommand {
  readonly names: readonly string[];
  readonly to: "folder" | "pipe";
  readonly force: boolean;
  readonly waitMs: number;
  /** Absent: its own, where the cluster has keys. */
  readonly key?: ClientKey;
}

/** A person's own machine, on which they get files, each time with a process of its own. */
export class ClientMachine {
  private readonly running = new Map<GetProcess, readonly Download[]>();
  /** Names of the files of which a raid has told a secondary that it got them: one entry for each time that it was let in. */
  readonly raided: string[] = [];
  /** Null: nobody has keys. */
  keys: { readonly all: SimKeys; readonly holder: KeyHolder } | null = null;

  /** `downloads`: the record of all clients, to which it adds its own. */
  constructor(
    readonly machine: SimMachine,
    private readonly central: Address,
    private readonly downloads: Download[],
    /** `--limit-rate` of its processes, in bytes a second; 0: none. */
    private rate: number,
  ) {
    const { disk, sim, host } = machine;
    disk.mount(CLIENT_FOLDER, new SimFileSystem(sim, drawDiskKind(sim.random(`disk of ${host}`))));
  }

  /** The processes of its downloads, oldest first. */
  get processes(): readonly GetProcess[] {
    return [...this.running.keys()];
  }

  /** Begins the downloads; null where the machine is off. */
  get(command: GetCommand): GetProcess | null {
    const { machine } = this;
    if (machine.isOff) return null;
    const own = new Map(command.names.map((name) => [name, this.record(name, command)]));
    const label = `${machine.host} get${[...own.values()][0]?.number ?? ""}`;
    const reader = new PipeReader();
    const to = command.to === "pipe" ? { output: reader.output } : { folder: CLIENT_FOLDER };
    const { names, force, waitMs: giveUpAfterMs } = command;
    const near = machine.sim.random(`main thread of ${label}`).chance(NEAR_SHARE);
    const options = { names, force, giveUpAfterMs, to, rate: this.rate, near };
    const ports = machine.spawn(label);
    ports.log.listen((_level, event, message) => {
      if (event !== "unreported") return;
      for (const [name, download] of own) if (message.startsWith(`${name} is whole`)) download.unreported = true;
    });
    const key = command.key ?? "its own";
    // Whatever a client calls itself, it is counted under the name that its credential has.
    const name = this.keys ? ALIAS : machine.host;
    const observer = this.observerOf(ports, own, reader);
    const process = new GetProcess(ports, this.central, name, options, observer, this.loaderOf(ports, key));
    this.running.set(process, [...own.values()]);
    ports.process.onEnd(() => this.processEnded(process));
    ports.process.deliver(0, () => void process.run().then((inTime) => this.exit(ports, inTime)));
    return process;
  }

  /** The processes that run have another limit. */
  setLimit(rate: number): void {
    for (const { limit } of this.processes) limit.setRate(rate || null);
  }

  liftLimits(): void {
    this.rate = 0;
    this.setLimit(0);
  }

  /** Somebody tries to get a file past the central, with a key that is wrong. */
  raid(target: Raid, key: ClientKey): void {
    const { machine } = this;
    if (machine.isOff) return;
    const ports = machine.spawn(`${machine.host} raid`);
    ports.process.deliver(0, async () => {
      await this.loaderOf(ports, key)?.();
      raid(ports, target, () => this.raided.push(target.name));
    });
    ports.process.deliver(RAID_MS, () => ports.process.kill());
  }

  /** Somebody with a client's credential asks the central to revoke a key. Nothing comes of it where the machine is off. */
  revoke(fingerprint: string, rights: Rights, done: (order: RevocationOrder) => void): void {
    const { machine, central, keys } = this;
    if (machine.isOff || !keys) return;
    const givenAt = machine.sim.now;
    const ports = machine.spawn(`${machine.host} revoke`);
    ports.process.deliver(0, async () => {
      const came = await revokeKey(ports, central, keys.all.orderMaterial(rights), fingerprint);
      done({ rights, fingerprint, givenAt, ...came });
      ports.process.deliver(RAID_MS, () => ports.process.kill());
    });
  }

  /**
   * A process that has done all it was told. Some are looked at a while later: what they have begun has ended by then, unless
   * they were stopped and the disk was too slow for that.
   */
  private exit(ports: ProcessPorts, inTime: boolean): void {
    if (!inTime || this.downloads.length % 2 === 0) return ports.process.kill();
    ports.process.deliver(LOOK_AFTER_MS, () => this.machine.exit(ports));
  }

  private observerOf(ports: ProcessPorts, own: ReadonlyMap<string, Download>, reader: PipeReader): GetObserver {
    const { sim } = this.machine;
    return {
      began: (id, name) => this.update(own.get(name), { id }),
      counted: (id) => {
        for (const download of own.values()) if (download.id === id) download.receipts += 1;
      },
      refused: (reason) => {
        if (!this.keys) return;
        const refusal = { reason, shown: ports.keys?.current ?? null };
        const running = [...own.values()].filter(({ state }) => state === "running");
        for (const download of running) this.update(download, { refusal, state: "refused", endedAt: sim.now });
      },
      ended: (name, finished) => {
        const download = own.get(name);
        if (!download || download.state === "refused") return;
        const done = finished.failure === null;
        const held = done ? this.heldBy(download, reader) : null;
        this.update(download, { finished, state: done ? "done" : "failed", endedAt: sim.now, held });
      },
    };
  }

  /** How a process comes by its keys; null: it has none. */
  private loaderOf(ports: ProcessPorts, key: ClientKey): LoadKeys | null {
    const { keys } = this;
    if (!keys || key === "none") return null;
    const { holder, all } = keys;
    if (key === "its own") return () => holder.load(ports);
    return async () => {
      ports.secure(new KeyRing(all.wrongMaterial(holder, key, ports.clock.wall())));
      return null;
    };
  }

  /** Whether a process of it has keys from before the last change of the files. */
  get hasOldKeys(): boolean {
    const { keys } = this;
    return keys !== null && this.processes.some(({ ports, hasOwnKeys }) => hasOwnKeys && !keys.holder.isRead(ports));
  }

  private record(name: string, { to, force, waitMs, key = "its own" }: GetCommand): Download {
    const { host, sim } = this.machine;
    const download = begunDownload({
      number: this.downloads.length + 1,
      client: host,
      name,
      path: to === "pipe" ? null : join(CLIENT_FOLDER, name),
      force,
      waitMs,
      key,
      startedAt: sim.now,
    });
    this.downloads.push(download);
    return download;
  }

  /** The whole process is stopped as by Ctrl-C. */
  interrupt(process: GetProcess): void {
    for (const download of this.running.get(process) ?? []) if (download.state === "running") download.cancelled = true;
    process.interrupt();
  }

  private processEnded(process: GetProcess): void {
    const { now } = this.machine.sim;
    for (const download of this.running.get(process) ?? []) {
      if (download.state === "running") this.update(download, { state: "killed", endedAt: now });
    }
    this.running.delete(process);
  }

  private update(download: Download | undefined, news: Partial<Download>): void {
    if (download) Object.assign(download, news);
    const { sim, host } = this.machine;
    if (download && news.state && sim.traced) {
      sim.trace(
        host,
        `download ${download.number} of ${download.name}: ${news.state} ${download.refusal?.reason ?? download.finished?.result.error ?? ""}`,
      );
    }
  }

  private heldBy({ path }: Download, reader: PipeReader): HeldContent | null {
    if (path !== null) {
      const file = this.machine.disk.user.file(path);
      return file && { id: idOfContent(file.content), size: file.content.size };
    }
    const bytes = reader.bytes();
    return { id: idOf(bytes), size: bytes.length };
  }
}

/** What reads a client's pipe. */
class PipeReader {
  private readonly chunks: Uint8Array[] = [];

  readonly output = async (bytes: Uint8Array): Promise<void> => {
    this.chunks.push(bytes.slice());
  };

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}
