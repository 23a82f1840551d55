import type { Effect } from "../../src/central/effect.ts";
import { planFor, WINDOW } from "../../src/central/plan.ts";
import { Registry } from "../../src/central/registry.ts";
import { covers, type Removal } from "../../src/central/removal.ts";
import type { HeldFile } from "../../src/protocol/member-messages.ts";
import type { Message, Messages } from "../../src/protocol/messages.ts";
import { conflictName } from "../../src/protocol/name.ts";
import { Announcer } from "../../src/secondary/announcer.ts";
import { descend } from "../../src/secondary/library/record.ts";

/** Content number `n` as a version id. */
export function contentId(n: number): string {
  return (n + 1).toString(16).padStart(8, "0").repeat(8);
}

interface Copy {
  readonly order: Messages["fetch"]["files"][number];
  /** Too far on its way to notice that it is not wanted any more. */
  readonly deaf: boolean;
}

/** A secondary: its folder by the library's rules, and its session by those of central-link, replicator and secondary. */
export class ModelSecondary {
  instance = 0;
  connected = false;
  removal = 0;
  readonly files = new Map<string, HeldFile>();
  /** Names that some program has open for writing. */
  readonly busy = new Set<string>();
  readonly copies = new Map<string, Copy>();
  readonly toCentral: Message[] = [];
  readonly fromCentral: Message[] = [];
  /** What the library has to do, one after the other. */
  readonly tasks: (() => void)[] = [];
  readonly announcer = new Announcer();

  constructor(
    readonly number: number,
    private readonly world: World,
  ) {}

  /** A user puts content under a name. */
  put(name: string, id: string): void {
    const known = this.files.get(name);
    if (known?.id === id) return;
    this.set({ name, id, size: 1, ancestors: [...descend(known, id)], agreed: false });
  }

  drop(name: string): void {
    if (!this.files.delete(name)) return;
    this.announcer.gone(name);
    this.announce();
  }

  private set(file: HeldFile): void {
    this.files.set(file.name, file);
    this.announcer.present(file);
    this.announce();
  }

  registered(): void {
    this.connected = true;
    this.fromCentral.push({ type: "registered", epoch: "0".repeat(32), seen: "127.0.0.1" });
  }

  lost(keepCopies: boolean): void {
    this.connected = false;
    this.toCentral.length = 0;
    this.fromCentral.length = 0;
    if (!keepCopies) this.copies.clear();
  }

  restarted(): void {
    this.lost(false);
    this.tasks.length = 0;
    this.instance += 1;
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
        this.announcer.reset(this.files.values());
        this.announce();
        break;
      case "reviewed":
        this.announcer.reviewed(message.batch);
        for (const { name, id } of message.agreed) {
          const file = this.files.get(name);
          if (file?.id === id) this.files.set(name, { ...file, agreed: true });
        }
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
    if (order.at.some((number) => this.world.offers(number, order.id))) this.tasks.push(() => this.adopt(order));
    else this.send({ type: "unfetched", name, id: order.id, reason: "no source", lasting: false });
    return true;
  }

  private adopt({ name, id, size, ancestors }: Copy["order"]): void {
    const known = this.files.get(name);
    const changed = known !== undefined && known.id !== id && !ancestors.includes(known.id);
    if ((changed && !this.world.careless) || this.busy.has(name)) {
      this.send({ type: "unfetched", name, id, reason: "changed", lasting: false });
      return;
    }
    this.set({ name, id, size, ancestors, agreed: true });
  }

  private moveAside({ name, id, as }: Messages["conflict"]): void {
    const known = this.files.get(name);
    const there = this.files.get(as);
    if (known?.id === id && !this.busy.has(name) && (!there || there.id === id)) {
      this.files.delete(name);
      this.announcer.gone(name);
      if (!there) this.set({ name: as, id, size: known.size, ancestors: [], agreed: false });
      this.announce();
    } else if (known) {
      this.set(known);
    }
  }

  private remove({ name, id, serial }: Messages["remove"]): void {
    const known = this.files.get(name);
    if (known?.id === id && known.agreed && !this.busy.has(name)) this.drop(name);
    this.removal = serial;
    this.send({ type: "removed", serial });
    const file = this.files.get(name);
    if (file) this.set(file);
  }
}

/** The central and its secondaries, with everything in between on its way until somebody moves it on. */
export class World {
  registry = new Registry([]);
  now = 0;
  turns = 0;
  messages = 0;
  readonly secondaries: ModelSecondary[];
  private removals: Removal[] = [];
  private readonly history: Removal[] = [];
  private serial = 0;
  /** By name: contents that users put there, and what may be gone of them. */
  private readonly created = new Map<string, Set<string>>();
  private readonly superseded = new Map<string, Set<string>>();
  private readonly excused = new Map<string, Set<string>>();
  /** Names that were removed from everywhere, and that nobody has touched since. */
  private readonly removed = new Set<string>();

  /** `careless`: the library puts copies over whatever is there. */
  constructor(
    count: number,
    readonly careless = false,
  ) {
    this.secondaries = Array.from({ length: count }, (_, index) => new ModelSecondary(index + 1, this));
  }

  at(index: number): ModelSecondary {
    const found = this.secondaries[index % this.secondaries.length];
    if (!found) throw new Error("no secondaries");
    return found;
  }

  offers(number: number, id: string): boolean {
    const { files } = this.at(number - 1);
    return [...files.values()].some((file) => file.id === id);
  }

  // What users do.

  put(who: number, name: string, id: string): void {
    const secondary = this.at(who);
    const known = secondary.files.get(name);
    if (known?.id === id || secondary.busy.has(name)) return;
    if (known) mark(this.superseded, name, known.id);
    mark(this.created, name, id);
    // Whoever puts back the removed content before the machine has heard of its removal may see it removed.
    if (!this.isDoomed(secondary, name, id)) this.excused.get(name)?.delete(id);
    this.removed.delete(name);
    secondary.put(name, id);
  }

  delete(who: number, name: string): void {
    const secondary = this.at(who);
    const known = secondary.files.get(name);
    if (!known) return;
    secondary.drop(name);
    if (!this.survives(name, known.id, true)) mark(this.excused, name, known.id);
  }

  rename(who: number, name: string, to: string): void {
    const known = this.at(who).files.get(name);
    if (!known || name === to) return;
    this.put(who, to, known.id);
    this.delete(who, name);
  }

  remove(name: string): void {
    const entry = this.registry.entry(name);
    if (!entry) return;
    this.serial += 1;
    const covered = [entry.id, ...entry.ancestors];
    const done = this.registry.remove(name, this.serial);
    if (!done) throw new Error("not removed");
    this.removals.push(done.removal);
    this.history.push(done.removal);
    for (const id of covered) mark(this.excused, name, id);
    const clean = this.secondaries.every(({ files, tasks, fromCentral, copies }) => {
      const file = files.get(name);
      const underWay = fromCentral.some(({ type }) => type === "conflict" || type === "fetch");
      const quiet = tasks.length === 0 && !underWay && !copies.has(name);
      return quiet && (!file || (file.agreed && covered.includes(file.id)));
    });
    if (clean) this.removed.add(name);
    this.apply(done.effects);
  }

  // What the network and the machines do.

  connect(who: number): void {
    const secondary = this.at(who);
    if (secondary.connected) return;
    const { number, removal } = secondary;
    const instance = String(secondary.instance);
    if (this.registry.taken(number, instance)) throw new Error("its place is taken");
    const effects = this.registry.register({ number, instance, host: "h", port: 1, removal });
    secondary.registered();
    this.apply(effects);
  }

  disconnect(who: number, keepCopies: boolean): void {
    const secondary = this.at(who);
    if (!secondary.connected) return;
    secondary.lost(keepCopies);
    this.registry.lose(secondary.number, this.now);
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

  restartCentral(): void {
    for (const secondary of this.secondaries) secondary.lost(true);
    this.registry = new Registry(this.removals);
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
    const { effects } = this.registry.work(this.now);
    this.apply(effects);
    let any = effects.length > 0;
    for (const secondary of this.secondaries) {
      const member = this.registry.member(secondary.number);
      if (!member || !secondary.connected) continue;
      for (const order of planFor(this.registry, member, this.now).orders) {
        any = true;
        this.check(secondary.number, order);
        this.messages += 1;
        secondary.fromCentral.push(order);
      }
      if (member.needs.orders > WINDOW) throw new Error(`secondary ${member.number} has too many orders`);
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
      this.apply(this.registry.announce(number, batch, files, gone, complete, this.now));
    } else if (message.type === "unfetched") {
      this.apply(this.registry.unfetched(number, message, this.now));
    } else if (message.type === "removed") {
      this.registry.removed(number, message.serial);
    }
    return true;
  }

  private apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "revived") {
        this.removals = this.removals.filter(({ name }) => name !== effect.name);
        this.removed.delete(effect.name);
      }
      if (effect.kind !== "send") continue;
      const secondary = this.at(effect.to - 1);
      if (!secondary.connected) throw new Error(`${effect.message.type} to ${effect.to}, which is not there`);
      this.messages += 1;
      secondary.fromCentral.push(effect.message);
    }
  }

  private check(to: number, { sources, files }: Messages["fetch"]): void {
    const named = new Set(sources.map(({ number }) => number));
    for (const { name, id, at } of files) {
      if (at.length === 0) throw new Error(`an order of ${name} without a source`);
      for (const number of at) {
        const member = this.registry.member(number);
        const fine = number !== to && named.has(number) && member?.state !== "lost";
        if (!fine || member?.holds.get(name)?.id !== id) throw new Error(`${name} is ordered from ${number}`);
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
    const [first, ...others] = this.secondaries.map(({ files }) => contents(files));
    for (const other of others) if (other !== first) throw new Error(`not the same:\n${first}\n---\n${other}`);
    for (const [name, ids] of this.created) {
      for (const id of ids) {
        const gone = this.superseded.get(name)?.has(id) || this.excused.get(name)?.has(id);
        if (!gone && !this.survives(name, id, false))
          throw new Error(`${id.slice(0, 8)} of ${name} is lost; there is:\n${first}`);
      }
    }
    for (const name of this.removed) {
      if (this.at(0).files.has(name)) throw new Error(`${name} was removed and is there again`);
    }
    for (const name of this.at(0).files.keys()) {
      const from = [...this.created].flatMap(([base, ids]) => [base, ...[...ids].map((id) => conflictName(base, id))]);
      if (!from.includes(name)) throw new Error(`${name} is a name that nobody gave`);
    }
    if (this.registry.files !== this.at(0).files.size)
      throw new Error("the catalogue has other files than the folders");
  }

  /** `safely`: where no order to remove it is under way. */
  private survives(name: string, id: string, safely: boolean): boolean {
    const names = [name, conflictName(name, id)];
    return this.secondaries.some((secondary) =>
      names.some(
        (candidate) =>
          secondary.files.get(candidate)?.id === id && !(safely && this.isDoomed(secondary, candidate, id)),
      ),
    );
  }

  /** Whether a removal that its file falls under has still to be carried out at a secondary. */
  private isDoomed({ removal }: ModelSecondary, name: string, id: string): boolean {
    const about = (past: Removal) => past.name === name && covers(past, { id });
    return this.removals.some(about) || this.history.some((past) => past.serial > removal && about(past));
  }
}

function mark(marks: Map<string, Set<string>>, name: string, id: string): void {
  marks.set(name, (marks.get(name) ?? new Set()).add(id));
}

function contents(files: ReadonlyMap<string, HeldFile>): string {
  const lines = [...files.values()].map(({ name, id }) => `${name} ${id.slice(0, 8)}`);
  return lines.sort().join("\n");
}
