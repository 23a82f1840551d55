import { resolve } from "node:path";
import type { History, NodeId } from "../model/history.ts";
import { HistoryBuilder, type Place } from "./history-builder.ts";
import type { SystemCall } from "./system-call.ts";
import { TracedProgram } from "./traced-program.ts";

/** An open file or folder of a volume. */
interface Descriptor {
  readonly node: NodeId;
  /** Where the next `write` goes. */
  position: number;
}

const DESCRIPTOR_PATH = /^\/proc\/self\/fd\/(\d+)$/;
/** A name in a folder that is open. */
const PATH_IN_DESCRIPTOR = /^\/proc\/self\/fd\/(\d+)\/([^/]+)$/;

/**
 * Makes one history of the system calls of several programs. `stages`: those of programs that ran at the same time, which are
 * ordered by their times; stages come one after the other, whatever the clock was set to meanwhile. `cwd`: where the programs
 * ran; `before`: a folder with what a volume held before, for volumes that were not empty. Throws at what is done to a volume
 * and is not understood.
 */
export function replay(
  stages: readonly (readonly (readonly SystemCall[])[])[],
  volumes: readonly string[],
  cwd: string,
  before: ReadonlyMap<string, string>,
): History {
  const builder = new HistoryBuilder(volumes);
  for (const [volume, from] of before) builder.populate(volume, from);
  for (const traces of stages) {
    const start = builder.advance();
    const programs = traces.map((calls) => {
      const replayer = new Replayer(builder, cwd);
      return new TracedProgram(calls, (call) => replayer.apply(call), start);
    });
    const merged = programs.flatMap((program) => program.calls.map(({ time }, index) => ({ program, index, time })));
    // Calls of one trace stay in their order.
    merged.sort((one, other) => one.time - other.time);
    for (const { program, index } of merged) program.apply(index, builder.advance());
  }
  return builder.finish();
}

type Handler = (call: Arguments) => void;

class Replayer {
  private readonly descriptors = new Map<number, Descriptor>();
  /** Where its output goes: stdout, stderr, and copies of them. */
  private readonly outputs = new Set([1, 2]);

  constructor(
    private readonly builder: HistoryBuilder,
    private readonly cwd: string,
  ) {}

  /** `call.began`: a moment of the history. */
  apply(call: SystemCall): void {
    const handler = this.handlers[call.name];
    const args = new Arguments(call, this.cwd);
    if (handler) handler(args);
    else if (this.touchesVolume(args)) throw notUnderstood(call.name);
  }

  private readonly handlers: Readonly<Record<string, Handler>> = {
    open: (call) => this.open(call, 0),
    openat: (call) => this.open(call, 1),
    openat2: (call) => this.open(call, 1),
    close: (call) => {
      this.descriptors.delete(call.number(0));
      this.outputs.delete(call.number(0));
    },
    write: (call) => this.write(call, null),
    sendto: (call) => this.note(call),
    pwrite64: (call) => this.write(call, call.number(3)),
    ftruncate: (call) => this.withNode(call, (node) => this.builder.truncate(node, call.number(1))),
    fsync: (call) => this.withNode(call, (node) => this.builder.sync(node, node, call.began)),
    fdatasync: (call) => this.withNode(call, (node) => this.builder.sync(node, node, call.began)),
    syncfs: (call) => this.withNode(call, (node) => this.builder.sync(null, node, call.began)),
    sync: (call) => this.builder.syncAll(call.began),
    mkdir: (call) => this.withPlace(this.pathOf(call, 0), (place) => this.builder.makeFolder(place)),
    mkdirat: (call) => this.withPlace(this.pathOf(call, 1), (place) => this.builder.makeFolder(place)),
    rmdir: (call) => this.withPlace(this.pathOf(call, 0), (place) => this.builder.remove(place)),
    unlink: (call) => this.withPlace(this.pathOf(call, 0), (place) => this.builder.remove(place)),
    unlinkat: (call) => this.withPlace(this.pathOf(call, 1), (place) => this.builder.remove(place)),
    rename: (call) => this.rename(this.pathOf(call, 0), this.pathOf(call, 1)),
    renameat: (call) => this.rename(this.pathOf(call, 1), this.pathOf(call, 3)),
    renameat2: (call) => this.rename(this.pathOf(call, 1), this.pathOf(call, 3)),
    link: (call) => this.link(this.pathOf(call, 0), this.pathOf(call, 1)),
    linkat: (call) => this.link(this.pathOf(call, 1), this.pathOf(call, 3)),
    // These are traced so that nothing that they may do to a volume is missed.
    sendfile: (call) => this.refuseWrite(call, 0),
    splice: (call) => this.refuseWrite(call, 2),
    copy_file_range: (call) => this.refuseWrite(call, 2),
    mmap: (call) => {
      if (call.text(2).includes("PROT_WRITE") && call.text(3).includes("MAP_SHARED")) this.refuseWrite(call, 4);
    },
    fcntl: (call) => {
      if (!call.text(1).includes("DUPFD")) return;
      this.refuseWrite(call, 0);
      if (this.outputs.has(call.number(0))) this.outputs.add(call.result);
    },
    ioctl: (call) => {
      if (call.text(1).startsWith("FI")) this.refuseWrite(call, 0);
    },
  };

  /** `pathAt`: which argument is the path. */
  private open(call: Arguments, pathAt: number): void {
    const { result } = call;
    this.descriptors.delete(result);
    const flags = call.text(pathAt + 1);
    const node = this.opened(this.pathOf(call, pathAt), flags);
    if (node === null) return;
    if (flags.includes("O_TRUNC")) this.builder.truncate(node, 0);
    const position = flags.includes("O_APPEND") ? this.builder.sizeOf(node) : 0;
    this.descriptors.set(result, { node, position });
  }

  private opened(path: string, flags: string): NodeId | null {
    const other = DESCRIPTOR_PATH.exec(path);
    if (other) return this.descriptors.get(Number(other[1]))?.node ?? null;
    const place = this.find(path);
    if (!place) return null;
    if (flags.includes("O_TMPFILE")) return place.node === null ? null : this.builder.makeUnnamed(place.node);
    return place.node ?? this.builder.makeFile(place);
  }

  private write(call: Arguments, position: number | null): void {
    const descriptor = this.descriptors.get(call.number(0));
    if (!descriptor) return this.note(call);
    const bytes = call.bytes(1).subarray(0, call.result);
    this.builder.write(descriptor.node, bytes, position ?? descriptor.position);
    if (position === null) descriptor.position += bytes.length;
  }

  private note(call: Arguments): void {
    const to = this.outputs.has(call.number(0)) ? "user" : "peer";
    this.builder.note(to, Buffer.from(call.bytes(1).subarray(0, call.result)).toString("latin1"));
  }

  private withNode(call: Arguments, use: (node: NodeId) => void): void {
    const descriptor = this.descriptors.get(call.number(0));
    if (descriptor) use(descriptor.node);
  }

  private withPlace(path: string, use: (place: Place) => void): void {
    const place = this.find(path);
    if (place) use(place);
  }

  private find(path: string): Place | null {
    const [, folder, name] = PATH_IN_DESCRIPTOR.exec(path) ?? [];
    if (name === undefined) return this.builder.find(path);
    const descriptor = this.descriptors.get(Number(folder));
    return descriptor ? this.builder.placeIn(descriptor.node, name) : null;
  }

  private rename(from: string, to: string): void {
    this.withPlace(from, (source) => this.withPlace(to, (target) => this.builder.rename(source, target)));
  }

  private link(from: string, to: string): void {
    const other = DESCRIPTOR_PATH.exec(from);
    const node = other ? this.descriptors.get(Number(other[1]))?.node : this.find(from)?.node;
    if (node) this.withPlace(to, (place) => this.builder.link(node, place));
  }

  /** `at`: which argument is the descriptor that is written to. */
  private refuseWrite(call: Arguments, at: number): void {
    if (this.descriptors.has(call.number(at))) throw notUnderstood(call.name);
  }

  /** An absolute path, also of what is named by a descriptor; "" where that is of nothing on a volume. */
  private pathOf(call: Arguments, index: number): string {
    const path = call.path(index);
    if (path !== null) return path;
    if (!this.descriptors.has(call.number(index - 1))) return "";
    const own = `/proc/self/fd/${call.number(index - 1)}`;
    const name = Buffer.from(call.bytes(index)).toString();
    if (name.includes("/")) throw notUnderstood(call.name);
    return name === "" ? own : `${own}/${name}`;
  }

  private touchesVolume(call: Arguments): boolean {
    return call.all.some((argument) =>
      typeof argument === "string"
        ? this.descriptors.has(Number.parseInt(argument, 10))
        : this.builder.find(resolve(this.cwd, Buffer.from(argument).toString())) !== null,
    );
  }
}

function notUnderstood(name: string): Error {
  return new Error(`${name} does something to a recorded volume that is not understood`);
}

/** The arguments of a call, by their positions. */
class Arguments {
  readonly result: number;
  readonly began: number;

  constructor(
    private readonly call: SystemCall,
    private readonly cwd: string,
  ) {
    this.result = call.result;
    this.began = call.began;
  }

  get name(): string {
    return this.call.name;
  }

  get all(): SystemCall["args"] {
    return this.call.args;
  }

  text(index: number): string {
    return String(this.call.args[index] ?? "");
  }

  number(index: number): number {
    return Number.parseInt(this.text(index), 10);
  }

  bytes(index: number): Uint8Array {
    const argument = this.call.args[index];
    if (argument instanceof Uint8Array) return argument;
    throw new Error(`argument ${index} of ${this.call.name} is no string: ${argument}`);
  }

  /** An absolute path; null where it begins at an open folder. */
  path(index: number): string | null {
    const before = this.call.args[index - 1] ?? "AT_FDCWD";
    const path = Buffer.from(this.bytes(index)).toString();
    const fromFolder = !path.startsWith("/") && typeof before === "string" && before !== "AT_FDCWD";
    return fromFolder ? null : resolve(this.cwd, path);
  }
}
