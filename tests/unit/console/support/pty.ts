import path from "node:path";

const PROGRAM = path.join(import.meta.dir, "program.ts");

/** program.ts on a real pseudo-terminal. */
export class Pty {
  /** Everything it has written. */
  output = "";
  private from = 0;
  private readonly waiting = new Set<() => void>();
  private readonly process: Bun.Subprocess;

  constructor(historyFile: string, columns = 80, rows = 24) {
    const decoder = new TextDecoder();
    this.process = Bun.spawn([process.execPath, PROGRAM, historyFile], {
      // Only a terminal made by spawn is the controlling one, whose change of size is signalled.
      terminal: {
        cols: columns,
        rows,
        data: (_terminal, data) => {
          this.output += decoder.decode(data, { stream: true });
          for (const check of this.waiting) check();
        },
      },
      env: { ...process.env, TERM: "xterm" },
    });
  }

  private get terminal(): Bun.Terminal {
    if (!this.process.terminal) throw new Error("the program has no terminal");
    return this.process.terminal;
  }

  get exited(): Promise<number> {
    return this.process.exited;
  }

  /** Resolves when `text` has been written after everything that was waited for before. */
  until(text: string | RegExp): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        const unread = this.output.slice(this.from);
        const [found] = typeof text === "string" ? [text] : (unread.match(text) ?? []);
        const at = found === undefined ? -1 : unread.indexOf(found);
        if (found === undefined || at < 0) return;
        this.from += at + found.length;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  type(keys: string): void {
    this.terminal.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  /** Closes the window; the program may go on. */
  hangUp(): void {
    this.terminal.close();
  }

  kill(): void {
    this.process.kill("SIGKILL");
    if (!this.terminal.closed) this.terminal.close();
  }
}
