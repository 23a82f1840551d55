import { join } from "node:path";
import { KeyRing } from "../../../../../src/keys/key-ring.ts";
import type { Address } from "../../../../../src/net/address/address.ts";
import { CONNECT_TIMEOUT_MS } from "../../../../../src/net/transport/network.ts";
import type { Rights } from "../../../../../src/protocol/rights.ts";
import { LINGER_MS } from "../../../../../src/protocol/timing.ts";
import { attempt } from "../../../world/disk/errors.ts";
import type { ProcessPorts } from "../../machines/process-ports.ts";
import { idOf } from "../../people/content.ts";
import type { Users } from "../../people/users.ts";
import { CLIENT_FOLDER, type ClientMachine } from "../client-machine.ts";
import { PutProcess } from "./put-process.ts";
import type { Stream } from "./stream.ts";
import { begunUpload, type Upload } from "./upload.ts";

/** Where files are that clients send. */
const SENT_FOLDER = join(CLIENT_FOLDER, "to be sent");
/** Milliseconds after which a process that has ended all it began has nothing left. */
const LOOK_AFTER_MS = CONNECT_TIMEOUT_MS + LINGER_MS + 2000;

/** What a person types. */
export interface PutCommand {
  readonly name: string;
  /** A file, or what comes by stdin. */
  readonly source: string | Stream;
  readonly at: number | null;
  readonly waitMs: number;
  readonly rate: number;
  readonly rights: Rights;
}

/** A process that sends a file, and the record of what it does. */
export interface RunningPut {
  readonly upload: Upload;
  /** Ctrl-C */
  interrupt(): void;
  /** kill -9 */
  kill(): void;
}

/** The files that people send from clients into the cluster. */
export class ClientUploads {
  /** In the order of their beginnings. */
  readonly all: Upload[] = [];
  /** Files that somebody has changed, or taken away, since they were made. */
  readonly changes: { readonly at: number; readonly client: string; readonly path: string }[] = [];
  private files = 0;

  constructor(
    private readonly central: Address,
    private readonly users: Users,
  ) {}

  /** Somebody makes a file that is to be sent, with bytes that nobody has had before; null where that cannot be. */
  makeFile(client: ClientMachine, size: number): string | null {
    const { machine } = client;
    if (machine.isOff) return null;
    this.files += 1;
    const path = join(SENT_FOLDER, `${this.files}.film`);
    return this.write(client, path, size) ? path : null;
  }

  /** Bytes that nobody has had before, as another program writes them. */
  newBytes(size: number): Uint8Array {
    const bytes = this.users.newContent(size);
    this.users.contents.learn(bytes, true);
    return bytes;
  }

  /** Somebody writes other bytes over such a file, or takes it away (`size` null). */
  change(client: ClientMachine, path: string, size: number | null): void {
    const { machine } = client;
    if (machine.isOff) return;
    this.changes.push({ at: machine.sim.now, client: machine.host, path });
    if (size !== null) this.write(client, path, size);
    else if (machine.disk.user.file(path)) attempt(() => machine.disk.user.delete(path));
  }

  /** Begins to send a file; null where the machine is off. */
  put(client: ClientMachine, command: PutCommand): RunningPut | null {
    const { machine, keys } = client;
    if (machine.isOff) return null;
    const { name, source, at, waitMs, rate, rights } = command;
    const { host, sim } = machine;
    const number = this.all.length + 1;
    const isFile = typeof source === "string";
    const path = isFile ? source : "-";
    const streamed = isFile ? null : idOf(source.bytes);
    const upload = begunUpload({ number, client: host, name, path, streamed, at, waitMs, rights, startedAt: sim.now });
    this.all.push(upload);
    const ports = machine.spawn(`${host} put${number}`);
    if (keys) ports.secure(new KeyRing(keys.all.orderMaterial(rights)));
    const process = new PutProcess(
      ports,
      this.central,
      { name, source: isFile ? { path } : { stream: source, folder: CLIENT_FOLDER }, at, giveUpAfterMs: waitMs, rate },
      {
        unsent: (reason) => Object.assign(upload, { refusal: reason, state: "failed", endedAt: sim.now }),
        placed: (base) => {
          if (upload.base === undefined) upload.base = base;
        },
        refused: (reason) => {
          upload.refusal = reason;
        },
        ended: (finished) => {
          const state = finished.failure === null ? "done" : "failed";
          Object.assign(upload, { finished, state, endedAt: sim.now });
          if (sim.traced) sim.trace(host, `upload ${number} of ${name}: ${state} ${finished.result.error ?? ""}`);
        },
      },
    );
    ports.process.onEnd(() => {
      if (upload.state === "running") Object.assign(upload, { state: "killed", endedAt: sim.now });
    });
    ports.process.deliver(0, () => void process.run().then(() => this.exit(client, ports)));
    return {
      upload,
      interrupt() {
        upload.stopped = true;
        process.interrupt();
      },
      kill: () => ports.process.kill(),
    };
  }

  /** A process that has done all it was told is looked at a while later: what it has begun has ended by then. */
  private exit({ machine }: ClientMachine, ports: ProcessPorts): void {
    ports.process.deliver(LOOK_AFTER_MS, () => machine.exit(ports));
  }

  /** False where the system refuses. */
  private write({ machine }: ClientMachine, path: string, size: number): boolean {
    const { user } = machine.disk;
    const bytes = this.newBytes(size);
    return attempt(() => {
      user.makeFolder(SENT_FOLDER);
      user.write(path, bytes);
      user.sync(path);
    });
  }
}
