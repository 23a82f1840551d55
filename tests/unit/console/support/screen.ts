import { graphemes, widthOf } from "../../../../src/console/text.ts";

const PARTS = /\p{Cc}\[[?0-9;]*[A-Za-z]|\r|\n|\P{Cc}+/gu;

interface Line {
  cells: string[];
}

/**
 * A terminal in miniature, for the codes that the painter uses. A logical line folds into rows of the window's width, and
 * folds anew when that changes, as in tmux. There is no upper edge: what scrolls away can still be looked at.
 */
export class ScreenModel {
  columns: number;
  rows = 24;
  private readonly lines: Line[] = [{ cells: [] }];
  private line = 0;
  private offset = 0;
  private wraps = true;
  private readonly listeners = new Set<() => void>();

  constructor(columns: number) {
    this.columns = columns;
  }

  on(_event: "resize", listener: () => void): void {
    this.listeners.add(listener);
  }

  off(_event: "resize", listener: () => void): void {
    this.listeners.delete(listener);
  }

  resize(columns: number): void {
    this.columns = columns;
    for (const listener of this.listeners) listener();
  }

  /** The logical lines, without spaces at their ends. */
  get text(): string[] {
    return this.lines.map(({ cells }) => cells.join("").trimEnd());
  }

  get cursor(): { line: number; offset: number } {
    return { line: this.line, offset: this.offset };
  }

  write(text: string): void {
    for (const [part] of text.matchAll(PARTS)) {
      if (part.startsWith("\x1b")) this.obey(part.slice(2, -1), part.slice(-1));
      else if (part === "\r") this.offset = this.row * this.columns;
      else if (part === "\n") this.down();
      else for (const each of graphemes(part)) this.put(each);
    }
  }

  private get current(): Line {
    const line = this.lines[this.line];
    if (!line) throw new Error("the cursor is outside the screen");
    return line;
  }

  /** The cursor's row in its line. Behind a full row it stays beside it until something more is written. */
  private get row(): number {
    const beside = this.offset > 0 && this.offset % this.columns === 0 && this.offset >= this.current.cells.length;
    return Math.floor(this.offset / this.columns) - (beside ? 1 : 0);
  }

  private height(index: number): number {
    return Math.max(1, Math.ceil((this.lines[index]?.cells.length ?? 0) / this.columns));
  }

  private put(part: string): void {
    const width = widthOf(part);
    const last = (this.row + 1) * this.columns;
    if (!this.wraps && this.offset + width > last) this.offset = last - width;
    const { cells } = this.current;
    while (cells.length < this.offset) cells.push(" ");
    cells.splice(this.offset, width, part, ...Array<string>(Math.max(0, width - 1)).fill(""));
    this.offset += width;
  }

  private down(): void {
    const column = this.offset - this.row * this.columns;
    if (this.row + 1 < this.height(this.line)) {
      this.offset += this.columns;
      return;
    }
    this.line += 1;
    if (this.line === this.lines.length) this.lines.push({ cells: [] });
    this.offset = column;
  }

  private up(count: number): void {
    // Beside a full row is no column of its own.
    const column = Math.min(this.columns - 1, this.offset - this.row * this.columns);
    let row = this.row - count;
    while (row < 0) {
      if (this.line === 0) throw new Error("the painter climbs above the first line");
      this.line -= 1;
      row += this.height(this.line);
    }
    this.offset = row * this.columns + column;
  }

  private obey(parameter: string, code: string): void {
    const count = Number(parameter || 1);
    const { cells } = this.current;
    const start = this.row * this.columns;
    if (code === "A") this.up(count);
    else if (code === "C") this.offset = Math.min(start + this.columns - 1, this.offset + count);
    else if (code === "B") for (let row = 0; row < count; row++) this.down();
    else if (code === "K") this.clearRow(start);
    else if (code === "J") {
      cells.length = Math.min(cells.length, this.offset);
      this.lines.length = this.line + 1;
    } else if (parameter === "?7") this.wraps = code === "h";
    else if (code !== "m") throw new Error(`the screen does not know ${code}`);
  }

  /** A cleared row no longer goes on below: what was the rest of its line is one of its own. */
  private clearRow(start: number): void {
    const rest = this.current.cells.splice(start).slice(this.columns);
    if (rest.length > 0) this.lines.splice(this.line + 1, 0, { cells: rest });
  }
}
