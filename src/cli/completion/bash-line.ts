/** A command line as bash gives it to a completion: with its quotes, up to the cursor. */
export interface BashLine {
  /** The words before the one at the cursor, without quotes. The first is the program. */
  readonly before: readonly string[];
  /** The word at the cursor, without quotes. */
  readonly typed: string;
  /** How many characters of `typed` bash leaves as they are: it replaces what follows them. */
  readonly kept: number;
  /** The quote that is open where bash begins to replace; "" where none is. */
  readonly quote: "" | "'" | '"';
}

/** Where a character of a word came from. */
interface BashCharacter {
  readonly character: string;
  /** Whether it is protected, and so ends no part of the word. */
  readonly quoted: boolean;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Reads a line that may end anywhere. `breaks`: COMP_WORDBREAKS, at which bash begins to replace. */
export function readBashLine(line: string, breaks: string): BashLine {
  const before: string[] = [];
  const reader = new WordReader(line);
  for (;;) {
    const word = reader.next();
    if (word.ended) {
      before.push(textOf(word.cells));
      continue;
    }
    const { cells, quote, openedAt } = word;
    if (quote !== "") return { before, typed: textOf(cells), kept: lengthOf(cells.slice(0, openedAt)), quote };
    const last = cells.findLastIndex(({ character, quoted }) => !quoted && breaks.includes(character));
    return { before, typed: textOf(cells), kept: lengthOf(cells.slice(0, last + 1)), quote: "" };
  }
}

interface ReadWord {
  readonly cells: readonly BashCharacter[];
  /** Whether a space follows. */
  readonly ended: boolean;
  readonly quote: "" | "'" | '"';
  /** How many cells were there before the open quote. */
  readonly openedAt: number;
}

/** Reads one word after the other. */
class WordReader {
  private readonly characters: readonly string[];
  private position = 0;

  constructor(line: string) {
    this.characters = [...line];
  }

  next(): ReadWord {
    while (this.isSpace()) this.position += 1;
    const cells: BashCharacter[] = [];
    for (;;) {
      const character = this.characters[this.position];
      if (character === undefined) return { cells, ended: false, quote: "", openedAt: 0 };
      if (this.isSpace()) return { cells, ended: true, quote: "", openedAt: 0 };
      const openedAt = cells.length;
      const open = this.read(character, cells);
      if (open !== "") return { cells, ended: false, quote: open, openedAt };
    }
  }

  /** Reads a character, or what is in quotes; gives the quote that stays open. */
  private read(character: string, cells: BashCharacter[]): "" | "'" | '"' {
    const next = this.characters[this.position + 1];
    this.position += 1;
    if (character === "'") return this.readQuoted("'", cells, () => null);
    if (character === '"') return this.readQuoted('"', cells, inDoubleQuotes);
    if (character === "$" && next === "'") {
      this.position += 1;
      return this.readQuoted("'", cells, (escaped) => NAMED_ESCAPES[escaped] ?? escaped);
    }
    if (character !== "\\") cells.push({ character, quoted: false });
    else if (next !== undefined) {
      this.position += 1;
      cells.push({ character: next, quoted: true });
    }
    return "";
  }

  /** `meaning`: what a character means behind a backslash; null where the backslash is one. */
  private readQuoted(
    quote: "'" | '"',
    cells: BashCharacter[],
    meaning: (next: string) => string | null,
  ): "" | "'" | '"' {
    for (;;) {
      const character = this.characters[this.position];
      if (character === undefined) return quote;
      this.position += 1;
      if (character === quote) return "";
      const next = this.characters[this.position];
      const meant = character === "\\" && next !== undefined ? meaning(next) : null;
      if (meant !== null) this.position += 1;
      cells.push({ character: meant ?? character, quoted: true });
    }
  }

  private isSpace(): boolean {
    return /^[ \t\n]$/.test(this.characters[this.position] ?? "");
  }
}

function inDoubleQuotes(next: string): string | null {
  return '"\\$`'.includes(next) ? next : null;
}

function textOf(cells: readonly BashCharacter[]): string {
  return cells.map(({ character }) => character).join("");
}

function lengthOf(cells: readonly BashCharacter[]): number {
  return textOf(cells).length;
}
