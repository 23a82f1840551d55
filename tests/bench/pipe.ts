import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { spawnChild } from "./children.ts";

/** A named pipe, so that nothing is read from it that was not asked for. */
export class Pipe {
  /** Bytes read so far. */
  taken = 0;
  private readonly buffer = new Uint8Array(1024 * 1024);

  private constructor(
    readonly child: Bun.Subprocess<"ignore", "ignore", "pipe">,
    private readonly handle: FileHandle,
    /** What `performance.now()` gave when the command was started. */
    readonly began: number,
  ) {}

  /** Starts a command with its stdout in a pipe that is made in `folder`. */
  static async from(command: readonly string[], folder: string): Promise<Pipe> {
    const path = join(folder, "pipe");
    if (!(await Bun.file(path).exists())) Bun.spawnSync(["mkfifo", path]);
    const began = performance.now();
    // The shell waits for a reader; exec keeps the process that is measured the child.
    const shell = ["sh", "-c", 'exec "$@" > "$0"', path, ...command];
    const child = spawnChild(shell, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    return new Pipe(child, await open(path, "r"), began);
  }

  /** Reads until so many bytes were taken, or the end; gives how many there were. */
  async read(until: number): Promise<number> {
    while (this.taken < until) {
      const { bytesRead } = await this.handle.read(this.buffer, 0, Math.min(this.buffer.length, until - this.taken));
      if (bytesRead === 0) break;
      this.taken += bytesRead;
    }
    return this.taken;
  }

  /** Reads to the end. Throws when the command fails. */
  async finish(): Promise<void> {
    await this.read(Number.POSITIVE_INFINITY);
    await this.handle.close();
    const [text, code] = await Promise.all([new Response(this.child.stderr).text(), this.child.exited]);
    if (code !== 0) throw new Error(`the command ended with ${code}: ${text.trim().slice(-300)}`);
  }

  /** Reads no more and ends the command. */
  async abandon(): Promise<void> {
    await this.handle.close();
    this.child.kill();
    await this.child.exited;
  }
}
