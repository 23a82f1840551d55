import type { Message, Messages } from "../../../src/protocol/messages/messages.ts";
import type { AgreedFile, HeldFile, OrderedFile } from "../../../src/protocol/messages/secondary.ts";
import { FileAnnouncer } from "../../../src/secondary/central/announcer.ts";
import {
  changedDescent,
  type Descent,
  foundDescent,
  installedDescent,
  mayRemove,
  mayReplace,
  newDescent,
  numberedDescent,
} from "../../../src/secondary/index/descent.ts";
import type { UserEdit } from "./user-edits.ts";

/** What a folder has under a name: the file, and by which edits of people its content came about. */
export interface Content {
  readonly file: HeldFile;
  readonly edits: ReadonlySet<UserEdit>;
}

interface Copy {
  readonly order: OrderedFile;
  /** So far on its way that it ends even when it is withdrawn. */
  readonly unstoppable: boolean;
}

/** What is around a secondary. */
export interface Surroundings {
  /** Counts steps, so that histories differ. */
  readonly turns: number;
  /** The index puts copies over anything that is there: a defect, on purpose. */
  readonly careless: boolean;
  /** An id for an edit that no other edit has. */
  newEditId(): string;
  /** The edits that made the content that another secondary gives for a copy; null when it has none of that version. */
  readFrom(number: number, name: string, id: string): ReadonlySet<UserEdit> | null;
  /** The edits of a version that the central has named. */
  editsNamedBy(named: object): ReadonlySet<UserEdit> | undefined;
  /** The central named these, and the message was lost. */
  forget(edits: Iterable<UserEdit>): void;
}

/** A secondary: its folder by the rules of the index, its session by those of a real secondary. */
export class ModelSecondary {
  instance = 0;
  connected = false;
  /** The last tombstone that it has applied, of those of epoch `epoch`. */
  appliedSerial = 0;
  /** All that it has applied of them. */
  readonly appliedSerials = new Set<number>();
  epoch = 0;
  readonly contents = new Map<string, Content>();
  /** The edits of each file that was ever here, as it is announced. */
  readonly editsOf = new WeakMap<HeldFile, ReadonlySet<UserEdit>>();
  /** What was under names whose files a user deleted. */
  readonly vanished = new Map<string, Content>();
  /** Names that some program has open for writing. */
  readonly busy = new Set<string>();
  readonly copies = new Map<string, Copy>();
  readonly toCentral: Message[] = [];
  readonly fromCentral: Message[] = [];
  /** What the index has to do, one after the other. */
  readonly tasks: (() => void)[] = [];
  readonly announcer = new FileAnnouncer();

  constructor(
    readonly number: number,
    private readonly surroundings: Surroundings,
  ) {}

  file(name: string): HeldFile | undefined {
    return this.contents.get(name)?.file;
  }

  *files(): Generator<HeldFile> {
    for (const { file } of this.contents.values()) yield file;
  }

  /** A user puts content under a name. */
  put(name: string, id: string, edits: ReadonlySet<UserEdit>): void {
    const old = this.file(name) ?? this.vanished.get(name)?.file;
    const edit = this.surroundings.newEditId();
    this.putFile(name, old ? changedDescent(old, id, edit) : newDescent(id, edit), edits);
  }

  /** A user deletes a file. */
  delete(name: string): void {
    const content = this.contents.get(name);
    if (!content) return;
    this.removeFile(name);
    this.vanished.set(name, content);
  }

  private removeFile(name: string): void {
    if (!this.contents.delete(name)) return;
    this.announcer.gone(name);
    this.announce();
  }

  private putFile(name: string, descent: Descent, edits: ReadonlySet<UserEdit>): void {
    const file = { name, size: 1, ...descent, modified: 0, blake3: null, sha256: null };
    this.record({ file, edits });
    this.vanished.delete(name);
    this.announceFile(file);
  }

  private record(content: Content): void {
    this.contents.set(content.file.name, content);
    this.editsOf.set(content.file, content.edits);
  }

  private announceFile(file: HeldFile): void {
    this.announcer.present(file);
    this.announce();
  }

  /** It has registered: the answer is on its way. */
  registered(): void {
    this.connected = true;
    this.fromCentral.push({ type: "registered", epoch: "0".repeat(32), seen: "127.0.0.1", urlKey: null });
  }

  /** Its session has ended. */
  disconnected(keepCopies: boolean): void {
    this.connected = false;
    for (const message of this.fromCentral) {
      const unread = message.type === "agreed" ? message.files : [];
      for (const file of unread) {
        this.surroundings.forget(this.contents.get(file.name)?.edits ?? []);
        this.surroundings.forget(this.surroundings.editsNamedBy(file) ?? []);
      }
    }
    this.toCentral.length = 0;
    this.fromCentral.length = 0;
    if (!keepCopies) this.copies.clear();
  }

  restarted(): void {
    this.disconnected(false);
    this.tasks.length = 0;
    this.instance += 1;
  }

  /** The process was started again with an empty database. */
  lostDatabase(found: (file: HeldFile) => UserEdit): void {
    this.restarted();
    this.forgetTombstones();
    this.vanished.clear();
    for (const { file } of this.contents.values()) {
      this.record({ file: { ...file, ...foundDescent(file.id) }, edits: new Set([found(file)]) });
    }
  }

  forgetTombstones(): void {
    this.appliedSerial = 0;
    this.appliedSerials.clear();
  }

  announce(): void {
    if (!this.connected || !this.isRegistered) return;
    for (let batch = this.announcer.next(); batch; batch = this.announcer.next()) this.send(batch);
  }

  private get isRegistered(): boolean {
    return this.fromCentral[0]?.type !== "registered";
  }

  private send(message: Message): void {
    if (this.connected) this.toCentral.push(message);
  }

  /** Reads the next message from the central. */
  receive(): boolean {
    const message = this.fromCentral.shift();
    if (!message) return false;
    switch (message.type) {
      case "registered":
        this.announcer.reset(this.files());
        this.announce();
        break;
      case "agreed":
        for (const agreed of message.files) this.takeNumber(agreed);
        break;
      case "reviewed":
        this.announcer.batchReviewed(message.batch);
        this.announce();
        break;
      case "conflict":
        this.tasks.push(() => this.renameAside(message));
        break;
      case "fetch":
        for (const order of message.files) {
          this.copies.set(order.name, { order, unstoppable: this.surroundings.turns % 3 === 0 });
        }
        break;
      case "withdraw":
        for (const name of message.names) this.withdraw(name);
        break;
      case "remove":
        this.withdraw(message.name);
        this.tasks.push(() => this.remove(message));
        break;
      default:
        break;
    }
    return true;
  }

  private withdraw(name: string): void {
    if (!this.copies.get(name)?.unstoppable) this.copies.delete(name);
  }

  /** Does the next thing that its index has to do. */
  runTask(): boolean {
    const task = this.tasks.shift();
    task?.();
    return task !== undefined;
  }

  /** Ends the copy number `which` of those under way; it is installed later. */
  finishCopy(which: number): boolean {
    const names = [...this.copies.keys()];
    const name = names[which % Math.max(1, names.length)];
    const copy = name === undefined ? undefined : this.copies.get(name);
    if (!name || !copy) return false;
    this.copies.delete(name);
    const { order } = copy;
    const edits = order.at
      .map((number) => this.surroundings.readFrom(number, order.name, order.id))
      .find((found) => found !== null);
    if (edits) this.tasks.push(() => this.install(order, edits));
    else this.send({ type: "unfetched", name, id: order.id, reason: "no source", lasting: false });
    return true;
  }

  private takeNumber(agreed: AgreedFile): void {
    const content = this.contents.get(agreed.name);
    // The number of a file that has vanished is not remembered.
    if (!content) this.surroundings.forget(this.surroundings.editsNamedBy(agreed) ?? []);
    const descent = content && numberedDescent(agreed, content.file);
    if (!descent) return;
    const file = { ...content.file, ...descent };
    const named = descent.changed ? [] : (this.surroundings.editsNamedBy(agreed) ?? []);
    this.record({ file, edits: new Set([...content.edits, ...named]) });
    if (descent.changed) this.announceFile(file);
  }

  private install(order: OrderedFile, edits: ReadonlySet<UserEdit>): void {
    const { name, id, vector, edits: made } = order;
    const known = this.file(name);
    const fine = !known || mayReplace({ id, vector, edits: made }, known);
    if (!(fine || this.surroundings.careless) || this.busy.has(name)) {
      this.send({ type: "unfetched", name, id, reason: "changed", lasting: false });
      return;
    }
    // What a user has put there meanwhile stays theirs until the central has numbered it.
    if (known?.changed && known.id === id) return;
    // Whoever gave the bytes: it is the version that the central named.
    const named = this.surroundings.editsNamedBy(order) ?? edits;
    const before = known?.id === id ? this.contents.get(name)?.edits : undefined;
    const descent = installedDescent({ id, vector, edits: made }, known);
    // Where the file keeps its own history, nothing is learned of that of the copy.
    const isOwn = before !== undefined && descent.vector !== vector;
    this.putFile(name, descent, isOwn ? before : new Set([...(before ?? []), ...named]));
  }

  private renameAside({ name, id, as }: Messages["conflict"]): void {
    const content = this.contents.get(name);
    const there = this.file(as);
    if (content?.file.id === id && !this.busy.has(name) && (!there || there.id === id)) {
      this.removeFile(name);
      if (!there) this.putFile(as, newDescent(id, this.surroundings.newEditId()), content.edits);
    } else if (content) {
      this.announceFile(content.file);
    }
  }

  private remove({ name, id, vector, edits, serial }: Messages["remove"]): void {
    const known = this.file(name);
    if (known && mayRemove({ id, vector, edits }, known) && !this.busy.has(name)) this.removeFile(name);
    if (!known) this.vanished.delete(name);
    this.appliedSerial = serial;
    this.appliedSerials.add(serial);
    this.send({ type: "removed", serial });
    const file = this.file(name);
    if (file) this.announceFile(file);
  }
}
