import { join, resolve } from "node:path";
import type { Hosts } from "./namespaces.ts";
import { freePort } from "./ports.ts";
import { Server } from "./server.ts";

export const EXECUTABLE = resolve(process.env.REDES ?? "dist/redes");
/** Milliseconds until all must be in step. */
const DEADLINE = 300_000;

/** A central and secondaries of the built executable, for measuring. */
export class Farm {
  private constructor(
    readonly port: number,
    readonly central: Server,
    readonly secondaries: readonly Server[],
  ) {}

  /** Starts them over these folders, each on a host of its own where there are hosts; waits until all are in step. */
  static async start(folders: readonly string[], data: string, hosts: Hosts | null = null): Promise<Farm> {
    const port = await freePort();
    const open = hosts ? ["--ip", "0.0.0.0", "--open"] : [];
    const listen = ["--port", String(port), "--secondaries", String(folders.length), ...open];
    const central = spawn([EXECUTABLE, "central", ...listen, "--data", data, "--log", "json"]);
    const secondaries = folders.map((folder, index) => {
      const number = String(index + 1);
      const args = ["-n", number, "--port", "0", "--central-port", String(port), "--dir", folder, "--data", data];
      const command = [EXECUTABLE, "secondary", ...args, "--log", "json", ...open];
      if (!hosts) return spawn(command);
      return spawn(hosts.on(index, [...command, "--central-ip", hosts.outside(index)]));
    });
    const farm = new Farm(port, central, secondaries);
    try {
      await central.until("synchronized", DEADLINE);
      return farm;
    } catch (error) {
      await farm.stop();
      throw error;
    }
  }

  /** The command of a client's download to a path. */
  get(name: string, output: string): string[] {
    return this.client("get", name, "-o", output, "--force", "--quiet");
  }

  /** A client's command. */
  client(...args: string[]): string[] {
    return [EXECUTABLE, "client", ...args, "--central-port", String(this.port)];
  }

  async stop(): Promise<void> {
    await Promise.all([this.central, ...this.secondaries].map((server) => server.stop()));
  }
}

function spawn(command: string[]): Server {
  return Server.start(command, join(EXECUTABLE, ".."));
}
