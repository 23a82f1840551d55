import net from "node:net";
import type { Part } from "../inputs/input.ts";

/** Milliseconds that a part waits for what should come before it, and that the other end may still say something. */
const PATIENCE_MS = 12;
/** Bytes of responses that are kept to be looked at; the rest is taken and forgotten. */
const KEPT_BYTES = 256 * 1024;

/** Ways in which an attacker ends his connection. */
const ENDINGS = ["end", "destroy", "reset"] as const;

/**
 * Sends parts to an HTTP server, whatever comes back, and then ends the connection. Gives what came back, as latin1; never rejects.
 * `quiet`: whether the server has nothing more to say.
 */
export async function sendParts(port: number, parts: readonly Part[], quiet: () => boolean): Promise<string> {
  const attacker = new Attacker(net.connect(port, "127.0.0.1"));
  for (const { bytes, after } of parts) {
    await attacker.until(() => attacker.heard >= after);
    if (!(await attacker.send(bytes))) break;
  }
  const before = attacker.heard;
  await attacker.until(() => attacker.heard > before && quiet());
  attacker.end(ENDINGS[parts.length % ENDINGS.length] ?? "end");
  return attacker.text;
}

class Attacker {
  heard = 0;
  private over = false;
  private readonly kept: Buffer[] = [];

  constructor(private readonly socket: net.Socket) {
    socket.on("data", (bytes) => {
      if (this.heard < KEPT_BYTES) this.kept.push(Buffer.from(bytes));
      this.heard += bytes.length;
    });
    // A connection that is reset is closed next.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.over = true;
    });
  }

  get text(): string {
    return Buffer.concat(this.kept).toString("latin1");
  }

  /** Waits for something, but not for long. */
  async until(done: () => boolean): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; !done() && !this.over && performance.now() < end; ) {
      await Bun.sleep(1);
    }
  }

  /** Whether the other end is still there. Resolves once the bytes are on their way, or the other end takes no more. */
  async send(bytes: Uint8Array): Promise<boolean> {
    if (this.over) return false;
    let sent = false;
    this.socket.write(bytes, () => {
      sent = true;
    });
    await this.until(() => sent);
    return !this.over;
  }

  end(how: (typeof ENDINGS)[number]): void {
    if (how === "end") this.socket.end();
    if (how === "reset") this.socket.resetAndDestroy();
    else this.socket.destroy();
  }
}
