import { join } from "node:path";
import { saveInput } from "./corpus.ts";
import { type Finding, inputFor, runInput } from "./fuzzer.ts";
import type { Input } from "./inputs/input.ts";
import type { Target } from "./targets/target.ts";
import { ChannelWatch } from "./watch/channel-watch.ts";
import { HangWatch } from "./watch/hang-watch.ts";
import { Stray } from "./watch/stray.ts";

/** Where inputs that fail are written. */
const FAILED = join(process.cwd(), "fuzz-failures");

/** Inputs that run one after the other, what they find and what they reach. */
export class Run implements Disposable {
  readonly watch = new ChannelWatch();
  readonly counts = new Map<string, number>();
  findings = 0;
  private readonly stray = new Stray();
  private readonly hang = new HangWatch();

  constructor(
    private readonly seed: number,
    readonly say: (line: string) => void,
  ) {}

  /** Inputs `from` up to, but not including, `to`, of those that the seed gives for a target. */
  async inputs(target: Target, from: number, to: number): Promise<void> {
    for (let index = from; index < to; index++) {
      await this.input(target, `${target.name}-${this.seed}-${index}`, () => inputFor(target, this.seed, index));
    }
  }

  /** One input; tells and saves what is wrong. */
  async input(target: Target, name: string, make: () => Input): Promise<void> {
    this.hang.begins(name);
    const input = make();
    const finding = await runInput(target, input, this.watch);
    const what = [...(finding?.what ?? []), ...this.stray.take()];
    this.counts.set(target.name, (this.counts.get(target.name) ?? 0) + 1);
    if (what.length > 0) this.tell({ input, what }, name);
  }

  /** Something is wrong that no input alone has caused. */
  found(what: string): void {
    this.findings += 1;
    this.say(`FOUND with seed ${this.seed}: ${what}`);
  }

  [Symbol.dispose](): void {
    for (const each of [this.watch, this.stray, this.hang]) each[Symbol.dispose]();
  }

  private tell({ input, what }: Finding, name: string): void {
    this.findings += 1;
    const path = saveInput(FAILED, name.replace(/\.json$/, ""), input);
    this.say(`FOUND ${input.target}, seed ${this.seed}, ${path}:\n  ${what.join("\n  ")}`);
  }
}
