import { Cluster } from "./cluster.ts";
import { put, randomBytes } from "./files.ts";
import { type Run, run } from "./run.ts";
import { Terminal } from "./terminal.ts";

/** What people call files, and a shell or a pattern would take for something else. */
export const ODD = ["film [1080p] (2020).mkv", `it's "so" odd.mkv`, "!x*y.mkv", "año 日本.mkv"] as const;
export const SERIES = ["series/info.txt", "series/s01/e01.mkv", "series/s01/e02.mkv", "series/s02/e01.mkv"] as const;
/** Wider than any window. */
const LONG = `${"un nombre muy largo ".repeat(9)}.mkv`;
export const NAMES: readonly string[] = [...ODD, ...SERIES, LONG, "zz.bin"].sort();

/** Columns and rows of the windows that people have. */
export const WINDOWS = [
  [80, 24],
  [120, 40],
  [45, 15],
] as const;

/** A cluster of two secondaries, each behind a proxy, with files of all kinds of names. Each is larger than those before it. */
export class OddNames implements AsyncDisposable {
  private constructor(readonly cluster: Cluster) {}

  static async start(): Promise<OddNames> {
    const cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
      for (const [index, name] of NAMES.entries()) put(folder(1), name, randomBytes((index + 1) * 100_000));
    });
    return new OddNames(cluster);
  }

  /** A command of a client, to its end. */
  client(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    return run(["client", ...args, ...this.central], { cwd: this.cluster.root, env });
  }

  /** The same at a terminal, with a person at it. */
  terminal(args: readonly string[], columns: number, rows: number, env: Record<string, string> = {}): Terminal {
    return new Terminal(["client", ...args, ...this.central], { cwd: this.cluster.root, columns, rows, env });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cluster[Symbol.asyncDispose]();
  }

  private get central(): readonly string[] {
    return ["--central-port", String(this.cluster.centralPort)];
  }
}
