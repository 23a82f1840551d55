import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { makeTlsFiles } from "./keys.ts";
import type { Row } from "./table.ts";

const SERVER = join(import.meta.dir, "floor-server.ts");
const CLIENT = join(import.meta.dir, "floor-client.ts");

type Way = "plain" | "tls";

/** The names of the rows. */
export const FLOOR: Readonly<Record<Way, string>> = {
  plain: "Bun's sockets alone",
  tls: "Bun's sockets alone, TLS",
};

/** Servers that only send, to be taken from by a program that only receives, hashes and writes, over TLS and without. */
export class Floor {
  private constructor(
    private readonly children: readonly Bun.Subprocess<"ignore", "pipe", "inherit">[],
    private readonly ports: Readonly<Record<Way, readonly string[]>>,
  ) {}

  /** Two for each file: with TLS, and without. */
  static async start(files: readonly string[], workspace: string): Promise<Floor> {
    const place = join(workspace, "floor");
    mkdirSync(place, { recursive: true });
    const { own } = await makeTlsFiles(place);
    const start = (...args: string[]) =>
      spawnChild([process.execPath, SERVER, ...args], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const plain = files.map((file) => start(file));
    const tls = files.map((file) => start(file, own));
    const [plainPorts, tlsPorts] = [await Promise.all(plain.map(portOf)), await Promise.all(tls.map(portOf))];
    return new Floor([...plain, ...tls], { plain: plainPorts, tls: tlsPorts });
  }

  /** By which `output` is filled. */
  command(way: Way, output: string, size: number): string[] {
    return [process.execPath, CLIENT, output, String(size), way, ...this.ports[way]];
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill();
    await Promise.all(this.children.map((child) => child.exited));
  }
}

async function portOf(server: Bun.Subprocess<"ignore", "pipe", "inherit">): Promise<string> {
  for await (const bytes of server.stdout) return new TextDecoder().decode(bytes).trim();
  throw new Error("a server of the floor has ended");
}

/**
 * What TLS costs where nothing of redes is there, and what redes takes beside that. Without TLS redes does with fewer copies
 * than these sockets, so that the first of these is no bound for what keys cost it. Null where it was not measured.
 */
export function comparedWithFloor(rows: readonly Row[]): string | null {
  const secondsOf = (name: string) => rows.find((row) => row.name === name)?.seconds;
  const [plain, tls] = [secondsOf(FLOOR.plain), secondsOf(FLOOR.tls)];
  const withKeys = rows[1]?.seconds;
  if (plain === undefined || tls === undefined || withKeys === undefined) return null;
  const alone = `Bun's sockets alone, with TLS / without: ${(tls / plain).toFixed(2)}`;
  return `${alone}; redes with keys / Bun's sockets alone with TLS: ${(withKeys / tls).toFixed(2)}\n`;
}
