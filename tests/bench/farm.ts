import { join, resolve } from "node:path";
import type { Hosts } from "./namespaces.ts";
import { freePort } from "./ports.ts";

const EXECUTABLE = resolve(process.env.REDES ?? "dist/redes");

/** A central and secondaries of the built executable, for measuring. */
export class Farm {
  private constructor(
    readonly port: number,
    readonly central: Bun.Subprocess,
    readonly secondaries: readonly Bun.Subprocess[],
  ) {}

  /** Starts them over these folders, each on a host of its own where there are hosts; waits until all are in step. */
  static async start(folders: readonly string[], data: string, hosts: Hosts | null = null): Promise<Farm> {
    const open = hosts ? ["--ip", "0.0.0.0", "--open"] : [];
    const { port, central, serving } = await startCentral(folders.length, data, open);
    const secondaries = folders.map((folder, index) => {
      const number = String(index + 1);
      const args = ["-n", number, "--port", "0", "--central-port", String(port), "--dir", folder, "--data", data];
      const command = [EXECUTABLE, "secondary", ...args, "--log", "json", ...open];
      if (!hosts) return spawn(command);
      return spawn(hosts.on(index, [...command, "--central-ip", hosts.outside(index)]));
    });
    await serving;
    return new Farm(port, central, secondaries);
  }

  /** The command of a client's download to a path. */
  get(name: string, output: string): string[] {
    return getCommand(name, output, this.port);
  }

  async stop(): Promise<void> {
    const all = [this.central, ...this.secondaries];
    for (const child of all) child.kill("SIGTERM");
    await Promise.all(all.map((child) => child.exited));
  }
}

/** The command of a download to a path, for the central at `port`. */
export function getCommand(name: string, output: string, port: number): string[] {
  return [EXECUTABLE, "client", "get", name, "-o", output, "--force", "--quiet", "--central-port", String(port)];
}

export interface StartedCentral {
  readonly port: number;
  readonly central: Bun.Subprocess;
  /** Resolves when it serves. */
  readonly serving: Promise<void>;
}

/** A central that serves once so many secondaries are in step; `flags` beside the usual ones. */
export async function startCentral(
  secondaries: number,
  data: string,
  flags: readonly string[] = [],
): Promise<StartedCentral> {
  const port = await freePort();
  const listen = ["--port", String(port), "--secondaries", String(secondaries), ...flags];
  const central = spawn([EXECUTABLE, "central", ...listen, "--data", data, "--log", "json"]);
  return { port, central, serving: until(central, "synchronized") };
}

function spawn(command: string[]): Bun.Subprocess<"ignore", "ignore", "pipe"> {
  return Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe", cwd: join(EXECUTABLE, "..") });
}

/** Reads a server's log, for ever, and resolves when it tells of an event. */
function until(server: Bun.Subprocess<"ignore", "ignore", "pipe">, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const read = async () => {
      let text = "";
      for await (const bytes of server.stderr) {
        text = (text + new TextDecoder().decode(bytes)).slice(-100_000);
        if (text.includes(`"event":"${event}"`)) resolve();
      }
      reject(new Error(`a server ended: ${text.slice(-300)}`));
    };
    read().catch(reject);
  });
}
