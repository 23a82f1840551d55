import fs from "node:fs";
import path from "node:path";
import type { SeededRandom } from "../../simulation/world/random.ts";
import { STEADY } from "../people/people.ts";
import { CLIENT_HOSTS, type World } from "../world/world.ts";
import { Get, type GetOptions } from "./get.ts";
import { isDone, type Receipt } from "./receipt.ts";

/** Clients that download at the same time, one download after another. */
const CLIENTS = 4;
/** A name that no file has. */
const NOBODYS_NAME = "nobody/has-this.bin";
/** Of the downloads, how many ask for that, and for a file that nobody changes. */
const NOBODYS_SHARE = 0.03;
const STEADY_SHARE = 0.3;
/** Times that a download which failed is tried again at once. */
const TRIES = 3;

/** The load of clients. */
export class Downloads {
  readonly running = new Set<Get>();
  readonly receipts: Receipt[] = [];
  /** Folders with unfinished downloads, and the names of those. */
  readonly unfinished = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly world: World,
    /** The names of files that there may be. */
    private readonly names: () => readonly string[],
    /** Told of the end of each download. */
    private readonly ended: (receipt: Receipt, before: Receipt | null) => void,
  ) {}

  /** Downloads with all clients until `over` says so; resolves when the last download has ended. */
  async run(random: (client: number) => SeededRandom, over: () => boolean): Promise<void> {
    const clients = Array.from({ length: CLIENTS }, (_, client) => client);
    await Promise.all(clients.map((client) => this.runClient(client, random(client), over)));
  }

  /** One that is under way; `choice` is from 0 to 1. */
  choose(choice: number): Get | null {
    return [...this.running][Math.floor(choice * this.running.size)] ?? null;
  }

  /** A download into a fresh folder, which is removed when it is done. */
  async get(name: string, host: number, options: Pick<GetOptions, "waitSeconds">): Promise<Receipt> {
    const dir = this.freshFolder();
    const receipt = await this.getInto(dir, name, host, options);
    if (isDone(receipt)) this.forget(dir);
    return receipt;
  }

  /** Takes up everything that was left unfinished. */
  async finishAll(options: Pick<GetOptions, "waitSeconds">): Promise<Receipt[]> {
    const receipts: Receipt[] = [];
    for (const [dir, name] of [...this.unfinished]) {
      receipts.push(await this.getInto(dir, name, CLIENT_HOSTS[0], options));
      this.forget(dir);
    }
    return receipts;
  }

  private async runClient(client: number, random: SeededRandom, over: () => boolean): Promise<void> {
    const host = CLIENT_HOSTS[client % CLIENT_HOSTS.length] ?? CLIENT_HOSTS[0];
    while (!over()) {
      const name = this.chooseName(random);
      const options = {
        waitSeconds: 4 + random.below(12),
        ...(random.chance(0.1) ? { descriptors: 64 } : {}),
      };
      if (random.chance(0.25)) await this.track(new Get(this.world, this.optionsFor(name, host, null, options)));
      else await this.getWithTries(name, host, options, over);
    }
  }

  private chooseName(random: SeededRandom): string {
    if (random.chance(NOBODYS_SHARE)) return NOBODYS_NAME;
    const known = this.names();
    const steady = known.filter((name) => name.startsWith(STEADY));
    return random.pick(random.chance(STEADY_SHARE) ? steady : known);
  }

  /** Tries again what was killed or failed, into the same folder; what is left then is finished when all is quiet. */
  private async getWithTries(
    name: string,
    host: number,
    options: Pick<GetOptions, "waitSeconds" | "descriptors">,
    over: () => boolean,
  ): Promise<void> {
    const dir = this.freshFolder();
    let before: Receipt | null = null;
    for (let tries = 0; tries < TRIES && !over(); tries++) {
      before = await this.getInto(dir, name, host, options, before);
      if (isDone(before) || before.code === 3) return this.forget(dir);
    }
    this.unfinished.set(dir, name);
  }

  private getInto(
    dir: string,
    name: string,
    host: number,
    options: Pick<GetOptions, "waitSeconds" | "descriptors">,
    before: Receipt | null = null,
  ): Promise<Receipt> {
    return this.track(new Get(this.world, this.optionsFor(name, host, dir, options)), before);
  }

  private async track(get: Get, before: Receipt | null = null): Promise<Receipt> {
    this.running.add(get);
    const receipt = await get.receipt;
    this.running.delete(get);
    this.receipts.push(receipt);
    this.ended(receipt, before);
    return receipt;
  }

  private optionsFor(
    name: string,
    host: number,
    dir: string | null,
    options: Pick<GetOptions, "waitSeconds" | "descriptors">,
  ): GetOptions {
    this.count += 1;
    return { client: `client ${this.count}`, name, host, dir, ...options };
  }

  private freshFolder(): string {
    return fs.mkdtempSync(path.join(this.world.clientDisk.folder, "get-"));
  }

  private forget(dir: string): void {
    this.unfinished.delete(dir);
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
