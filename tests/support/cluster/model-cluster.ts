import { MAX_OUTSTANDING_COPIES } from "../../../src/central/registry/copies/copy-orders.ts";
import type { Effect } from "../../../src/central/registry/effect.ts";
import { Registry } from "../../../src/central/registry/registry.ts";
import { coversVersion, type Tombstone } from "../../../src/central/tombstones/tombstone.ts";
import { conflictName } from "../../../src/protocol/name.ts";
import { KnownVersions } from "./known-versions.ts";
import { checkCopyOrder, checkRename } from "./message-checks.ts";
import { ModelSecondary, type Surroundings } from "./model-secondary.ts";
import { ModelTombstones } from "./model-tombstones.ts";
import { type UserEdit, UserEdits } from "./user-edits.ts";

/** Content number `n` as a version id. */
export function contentId(n: number): string {
  return (n + 1).toString(16).padStart(8, "0").repeat(8);
}

/** Which secondary, and what happens there: see `step`. */
export type Step = readonly [number, number];

/**
 * A central's registry and model secondaries. Every message and every task waits until `step` moves it on. What users do
 * is recorded in `edits`; `end-checks.ts` compares it with what the folders hold in the end.
 */
export class ModelCluster implements Surroundings {
  registry: Registry;
  now = 0;
  turns = 0;
  /** Messages between the central and the secondaries so far. */
  messageCount = 0;
  readonly secondaries: ModelSecondary[];
  readonly edits = new UserEdits();
  readonly known: KnownVersions;
  /** Names that were removed from everywhere, and that no user has touched since. */
  readonly removedNames = new Set<string>();
  private readonly tombstones = new ModelTombstones();
  private lastSerial = 0;
  private epoch = 1;
  private lastBranch = 0;
  private lastContent = 1000;
  private lastEdit = 0;

  constructor(
    count: number,
    readonly careless = false,
  ) {
    this.registry = this.newRegistry([]);
    this.secondaries = Array.from({ length: count }, (_, index) => new ModelSecondary(index + 1, this));
    this.known = new KnownVersions(() => this.registry, this.secondaries);
  }

  newRegistry(tombstones: readonly Tombstone[]): Registry {
    return new Registry(tombstones, () => {
      this.lastBranch += 1;
      return `b${this.lastBranch.toString(16).padStart(7, "0")}`;
    });
  }

  at(index: number): ModelSecondary {
    const found = this.secondaries[index % this.secondaries.length];
    if (!found) throw new Error("no secondaries");
    return found;
  }

  // What the secondaries see of each other.

  newEditId(): string {
    this.lastEdit += 1;
    return `e${this.lastEdit.toString(16).padStart(7, "0")}`;
  }

  readFrom(number: number, name: string, id: string): ReadonlySet<UserEdit> | null {
    const { contents } = this.at(number - 1);
    const right = contents.get(name);
    if (right?.file.id === id) return right.edits;
    for (const { file, edits } of contents.values()) if (file.id === id) return edits;
    return null;
  }

  editsNamedBy(named: object): ReadonlySet<UserEdit> | undefined {
    return this.known.editsNamedBy(named);
  }

  forget(edits: Iterable<UserEdit>): void {
    this.edits.forget(edits);
  }

  // What users do.

  put(who: number, name: string, id: string): void {
    const secondary = this.at(who);
    const content = secondary.contents.get(name);
    if (content?.file.id === id || secondary.busy.has(name)) return;
    const vanished = content ? undefined : secondary.vanished.get(name);
    this.removedNames.delete(name);
    if (vanished?.file.id === id) {
      // Its file is back, as if it had never been away.
      if (!this.tombstones.dooms(secondary, vanished.file)) this.edits.unexcuse(vanished.edits);
      secondary.put(name, id, vanished.edits);
      return;
    }
    secondary.put(name, id, new Set([this.edits.add(name, id, content ?? vanished)]));
  }

  /** A user saves a file again and again, with something new each time; `steps` happen in between. */
  edit(who: number, name: string, times: number, steps: readonly Step[]): void {
    for (let time = 0; time < times; time += 1) {
      this.lastContent += 1;
      this.put(who, name, contentId(this.lastContent));
      for (const [at, what] of steps) {
        this.step(at, what);
        this.advance();
      }
    }
  }

  delete(who: number, name: string): void {
    const secondary = this.at(who);
    const content = secondary.contents.get(name);
    if (!content) return;
    secondary.delete(name);
    for (const edit of content.edits) if (!this.isElsewhere(edit)) this.edits.excuse([edit]);
  }

  rename(who: number, name: string, to: string): void {
    const file = this.at(who).file(name);
    if (!file || name === to) return;
    this.put(who, to, file.id);
    this.delete(who, name);
  }

  /** A user removes a file from all secondaries. */
  remove(name: string): void {
    const entry = this.registry.catalogue.get(name);
    if (!entry) return;
    this.lastSerial += 1;
    const done = this.registry.remove(name, this.lastSerial);
    if (!done) throw new Error("not removed");
    const { tombstone } = done;
    this.tombstones.add(tombstone);
    for (const { contents } of this.secondaries) {
      const content = contents.get(name);
      if (content?.file.id === entry.id) this.edits.excuse(this.edits.withHistory(content.edits));
    }
    const nothingUnderWay = this.secondaries.every((secondary) => {
      const { tasks, fromCentral, copies } = secondary;
      const file = secondary.file(name);
      const ordered = fromCentral.some(({ type }) => type === "conflict" || type === "fetch");
      return tasks.length === 0 && !ordered && !copies.has(name) && (!file || coversVersion(tombstone, file));
    });
    if (nothingUnderWay) this.removedNames.add(name);
    this.apply(done.effects);
  }

  // What the network and the machines do.

  connect(who: number): void {
    const secondary = this.at(who);
    if (secondary.connected) return;
    if (secondary.epoch !== this.epoch) secondary.forgetTombstones();
    secondary.epoch = this.epoch;
    const { number, appliedSerial: removal } = secondary;
    const instance = String(secondary.instance);
    if (this.registry.secondaries.isTaken(number, instance)) throw new Error("its place is taken");
    const effects = this.registry.register({ number, instance, host: "h", port: 1, removal, http: null });
    secondary.registered();
    this.apply(effects);
  }

  disconnect(who: number, keepCopies: boolean): void {
    const secondary = this.at(who);
    if (!secondary.connected) return;
    secondary.disconnected(keepCopies);
    this.registry.secondaryLost(secondary.number, this.now);
  }

  /** The same process connects again before the central has noticed that its connection is gone. */
  reconnect(who: number): void {
    const secondary = this.at(who);
    if (!secondary.connected) return;
    secondary.disconnected(true);
    this.connect(who);
  }

  restartSecondary(who: number): void {
    this.disconnect(who, false);
    this.at(who).restarted();
  }

  /** A secondary is started again without its database. */
  loseDatabase(who: number): void {
    this.disconnect(who, false);
    const secondary = this.at(who);
    for (const { edits } of secondary.contents.values()) this.edits.excuse(this.edits.withHistory(edits));
    // It is not known any more what of it was put there after what.
    secondary.lostDatabase(({ name, id }) => this.edits.addFound(name, id));
  }

  /** `keepsStore`: with its store. */
  restartCentral(keepsStore: boolean): void {
    for (const secondary of this.secondaries) secondary.disconnected(true);
    if (!keepsStore) {
      this.tombstones.loseStore();
      this.removedNames.clear();
      this.epoch += 1;
    }
    this.known.restarted();
    this.registry = this.newRegistry(this.tombstones.stored);
  }

  // What goes on.

  /** One thing that waits at a secondary goes on; which one, `what` says. False when there is none. */
  step(who: number, what: number): boolean {
    const secondary = this.at(who);
    this.turns += 1;
    switch (what % 4) {
      case 0:
        return this.receiveFrom(secondary);
      case 1:
        return secondary.receive();
      case 2:
        return secondary.runTask();
      default:
        return secondary.finishCopy(what >> 2);
    }
  }

  /** The central goes on with its work, and orders copies. False when there was nothing to do. */
  advance(): boolean {
    const { effects } = this.registry.advance(this.now);
    this.known.dropReplaced();
    this.apply(effects);
    let any = effects.length > 0;
    for (const { number, connected, fromCentral } of this.secondaries) {
      const record = this.registry.secondaries.get(number);
      if (!record || !connected) continue;
      for (const order of this.registry.issueCopyOrders(number, this.now).orders) {
        any = true;
        checkCopyOrder(this, number, order);
        for (const file of order.files) this.known.name(file);
        this.messageCount += 1;
        fromCentral.push(order);
      }
      if (record.copies.orderedCount > MAX_OUTSTANDING_COPIES) throw new Error(`${number} has too many orders`);
    }
    return any;
  }

  private receiveFrom(secondary: ModelSecondary): boolean {
    const message = secondary.toCentral.shift();
    if (!message) return false;
    this.messageCount += 1;
    const { number } = secondary;
    if (message.type === "announce") {
      const { batch, files, gone, complete } = message;
      const effects = this.registry.announce(number, batch, files, gone, complete, this.now);
      this.known.announcedBy(secondary, files);
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
        this.tombstones.void(effect.tombstone);
        this.removedNames.delete(effect.tombstone.name);
      }
      if (effect.kind !== "send") continue;
      const { to, message } = effect;
      if (message.type === "conflict") checkRename(this, to, message);
      const secondary = this.at(to - 1);
      if (!secondary.connected) throw new Error(`${message.type} to ${to}, which is not connected`);
      this.messageCount += 1;
      if (message.type === "agreed") this.known.agree(to, message.files);
      secondary.fromCentral.push(message);
    }
  }

  /** Whether a secondary has what an edit made, with no order to remove it under way there. */
  private isElsewhere(edit: UserEdit): boolean {
    return this.secondaries.some((secondary) =>
      [edit.name, conflictName(edit.name, edit.id)].some((candidate) => {
        const content = secondary.contents.get(candidate);
        return content?.edits.has(edit) && !this.tombstones.dooms(secondary, content.file);
      }),
    );
  }
}
