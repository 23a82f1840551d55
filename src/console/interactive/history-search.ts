/** What to do with the line that is typed after a key of a search: `search` on, or leave it with a line. */
export type SearchStep =
  | { readonly kind: "search" }
  /** The line takes the place of what was typed; `keys` are then pressed in it. */
  | { readonly kind: "found"; readonly line: string; readonly keys: string }
  /** What was typed before is there again; `keys` are then pressed. */
  | { readonly kind: "cancelled"; readonly keys: string };

const [CTRL_C, CTRL_G, CTRL_H, CTRL_R, CTRL_S, ESCAPE, BACKSPACE] = [
  "\x03",
  "\x07",
  "\x08",
  "\x12",
  "\x13",
  "\x1b",
  "\x7f",
];
/** Most characters that are searched for: more find nothing. */
const MAX_QUERY_CHARACTERS = 200;

/** A search backwards through the lines typed before, as shells have it at Ctrl-R. Sans-I/O. */
export class HistorySearch {
  private typed = "";
  /** Where in the lines the last one found is; where nothing is found it stays. */
  private index = -1;
  private isFound = true;

  /** `lines`: the newest first; `before`: what had been typed when the search began. */
  constructor(
    private readonly lines: readonly string[],
    private readonly before: string,
  ) {}

  get query(): string {
    return this.typed;
  }

  /** Whether a line has what is searched for. */
  get found(): boolean {
    return this.isFound;
  }

  /** The line found last; what had been typed before, where none was. */
  get line(): string {
    return this.lines[this.index] ?? this.before;
  }

  /** Where in the line it was found. */
  get cursor(): number {
    return Math.max(0, this.line.lastIndexOf(this.typed));
  }

  /** Keys as the terminal sends them. */
  press(keys: string): SearchStep {
    const all = [...keys];
    for (const [at, key] of all.entries()) {
      if (key === CTRL_G || key === CTRL_C) return { kind: "cancelled", keys: all.slice(at + 1).join("") };
      if (key === CTRL_R) this.search(this.index + 1);
      else if (key === BACKSPACE || key === CTRL_H) this.shorten();
      else if (key === ESCAPE || key < " ") return this.accept(all.slice(at).join(""));
      else this.lengthen(key);
    }
    return { kind: "search" };
  }

  /** Every key that does not search ends the search, and does in the line found what it always does. */
  private accept(keys: string): SearchStep {
    const isOnlyEscape = keys === ESCAPE || keys.startsWith(CTRL_S);
    return { kind: "found", line: this.line, keys: isOnlyEscape ? "" : keys };
  }

  private lengthen(key: string): void {
    if (this.typed.length >= MAX_QUERY_CHARACTERS) return;
    this.typed += key;
    this.search(Math.max(0, this.index));
  }

  private shorten(): void {
    this.typed = [...this.typed].slice(0, -1).join("");
    this.index = -1;
    this.search(0);
  }

  /** Searches from a line on, to older ones; each text once. */
  private search(from: number): void {
    if (this.typed === "") {
      this.isFound = true;
      return;
    }
    const shown = this.lines[this.index];
    for (let index = from; index < this.lines.length; index++) {
      const line = this.lines[index] ?? "";
      if (!line.includes(this.typed) || (index > this.index && line === shown)) continue;
      this.index = index;
      this.isFound = true;
      return;
    }
    this.isFound = false;
  }
}
