import { SeededRandom, seedFor } from "../simulation/world/random.ts";
import { Downloads } from "./clients/downloads.ts";
import { isDone } from "./clients/receipt.ts";
import type { Known } from "./evidence.ts";
import { Checker } from "./invariants/checker.ts";
import { add } from "./people/changes/add.ts";
import { digestOf, makeBytes } from "./people/content.ts";
import { FolderContents } from "./people/folder-contents.ts";
import { replaceByRename } from "./people/hands.ts";
import { History } from "./people/history.ts";
import { People, STEADY } from "./people/people.ts";
import { FaultRunner } from "./scenario/fault-runner.ts";
import { Round } from "./scenario/round.ts";
import { drawSchedule } from "./scenario/schedule.ts";
import { type Figures, figuresTable } from "./world/figures.ts";
import type { ChaosLog } from "./world/log.ts";
import { Verdict } from "./world/verdict.ts";
import { CLIENT_HOSTS, SECONDARIES, World } from "./world/world.ts";

const MIB = 1024 * 1024;
/** Sizes in bytes of the files that nobody changes. */
const STEADY_SIZES = [500, 300_000, 5 * MIB + 1, 16 * MIB];
/** Files that people have at first. */
const FIRST_FILES = 12;
/** Milliseconds of faults and changes before all must come to rest again. */
const ROUND_MS = 40_000;
/** Milliseconds for all to come to rest: the longest waits between two tries, copies over the usual links, and a slow machine. */
const REST_MS = 90_000;
/** `--wait` of downloads for which nothing is in the way. */
const QUIET_WAIT = { waitSeconds: 30 };

/** One run: a cluster, rounds of trouble, and checks after each. */
export class ChaosRun {
  readonly verdict: Verdict;
  private readonly world: World;
  private readonly history = new History();
  private readonly contents = new FolderContents();
  private readonly people: People;
  private readonly downloads: Downloads;
  private readonly faults: FaultRunner;
  private checker: Checker | null = null;

  constructor(
    root: string,
    private readonly log: ChaosLog,
    private readonly seed: number,
  ) {
    this.verdict = new Verdict(log);
    this.world = new World(root, log, this.verdict);
    this.people = new People(this.world, this.history, this.contents);
    const names = () => [...this.history.records.keys()];
    this.downloads = new Downloads(this.world, names, (receipt, before) => {
      const how = receipt.code === null ? "was killed" : `exit code ${receipt.code}`;
      log.line(receipt.client, `${receipt.name}: ${how}${isDone(receipt) ? ", done" : ""}`);
      this.checker?.downloadEnded(receipt, before);
    });
    this.faults = new FaultRunner({ world: this.world, downloads: this.downloads });
  }

  get known(): Known {
    const { world, history, contents, downloads } = this;
    return { world, history, contents, downloads };
  }

  /** Runs for so many minutes, and until all has come to rest; ends at the first break. */
  async run(minutes: number): Promise<void> {
    await Promise.race([this.runAll(minutes), this.verdict.firstBreak]);
  }

  private async runAll(minutes: number): Promise<void> {
    await this.begin();
    const end = this.log.seconds + minutes * 60;
    for (let number = 1; this.log.seconds < end; number++) {
      const length = Math.min(ROUND_MS, (end - this.log.seconds) * 1000);
      await this.runRound(number, length);
    }
    this.log.print(`\nAt the end:\n${figuresTable(this.world)}\n`);
    for (const line of this.world.loggedErrors()) this.log.print(`logged as an error: ${line}`);
    await this.world.stop();
    this.checker?.atRest();
  }

  private async begin(): Promise<void> {
    const random = new SeededRandom(seedFor(this.seed, "first files"));
    for (const [index, size] of STEADY_SIZES.entries()) {
      const content = makeBytes(random, size);
      const secondary = SECONDARIES[index % SECONDARIES.length] ?? 1;
      const name = `${STEADY}/${index}.bin`;
      replaceByRename(this.people.folder(secondary), name, content);
      this.history.wrote(name, digestOf(content), "nothing");
    }
    for (let file = 0; file < FIRST_FILES; file++) await add.apply(this.people, add.draw(random));
    for (const server of this.world.servers) server.start();
    await this.world.central.running?.waitFor("synchronized");
    this.checker = this.makeChecker(new Map());
    await this.rest();
    this.checker = this.makeChecker(this.world.figures);
    this.log.print(`\nAt the start:\n${figuresTable(this.world)}\n`);
  }

  private makeChecker(first: Figures): Checker {
    return new Checker({ ...this.known, faults: this.faults, first }, this.log, this.verdict);
  }

  private async runRound(number: number, length: number): Promise<void> {
    this.log.line("round", `${number} begins: ${(length / 1000).toFixed(0)} s`);
    const parts = { people: this.people, downloads: this.downloads, faults: this.faults };
    const round = new Round(parts, drawSchedule(this.seed, number, length), length, this.seed, number);
    await round.run();
    this.log.line("round", `${number}: faults and changes are over`);
    await this.downloadsEnd(round.downloadsEnded);
    await this.rest();
    this.log.print(`\nAfter round ${number}:\n${figuresTable(this.world)}\n`);
  }

  private async downloadsEnd(ended: Promise<void>): Promise<void> {
    const late = Bun.sleep(REST_MS).then(() => "late");
    if ((await Promise.race([ended, late])) !== "late") return;
    const waiting = [...this.downloads.running].map(({ options: { client, name } }) => `${client} (${name})`);
    this.verdict.broken("no download hangs", waiting.join(", "));
  }

  /** Waits until all has come to rest, downloads everything, and checks all invariants. */
  private async rest(): Promise<void> {
    const began = this.log.seconds;
    await this.checker?.settle(REST_MS);
    this.log.line("rest", `after ${(this.log.seconds - began).toFixed(1)} s`);
    await this.getEverything();
    await this.checker?.settle(REST_MS);
    this.checker?.atRest();
    const [first] = this.world.disks;
    const files = first ? this.contents.read(first.backing) : new Map();
    this.history.settled(new Map([...files].map(([name, { digest }]) => [name, digest])));
  }

  /** Everything can be downloaded now, and everything that was left unfinished can be finished. */
  private async getEverything(): Promise<void> {
    const names = ((await this.world.list()) ?? []).map(({ name }) => name);
    const queues = CLIENT_HOSTS.map((host, index) => ({ host, names: names.filter((_, at) => at % 2 === index) }));
    const unfinished = this.downloads.finishAll(QUIET_WAIT);
    const all = queues.map(async (queue) => {
      for (const name of queue.names) {
        const { client, code } = await this.downloads.get(name, queue.host, QUIET_WAIT);
        this.verdict.require(code === 0, "all can be downloaded when all is well", `${client}: ${name}, ${code}`);
      }
    });
    await Promise.all(all);
    for (const { client, name, code } of await unfinished) {
      const expected = names.includes(name) ? [0] : [3];
      const details = `${client}: ${name}, exit code ${code}`;
      this.verdict.require(code !== null && expected.includes(code), "unfinished downloads are finished", details);
    }
  }

  /** What happened, in one line of figures. */
  summary(): string {
    const counts = [...this.faults.counts].map(([kind, count]) => `${kind} ${count}`).join(", ");
    const done = this.downloads.receipts.filter(isDone).length;
    const all = this.downloads.receipts.length;
    const resumed = this.downloads.receipts.filter(({ result }) => (result?.resumedBytes ?? 0) > 0).length;
    const downloads = `${all} downloads (${done} done, ${resumed} resumed)`;
    return `${this.history.acts} changes, ${downloads}, faults: ${counts}`;
  }
}
