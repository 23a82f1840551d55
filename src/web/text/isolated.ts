/** Letters that run from right to left, and characters that say how those after them run. */
const TURNS =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Characters that begin and end what runs by itself. */
const ISOLATES = /[\u2066-\u2069]/g;
const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = ["\u2068", "\u2069"];

/** A name as it stands in a sentence: it does not turn around the words beside it, whatever somebody has put into it. */
export function isolated(name: string): string {
  if (!TURNS.test(name)) return name;
  return `${FIRST_STRONG_ISOLATE}${name.replace(ISOLATES, "\ufffd")}${POP_ISOLATE}`;
}
