/** Text as a terminal sees it: measured in columns, cut between graphemes, free of what would move the cursor. */

const ESC = "\x1b";
/** Made when it is needed: that takes 2 ms. */
let segmenter: Intl.Segmenter | null = null;

// Built from a string since the linter takes a control character in a regular expression for a mistake.
const COLOR_OR_CONTROL = new RegExp(`${ESC}\\[[0-9;:]*m|\\p{Cc}`, "gu");
// Line separators, and the marks that turn the direction of writing: they would reorder the whole row.
const DISTURBING = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const TURNING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** What people take for single characters, in order. */
export function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The columns that `text` takes. */
export function widthOf(text: string): number {
  return Bun.stringWidth(text);
}

/** `text` as part of one row: what would end the row, move the cursor or turn the writing is shown as `�`. */
export function oneRow(text: string): string {
  return text.toWellFormed().replace(DISTURBING, "�");
}

/** `text` for a terminal: keeps its lines and colors, and nothing else that a terminal obeys. */
export function forTerminal(text: string): string {
  const kept = text.toWellFormed().replace(COLOR_OR_CONTROL, (found) => {
    if (found === "\n" || found.length > 1) return found;
    return found === "\t" ? "    " : "";
  });
  const shown = kept.replace(TURNING, "�");
  return shown.includes(ESC) ? `${shown}${ESC}[0m` : shown;
}

/** `text` for people, through a file or a pipe: keeps its lines, without escape codes or what a terminal would obey later. */
export function forPipe(text: string): string {
  return Bun.stripANSI(text).split("\n").map(oneRowWithTabs).join("\n");
}

function oneRowWithTabs(text: string): string {
  return text.split("\t").map(oneRow).join("\t");
}

/** The longest beginning of `parts` that fits, as text. */
function fitting(parts: readonly string[], width: number): string {
  let taken = "";
  for (const part of parts) {
    if (widthOf(taken + part) > width) break;
    taken += part;
  }
  return taken;
}

/** Cuts the end off, marked by `…`. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  return `${fitting(graphemes(text), width - 1)}…`;
}

/** Cuts the middle out, marked by `…`: the end of a file name says as much as its beginning. */
export function shortenMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 4) return cutEnd(text, width);
  const parts = graphemes(text);
  const head = fitting(parts, Math.ceil((width - 1) / 2));
  const room = width - 1 - widthOf(head);
  let tail = "";
  for (const part of parts.reverse()) {
    if (widthOf(part + tail) > room) break;
    tail = part + tail;
  }
  return `${head}…${tail}`;
}

/** Fills up with spaces to `width` columns. */
export function pad(text: string, width: number, side: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? text + space : space + text;
}

/** A text without the quotes around it. */
export function unquote(text: string): string {
  const first = text[0];
  const quoted = (first === "'" || first === '"') && text.length > 1 && text.endsWith(first);
  return quoted ? text.slice(1, -1) : text;
}
