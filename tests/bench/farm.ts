import { join, resolve } from "node:path";
import type { FarLine } from "./far-lines.ts";
import type { Hosts } from "./namespaces.ts";
import { freePort } from "./ports.ts";
import { Server } from "./server.ts";

export const EXECUTABLE = resolve(process.env.REDES ?? "dist/redes");
/** Milliseconds until all must be in step. */
const DEADLINE = 300_000;

export interface FarmOptions {
  /** Each secondary is on a host of its own. */
  readonly hosts?: Hosts;
  /** Each secondary is at the end of a line. */
  readonly lines?: readonly FarLine[];
  /** The cluster's key: everything over TLS. */
  readonly keyFile?: string | null;
  /** More flags for each secondary. */
  readonly flags?: readonly (readonly string[])[];
  /** More flags for the central. */
  readonly centralFlags?: readonly string[];
}

/** A central and secondaries of the built executable, for measuring. */
export class Farm {
  private constructor(
    readonly port: number,
    readonly central: Server,
    readonly secondaries: readonly Server[],
    private readonly key: readonly string[],
  ) {}

  /** Starts them over these folders, and waits until all are in step. */
  static async start(folders: readonly string[], data: string, options: FarmOptions = {}): Promise<Farm> {
    const { hosts, lines = [], keyFile = null, flags = [], centralFlags = [] } = options;
    const key = keyFile === null ? [] : ["--key-file", keyFile];
    const open = [...key, ...(hosts ? ["--ip", "0.0.0.0", "--open"] : [])];
    const { port, central } = await startCentral(folders.length, data, [...open, ...centralFlags]);
    const secondaries = folders.map((folder, index) => {
      const number = String(index + 1);
      const line = lines[index];
      const way = line ? ["--advertise", `127.0.0.1:${line.port}`] : [];
      const own = ["-n", number, "--port", String(line?.target ?? 0), ...way, ...(flags[index] ?? [])];
      const args = [...own, "--central-port", String(port), "--dir", folder, "--data", data];
      const command = [EXECUTABLE, "secondary", ...args, "--log", "json", ...open];
      if (!hosts) return spawn(command);
      return spawn(hosts.on(index, [...command, "--central-ip", hosts.outside(index)]));
    });
    const farm = new Farm(port, central, secondaries, key);
    try {
      await inStep(central);
      return farm;
    } catch (error) {
      await farm.stop();
      throw error;
    }
  }

  /** The command of a client's download to a path. */
  get(name: string, output: string): string[] {
    return [...getCommand(name, output, this.port), ...this.key];
  }

  /** A client's command. */
  client(...args: string[]): string[] {
    return [EXECUTABLE, "client", ...args, "--central-port", String(this.port), ...this.key];
  }

  async stop(): Promise<void> {
    await Promise.all([this.central, ...this.secondaries].map((server) => server.stop()));
  }
}

/** The command of a download to a path, for the central at `port`. */
export function getCommand(name: string, output: string, port: number): string[] {
  return [EXECUTABLE, "client", "get", name, "-o", output, "--force", "--quiet", "--central-port", String(port)];
}

/** A central that serves once so many secondaries are in step; `flags` are added to the usual ones. */
export async function startCentral(
  secondaries: number,
  data: string,
  flags: readonly string[] = [],
): Promise<{ readonly port: number; readonly central: Server }> {
  const port = await freePort();
  const listen = ["--port", String(port), "--secondaries", String(secondaries), ...flags];
  return { port, central: spawn([EXECUTABLE, "central", ...listen, "--data", data, "--log", "json"]) };
}

/** Waits until a central says that all are in step. */
export function inStep(central: Server): Promise<void> {
  return central.until("synchronized", DEADLINE);
}

function spawn(command: string[]): Server {
  return Server.start(command, join(EXECUTABLE, ".."));
}
