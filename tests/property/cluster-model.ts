import { MAX_OUTSTANDING_COPIES } from "../../src/central/registry/copy-orders.ts";
import type { Effect } from "../../src/central/registry/effect.ts";
import { Registry } from "../../src/central/registry/registry.ts";
import { coversVersion, type Tombstone } from "../../src/central/tombstones/tombstone.ts";
import type { Message, Messages } from "../../src/protocol/messages/messages.ts";
import type { AgreedFile, HeldFile } from "../../src/protocol/messages/secondary.ts";
import { conflictName } from "../../src/protocol/name.ts";
import { ownEdit } from "../../src/protocol/versions/edits.ts";
import { covers } from "../../src/protocol/versions/version-vector.ts";
import { Announcer } from "../../src/secondary/announcer.ts";
import {
  changedDescent,
  type Descent,
  foundDescent,
  installedDescent,
  mayRemove,
  mayReplace,
  newDescent,
  numberedDescent,
} from "../../src/secondary/index/descent.ts";
import { type Edit, Edits } from "./edits.ts";

/** Content number `n` as a version id. */
export function contentId(n: number): string {
  return (n + 1).toString(16).padStart(8, "0").repeat(8);
}

/** What a folder has under a name: the file, and by which edits of people its content came about. */
interface Content {
  readonly file: HeldFile;
  readonly edits: ReadonlySet<Edit>;
}

interface Copy {
  readonly order: Messages["fetch"]["files"][number];
  /** Too far on its way to notice that it is not wanted any more. */
  readonly deaf: boolean;
}

/** A secondary: its folder by the index's rules, and its session by those of central-link, replicator and secondary. */
export class ModelSecondary {
  instance = 0;
  connected = false;
  removal = 0;
  /** Serials of the removals that it has carried out, of the central whose memory it goes by. */
  readonly carriedOut = new Set<number>();
  epoch = 0;
  readonly contents = new Map<string, Content>();
  /** The edits of each file that was ever here, as it is announced. */
  readonly editsOf = new WeakMap<HeldFile, ReadonlySet<Edit>>();
  /** What was under names whose files vanished. */
  readonly vanished = new Map<string, Content>();
  /** Names that some program has open for writing. */
  readonly busy = new Set<string>();
  readonly copies = new Map<string, Copy>();
  readonly toCentral: Message[] = [];
  readonly fromCentral: Message[] = [];
  /** What the index has to do, one after the other. */
  readonly tasks: (() => void)[] = [];
  readonly announcer = new Announcer();

  constructor(
    readonly number: number,
    private readonly world: World,
  ) {}

  file(name: string): HeldFile | undefined {
    return this.contents.get(name)?.file;
  }

  *files(): Generator<HeldFile> {
    for (const { file } of this.contents.values()) yield file;
  }

  /** A user puts content under a name. */
  put(name: string, id: string, edits: ReadonlySet<Edit>): void {
    const old = this.file(name) ?? this.vanished.get(name)?.file;
    const edit = this.world.newEdit();
    this.set(name, old ? changedDescent(old, id, edit) : newDescent(id, edit), edits);
  }

  /** A user deletes a file. */
  delete(name: string): void {
    const content = this.contents.get(name);
    if (!content) return;
    this.drop(name);
    this.vanished.set(name, content);
  }

  private drop(name: string): void {
    if (!this.contents.delete(name)) return;
    this.announcer.gone(name);
    this.announce();
  }

  private set(name: string, descent: Descent, edits: ReadonlySet<Edit>): void {
    const file = { name, size: 1, ...descent, modified: 0, blake3: null };
    this.record({ file, edits });
    this.vanished.delete(name);
    this.present(file);
  }

  private record(content: Content): void {
    this.contents.set(content.file.name, content);
    this.editsOf.set(content.file, content.edits);
  }

  private present(file: HeldFile): void {
    this.announcer.present(file);
    this.announce();
  }

  registered(): void {
    this.connected = true;
    this.fromCentral.push({ type: "registered", epoch: "0".repeat(32), seen: "127.0.0.1" });
  }

  lost(keepCopies: boolean): void {
    this.connected = false;
    for (const message of this.fromCentral) {
      const unheard = message.type === "agreed" ? message.files : [];
      for (const file of unheard) {
        this.world.edits.forget(this.contents.get(file.name)?.edits ?? []);
        this.world.edits.forget(this.world.madeBy(file) ?? []);
      }
    }
    this.toCentral.length = 0;
    this.fromCentral.length = 0;
    if (!keepCopies) this.copies.clear();
  }

  restarted(): void {
    this.lost(false);
    this.tasks.length = 0;
    this.instance += 1;
  }

  /** The process was started again with an empty database. */
  forgot(found: (file: HeldFile) => Edit): void {
    this.restarted();
    this.forgetRemovals();
    this.vanished.clear();
    for (const { file } of this.contents.values()) {
      this.record({ file: { ...file, ...foundDescent(file.id) }, edits: new Set([found(file)]) });
    }
  }

  forgetRemovals(): void {
    this.removal = 0;
    this.carriedOut.clear();
  }

  announce(): void {
    if (!this.connected || !this.ready) return;
    for (let batch = this.announcer.next(); batch; batch = this.announcer.next()) this.send(batch);
  }

  private get ready(): boolean {
    return this.fromCentral[0]?.type !== "registered";
  }

  private send(message: Message): void {
    if (this.connected) this.toCentral.push(message);
  }

  receive(): boolean {
    const message = this.fromCentral.shift();
    if (!message) return false;
    switch (message.type) {
      case "registered":
        this.announcer.reset(this.files());
        this.announce();
        break;
      case "agreed":
        for (const agreed of message.files) this.numbered(agreed);
        break;
      case "reviewed":
        this.announcer.batchReviewed(message.batch);
        this.announce();
        break;
      case "conflict":
        this.tasks.push(() => this.moveAside(message));
        break;
      case "fetch":
        for (const order of message.files) {
          this.copies.set(order.name, { order, deaf: this.world.turns % 3 === 0 });
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
    if (!this.copies.get(name)?.deaf) this.copies.delete(name);
  }

  work(): boolean {
    const task = this.tasks.shift();
    task?.();
    return task !== undefined;
  }

  /** Ends the copy number `which` of those under way; what it brings is put into its place later. */
  finishCopy(which: number): boolean {
    const names = [...this.copies.keys()];
    const name = names[which % Math.max(1, names.length)];
    const copy = name === undefined ? undefined : this.copies.get(name);
    if (!name || !copy) return false;
    this.copies.delete(name);
    const { order } = copy;
    const edits = order.at
      .map((number) => this.world.read(number, order.name, order.id))
      .find((found) => found !== null);
    if (edits) this.tasks.push(() => this.adopt(order, edits));
    else this.send({ type: "unfetched", name, id: order.id, reason: "no source", lasting: false });
    return true;
  }

  private numbered(agreed: AgreedFile): void {
    const content = this.contents.get(agreed.name);
    const descent = content && numberedDescent(agreed, content.file);
    if (!descent) return;
    const file = { ...content.file, ...descent };
    const named = descent.changed ? [] : (this.world.madeBy(agreed) ?? []);
    this.record({ file, edits: new Set([...content.edits, ...named]) });
    if (descent.changed) this.present(file);
  }

  private adopt(order: Copy["order"], edits: ReadonlySet<Edit>): void {
    const { name, id, vector, edits: made } = order;
    const known = this.file(name);
    const fine = !known || mayReplace({ id, vector, edits: made }, known);
    if (!(fine || this.world.careless) || this.busy.has(name)) {
      this.send({ type: "unfetched", name, id, reason: "changed", lasting: false });
      return;
    }
    // What somebody has put there meanwhile stays theirs until the central says what it is.
    if (known?.changed && known.id === id) return;
    const before = known?.id === id ? this.contents.get(name)?.edits : undefined;
    // Whichever bytes were read: it is the version that the central named.
    const named = this.world.madeBy(order) ?? edits;
    const edition = installedDescent({ id, vector, edits: made }, known);
    this.set(name, edition, before ? new Set([...before, ...named]) : named);
  }

  private moveAside({ name, id, as }: Messages["conflict"]): void {
    const content = this.contents.get(name);
    const there = this.file(as);
    if (content?.file.id === id && !this.busy.has(name) && (!there || there.id === id)) {
      this.drop(name);
      if (!there) this.set(as, newDescent(id, this.world.newEdit()), content.edits);
    } else if (content) {
      this.present(content.file);
    }
  }

  private remove({ name, id, vector, edits, serial }: Messages["remove"]): void {
    const known = this.file(name);
    if (known && mayRemove({ id, vector, edits }, known) && !this.busy.has(name)) this.drop(name);
    if (!known) this.vanished.delete(name);
    this.removal = serial;
    this.carriedOut.add(serial);
    this.send({ type: "removed", serial });
    const file = this.file(name);
    if (file) this.present(file);
  }
}

/** The central and its secondaries, with everything in between on its way until somebody moves it on. */
export class World {
  registry: Registry;
  now = 0;
  turns = 0;
  messages = 0;
  readonly secondaries: ModelSecondary[];
  private removals: Tombstone[] = [];
  private readonly history: Tombstone[] = [];
  private serial = 0;
  private epoch = 1;
  private branches = 0;
  private contents = 1000;
  private made = 0;
  readonly edits = new Edits();
  /** The central's version of each name, and the edits that it has heard of as this version. */
  private versions = new Map<string, { readonly id: string; readonly edits: ReadonlySet<Edit> }>();
  /** What each secondary has told last of a name. */
  private readonly told = new Map<string, { readonly id: string; readonly edits: ReadonlySet<Edit> }>();
  /** Of a version that the central named: the edits that it had heard of as that. */
  private readonly named = new WeakMap<object, ReadonlySet<Edit>>();
  /** Names that were removed from everywhere, and that nobody has touched since. */
  private readonly removed = new Set<string>();

  /** `careless`: the index puts copies over whatever is there. */
  constructor(
    count: number,
    readonly careless = false,
  ) {
    this.registry = this.newRegistry(this.removals);
    this.secondaries = Array.from({ length: count }, (_, index) => new ModelSecondary(index + 1, this));
  }

  private newRegistry(removals: readonly Tombstone[]): Registry {
    return new Registry(removals, () => {
      this.branches += 1;
      return `b${this.branches.toString(16).padStart(7, "0")}`;
    });
  }

  newEdit(): string {
    this.made += 1;
    return `e${this.made.toString(16).padStart(7, "0")}`;
  }

  at(index: number): ModelSecondary {
    const found = this.secondaries[index % this.secondaries.length];
    if (!found) throw new Error("no secondaries");
    return found;
  }

  /** The edits that made the content that a secondary reads for a copy; null when it has none of that version. */
  read(number: number, name: string, id: string): ReadonlySet<Edit> | null {
    const { contents } = this.at(number - 1);
    const right = contents.get(name);
    if (right?.file.id === id) return right.edits;
    for (const { file, edits } of contents.values()) if (file.id === id) return edits;
    return null;
  }

  /** The edits of a version that the central has named: where several people have put it, it is the version of all. */
  madeBy(named: object): ReadonlySet<Edit> | undefined {
    return this.named.get(named);
  }

  private name(file: Pick<HeldFile, "name" | "id">): void {
    const version = this.versions.get(file.name);
    const edits = version?.id === file.id ? version.edits : this.editsOf(file.name, file.id);
    if (edits.size > 0) this.named.set(file, edits);
  }

  /** The central takes what a secondary has for the version that it says. */
  private agree(to: number, files: readonly AgreedFile[]): void {
    for (const file of files) {
      this.name(file);
      const told = this.told.get(`${to} ${file.name}`);
      if (told?.id !== file.id) continue;
      this.told.set(`${to} ${file.name}`, {
        id: file.id,
        edits: new Set([...told.edits, ...(this.madeBy(file) ?? [])]),
      });
    }
  }

  /** The edits of those of whom the central knows that they have this, or had it when they were lost. */
  private editsOf(name: string, id: string): Set<Edit> {
    const edits = this.secondaries.flatMap(({ number }) => {
      const record = this.registry.secondaries.get(number);
      const told = this.told.get(`${number} ${name}`);
      const file = record?.lastKnownVersion(name);
      if (file?.id !== id || told?.id !== id) return [];
      const vector = this.registry.catalogue.get(name)?.vector ?? "";
      // That of a lost one counts where it was merged before.
      return record?.isPresent || covers(vector, file.vector) ? [...told.edits] : [];
    });
    return new Set(edits);
  }

  /** The central has heard of these at a secondary. */
  private heardOf(secondary: ModelSecondary, files: readonly HeldFile[]): void {
    this.forgetReplaced();
    for (const file of files) {
      const { name, id } = file;
      const edits = secondary.editsOf.get(file) ?? [];
      this.told.set(`${secondary.number} ${name}`, { id, edits: new Set(edits) });
      if (this.registry.catalogue.get(name)?.id !== id) continue;
      const before = this.versions.get(name)?.edits ?? this.editsOf(name, id);
      this.versions.set(name, { id, edits: new Set([...before, ...edits]) });
    }
  }

  private forgetReplaced(): void {
    for (const [name, { id }] of this.versions)
      if (this.registry.catalogue.get(name)?.id !== id) this.versions.delete(name);
  }

  // What users do.

  put(who: number, name: string, id: string): void {
    const secondary = this.at(who);
    const known = secondary.contents.get(name);
    if (known?.file.id === id || secondary.busy.has(name)) return;
    const vanished = known ? undefined : secondary.vanished.get(name);
    this.removed.delete(name);
    if (vanished?.file.id === id) {
      // Its file is back, as if it had never been away.
      if (!this.isDoomed(secondary, vanished.file)) this.edits.count(vanished.edits);
      secondary.put(name, id, vanished.edits);
      return;
    }
    secondary.put(name, id, new Set([this.edits.make(name, id, known ?? vanished)]));
  }

  /** A user saves a file again and again, with something new each time; a little happens in between. */
  edit(who: number, name: string, times: number, moves: readonly (readonly [number, number])[]): void {
    for (let time = 0; time < times; time += 1) {
      this.contents += 1;
      this.put(who, name, contentId(this.contents));
      for (const [at, what] of moves) {
        this.step(at, what);
        this.plan();
      }
    }
  }

  delete(who: number, name: string): void {
    const secondary = this.at(who);
    const known = secondary.contents.get(name);
    if (!known) return;
    secondary.delete(name);
    for (const edit of known.edits) if (!this.isElsewhere(edit)) this.edits.excuse([edit]);
  }

  rename(who: number, name: string, to: string): void {
    const known = this.at(who).file(name);
    if (!known || name === to) return;
    this.put(who, to, known.id);
    this.delete(who, name);
  }

  remove(name: string): void {
    const entry = this.registry.catalogue.get(name);
    if (!entry) return;
    this.serial += 1;
    const { id } = entry;
    const done = this.registry.remove(name, this.serial);
    if (!done) throw new Error("not removed");
    const { tombstone } = done;
    this.removals.push(tombstone);
    this.history.push(tombstone);
    for (const { contents } of this.secondaries) {
      const content = contents.get(name);
      if (content?.file.id === id) this.edits.excuse(this.edits.upTo(content.edits));
    }
    const clean = this.secondaries.every((secondary) => {
      const { tasks, fromCentral, copies } = secondary;
      const file = secondary.file(name);
      const underWay = fromCentral.some(({ type }) => type === "conflict" || type === "fetch");
      return tasks.length === 0 && !underWay && !copies.has(name) && (!file || coversVersion(tombstone, file));
    });
    if (clean) this.removed.add(name);
    this.apply(done.effects);
  }

  // What the network and the machines do.

  connect(who: number): void {
    const secondary = this.at(who);
    if (secondary.connected) return;
    if (secondary.epoch !== this.epoch) secondary.forgetRemovals();
    secondary.epoch = this.epoch;
    const { number, removal } = secondary;
    const instance = String(secondary.instance);
    if (this.registry.secondaries.isTaken(number, instance)) throw new Error("its place is taken");
    const effects = this.registry.register({ number, instance, host: "h", port: 1, removal });
    secondary.registered();
    this.apply(effects);
  }

  disconnect(who: number, keepCopies: boolean): void {
    const secondary = this.at(who);
    if (!secondary.connected) return;
    secondary.lost(keepCopies);
    this.registry.secondaryLost(secondary.number, this.now);
  }

  /** The same process is back before the central noticed that it was gone. */
  reconnect(who: number): void {
    const secondary = this.at(who);
    if (!secondary.connected) return;
    secondary.lost(true);
    this.connect(who);
  }

  restartSecondary(who: number): void {
    this.disconnect(who, false);
    this.at(who).restarted();
  }

  /** A secondary is started again without its database. */
  forget(who: number): void {
    this.disconnect(who, false);
    const secondary = this.at(who);
    for (const { edits } of secondary.contents.values()) this.edits.excuse(this.edits.upTo(edits));
    // Nobody knows any more what of it was put there after what.
    secondary.forgot(({ name, id }) => this.edits.find(name, id));
  }

  restartCentral(remembers: boolean): void {
    for (const secondary of this.secondaries) secondary.lost(true);
    if (!remembers) {
      this.removals = [];
      this.removed.clear();
      this.epoch += 1;
    }
    this.versions = new Map();
    this.registry = this.newRegistry(this.removals);
  }

  /** One step of whatever is on its way at a secondary. */
  step(who: number, what: number): boolean {
    const secondary = this.at(who);
    this.turns += 1;
    switch (what % 4) {
      case 0:
        return this.receive(secondary);
      case 1:
        return secondary.receive();
      case 2:
        return secondary.work();
      default:
        return secondary.finishCopy(what >> 2);
    }
  }

  plan(): boolean {
    const { effects } = this.registry.advance(this.now);
    this.forgetReplaced();
    this.apply(effects);
    let any = effects.length > 0;
    for (const secondary of this.secondaries) {
      const record = this.registry.secondaries.get(secondary.number);
      if (!record || !secondary.connected) continue;
      for (const order of this.registry.takeCopyOrders(secondary.number, this.now).orders) {
        any = true;
        this.check(secondary.number, order);
        for (const file of order.files) this.name(file);
        this.messages += 1;
        secondary.fromCentral.push(order);
      }
      if (record.copies.orderedCount > MAX_OUTSTANDING_COPIES)
        throw new Error(`secondary ${record.number} has too many orders`);
    }
    return any;
  }

  private receive(secondary: ModelSecondary): boolean {
    const message = secondary.toCentral.shift();
    if (!message) return false;
    this.messages += 1;
    const { number } = secondary;
    if (message.type === "announce") {
      const { batch, files, gone, complete } = message;
      const effects = this.registry.announce(number, batch, files, gone, complete, this.now);
      this.heardOf(secondary, files);
      this.apply(effects);
    } else if (message.type === "unfetched") {
      this.apply(this.registry.copyFailed(number, message, this.now));
    } else if (message.type === "removed") {
      this.registry.tombstonesApplied(number, message.serial);
    }
    return true;
  }

  private apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "tombstone-void") {
        this.removals = this.removals.filter(({ name }) => name !== effect.name);
        this.removed.delete(effect.name);
      }
      if (effect.kind !== "send") continue;
      if (effect.message.type === "conflict") this.checkConflict(effect.to, effect.message);
      const secondary = this.at(effect.to - 1);
      if (!secondary.connected) throw new Error(`${effect.message.type} to ${effect.to}, which is not there`);
      this.messages += 1;
      if (effect.message.type === "agreed") this.agree(effect.to, effect.message.files);
      secondary.fromCentral.push(effect.message);
    }
  }

  private check(to: number, { sources, files }: Messages["fetch"]): void {
    const named = new Set(sources.map(({ number }) => number));
    for (const { name, id, at } of files) {
      if (at.length === 0) throw new Error(`an order of ${name} without a source`);
      for (const number of at) {
        const record = this.registry.secondaries.get(number);
        const fine = number !== to && named.has(number) && record?.isPresent;
        if (!fine || record.heldVersion(name)?.id !== id) throw new Error(`${name} is ordered from ${number}`);
      }
    }
  }

  // What must be true in the end.

  /** Connects all and lets everything come to rest; throws when it does not. */
  quiesce(): void {
    for (const [index, secondary] of this.secondaries.entries()) {
      secondary.busy.clear();
      this.connect(index);
    }
    const limit = this.messages + 4000;
    for (let idle = 0; idle < 4; ) {
      if (this.settleDown(limit)) idle = 0;
      else idle += 1;
      this.now += idle < 2 ? 20_000 : 400_000;
    }
  }

  private settleDown(limit: number): boolean {
    let any = false;
    for (let changed = true; changed; ) {
      changed = this.plan();
      for (let who = 0; who < this.secondaries.length; who += 1) {
        for (let what = 0; what < 4; what += 1) while (this.step(who, what)) changed = true;
      }
      any ||= changed;
      if (this.messages > limit) throw new Error("it does not come to rest");
    }
    return any;
  }

  verify(): void {
    const [first, ...others] = this.secondaries.map((secondary) => listing(secondary.files()));
    for (const other of others) if (other !== first) throw new Error(`not the same:\n${first}\n---\n${other}`);
    for (const edit of this.edits.expected()) {
      if (!this.survives(edit)) {
        throw new Error(`${edit.id.slice(0, 8)} of ${edit.name} is lost; there is:\n${first}`);
      }
    }
    for (const name of this.removed) {
      if (this.at(0).file(name)) throw new Error(`${name} was removed and is there again`);
    }
    const given = this.edits.names();
    for (const { name } of this.at(0).files()) if (!given.has(name)) throw new Error(`nobody gave the name ${name}`);
    if (this.registry.catalogue.size !== this.at(0).contents.size)
      throw new Error("the catalogue has other files than the folders");
  }

  /** That it does not matter in which order the secondaries come to a central that knows nothing yet. */
  checkOrder(): void {
    const names = new Set(this.secondaries.flatMap(({ contents }) => [...contents.keys()]));
    const outcomes = [this.secondaries, [...this.secondaries].reverse()].map((secondaries) => {
      const registry = this.newRegistry([]);
      for (const secondary of secondaries) {
        const { number } = secondary;
        registry.register({ number, instance: "", host: "h", port: 1, removal: 0 });
        registry.announce(number, 1, [...secondary.files()], [], true, 0);
      }
      return registry;
    });
    for (const name of names) {
      const contents = this.secondaries.flatMap((secondary) => secondary.contents.get(name) ?? []);
      if (contents.some(({ edits }) => [...edits].some((edit) => this.edits.isForgotten(edit)))) continue;
      const files = contents.map(({ file }) => file);
      // Strangers that nobody has numbered have no order.
      if (files.some(({ changed, vector }) => changed || vector === "")) continue;
      // What several people have put is a version of its own, with a number of its own once two of them have met.
      const makers = new Map(files.map((file) => [file.id, ownEdit(file)]));
      if (files.some((file) => makers.get(file.id) !== ownEdit(file))) continue;
      const ids = new Set(outcomes.map((registry) => registry.catalogue.get(name)?.id));
      if (ids.size > 1) {
        const found = files.map(({ id, vector, edits }) => `${id.slice(0, 8)} ${vector} (${edits})`).join("\n");
        throw new Error(`which ${name} is the cluster's depends on who comes first:\n${found}`);
      }
    }
  }

  /** Neither a copy that is only behind nor what was made of the cluster's version must become a conflict. */
  private checkConflict(to: number, { name, id }: Messages["conflict"]): void {
    const content = this.at(to - 1).contents.get(name);
    const entry = this.registry.catalogue.get(name);
    if (!entry || content?.file.id !== id) return;
    const others = this.heard(name, entry.id).filter(({ file }) => !file.changed);
    // Two centrals may have numbered it, neither knowing of the other.
    if ([content, ...others].some(({ edits }) => [...edits].some((edit) => this.edits.isForgotten(edit)))) return;
    if (content.file.changed) {
      // Of the one who made it the central may not have heard.
      if (this.edits.isTwice(name, entry.id)) return;
      const known = this.edits.upTo(content.edits);
      if (others.length > 0 && others.every(({ edits }) => [...edits].every((edit) => known.has(edit)))) {
        throw new Error(`${name} of secondary ${to} was made of the cluster's version, and becomes a conflict`);
      }
    } else if (content.file.vector !== "") {
      // The same may have been put elsewhere by somebody who had something else.
      const same = [...this.editsOf(name, id)];
      for (const { edits } of others) {
        const known = this.edits.upTo(edits);
        if (same.every((edit) => known.has(edit))) {
          throw new Error(`${name} of secondary ${to} is only behind, and becomes a conflict`);
        }
      }
    }
  }

  /** What secondaries have under a name, where they have told the central that it is this version. */
  private heard(name: string, id: string): Content[] {
    return this.secondaries.flatMap(({ number, contents }) => {
      const content = contents.get(name);
      const record = this.registry.secondaries.get(number);
      const told = record?.isPresent && record.heldVersion(name)?.id === id;
      return told && content?.file.id === id ? [content] : [];
    });
  }

  /** Whether the content of an edit is somewhere. */
  private survives({ name, id }: Edit): boolean {
    return this.secondaries.some((secondary) =>
      [name, conflictName(name, id)].some((candidate) => secondary.file(candidate)?.id === id),
    );
  }

  /** Whether somebody has what an edit made and no order to remove it is under way there. */
  private isElsewhere(edit: Edit): boolean {
    return this.secondaries.some((secondary) =>
      [edit.name, conflictName(edit.name, edit.id)].some((candidate) => {
        const content = secondary.contents.get(candidate);
        return content?.edits.has(edit) && !this.isDoomed(secondary, content.file);
      }),
    );
  }

  /** Whether a removal that a file falls under was not carried out at its secondary: it may have been overtaken. */
  private isDoomed({ carriedOut }: ModelSecondary, file: HeldFile): boolean {
    const about = (past: Tombstone) => past.name === file.name && coversVersion(past, file);
    return this.removals.some(about) || this.history.some((past) => !carriedOut.has(past.serial) && about(past));
  }
}

function listing(files: Iterable<HeldFile>): string {
  const lines = [...files].map(({ name, id }) => `${name} ${id.slice(0, 8)}`);
  return lines.sort().join("\n");
}
