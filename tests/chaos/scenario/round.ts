import type { Json } from "../../simulation/scenario/action.ts";
import { SeededRandom, seedFor } from "../../simulation/world/random.ts";
import type { Downloads } from "../clients/downloads.ts";
import type { Change } from "../people/change.ts";
import { isMissing } from "../people/hands.ts";
import type { People } from "../people/people.ts";
import { isNoRoom } from "../world/small-disk.ts";
import type { FaultRunner } from "./fault-runner.ts";
import type { Schedule, Scheduled, ScheduledFault } from "./schedule.ts";

export interface RoundParts {
  readonly people: People;
  readonly downloads: Downloads;
  readonly faults: FaultRunner;
}

/** Lets faults, changes and downloads go on together for some time. Resolves when faults and changes are over. */
export class Round {
  /** Resolves when the last download of the load has ended. */
  readonly downloadsEnded: Promise<void>;
  private over = false;
  private readonly began = performance.now();

  constructor(
    private readonly parts: RoundParts,
    private readonly schedule: Schedule,
    private readonly lengthMs: number,
    seed: number,
    number: number,
  ) {
    const random = (client: number) => new SeededRandom(seedFor(seed, `client ${client}, round ${number}`));
    this.downloadsEnded = parts.downloads.run(random, () => this.over);
  }

  async run(): Promise<void> {
    const { faults, changes } = this.schedule;
    await Promise.all([
      ...faults.map((fault) => this.runFault(fault)),
      this.runChanges(changes),
      this.until(this.lengthMs),
    ]);
    this.over = true;
  }

  private async runFault(fault: ScheduledFault): Promise<void> {
    await this.until(fault.at);
    const end = await this.parts.faults.begin(fault);
    if (!end) return;
    await this.until(Math.min(fault.at + fault.lasts, this.lengthMs));
    await end();
  }

  /** Those that take long go on beside the next ones. */
  private async runChanges(changes: readonly Scheduled<Change>[]): Promise<void> {
    const running: Promise<void>[] = [];
    for (const { at, kind, params } of changes) {
      await this.until(at);
      running.push(this.change(kind, params));
    }
    await Promise.all(running);
  }

  private async change(kind: Change, params: Json): Promise<void> {
    const { log } = this.parts.people.world;
    try {
      const done = await kind.apply(this.parts.people, params);
      if (done !== null) log.line("person", `${kind.name} ${done}`);
    } catch (error) {
      if (!isNoRoom(error) && !isMissing(error)) throw error;
      log.line("person", `${kind.name} was not possible: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Until so many milliseconds have passed since the round began. */
  private async until(at: number): Promise<void> {
    await Bun.sleep(Math.max(0, at - (performance.now() - this.began)));
  }
}
