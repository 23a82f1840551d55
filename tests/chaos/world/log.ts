import { appendFileSync } from "node:fs";

/** A line for everything that happens, with the seconds since the beginning: on stdout, and in a file for evidence. */
export class ChaosLog {
  private readonly began = performance.now();

  constructor(private readonly file: string) {}

  /** Seconds since the beginning. */
  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  line(who: string, text: string): void {
    this.print(`${this.seconds.toFixed(2).padStart(8)}  ${who.padEnd(11)} ${text}`);
  }

  /** Text as it is, such as a table. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
    appendFileSync(this.file, `${text}\n`);
  }
}
