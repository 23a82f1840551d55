import { spawnChild } from "./children.ts";

/** A server of the built executable whose JSON log is read. */
export class Logged {
  private readonly events = new Set<string>();
  private waiting: { event: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  private text = "";

  private constructor(readonly child: Bun.Subprocess<"pipe", "ignore", "pipe">) {
    void this.read();
  }

  static start(command: readonly string[], cwd: string): Logged {
    // An open pipe for stdin: the end of a file would be read as input.
    return new Logged(spawnChild([...command], { cwd, stdin: "pipe", stdout: "ignore", stderr: "pipe" }));
  }

  /** Resolves once it has told of an event; rejects when it ends before. */
  says(event: string): Promise<void> {
    if (this.events.has(event)) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ event, resolve, reject }));
  }

  private async read(): Promise<void> {
    for await (const bytes of this.child.stderr) {
      this.text += new TextDecoder().decode(bytes);
      const lines = this.text.split("\n");
      this.text = lines.pop() ?? "";
      for (const line of lines) this.events.add(line.match(/"event":"([\w-]+)"/)?.[1] ?? "");
      this.waiting = this.waiting.filter(({ event, resolve }) => {
        if (this.events.has(event)) resolve();
        return !this.events.has(event);
      });
    }
    for (const { event, reject } of this.waiting) reject(new Error(`a server ended before it said ${event}`));
  }
}
