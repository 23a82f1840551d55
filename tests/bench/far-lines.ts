import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { freePort, untilListening } from "./ports.ts";

const PROGRAM = join(import.meta.dir, "far-line.ts");

/** The near end of a line, and where its far end looks for a server; ports of loopback. */
export interface FarLine {
  readonly port: number;
  readonly target: number;
}

/** Lines to servers that are far away, each a process of its own. */
export class FarLines {
  private constructor(
    private readonly children: readonly Bun.Subprocess[],
    readonly lines: readonly FarLine[],
  ) {}

  /** A line to each of these ports, of so many milliseconds and megabits a second in each direction. */
  static async start(targets: readonly number[], delay: number, megabits: number): Promise<FarLines> {
    const children: Bun.Subprocess[] = [];
    const lines: FarLine[] = [];
    for (const target of targets) {
      const port = await freePort();
      const numbers = [port, target, delay, megabits].map(String);
      children.push(spawnChild([process.execPath, PROGRAM, ...numbers], { stdin: "ignore", stdout: "ignore" }));
      await untilListening(port);
      lines.push({ port, target });
    }
    return new FarLines(children, lines);
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill("SIGTERM");
    await Promise.all(this.children.map((child) => child.exited));
  }
}
