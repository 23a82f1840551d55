/** A system call that has succeeded, as strace shows it. */
export interface SystemCall {
  readonly name: string;
  /** As strace writes them, strings apart: those are decoded. */
  readonly args: readonly (string | Uint8Array)[];
  readonly result: number;
  /** How many calls of the same trace had ended when this one began: they have surely come before it. */
  readonly began: number;
  /** When strace wrote its line, in seconds since 1970: later lines of a trace have no earlier time. */
  readonly time: number;
}

/** The first part of a line whose call had not ended when another thread did something. */
interface Begun {
  readonly text: string;
  readonly began: number;
}

const UNFINISHED = " <unfinished ...>";
/** Thread, time and call. */
const LINE = /^(\d+) +(\d+\.\d+) (.*)$/;
const RESUMED = /^<\.\.\. \w+ resumed>/;

/**
 * Reads the output of `strace -f -ttt -xx` in the order in which the calls ended. Calls that failed and signals are left
 * out. A `close` that goes on in another thread is handed out where it began: its number may belong to another file before it
 * ends.
 */
export function* systemCalls(lines: Iterable<string>): Generator<SystemCall> {
  const begun = new Map<string, Begun>();
  let ended = 0;
  let time = 0;
  for (const line of lines) {
    const [, thread = "", seconds = "0", text = ""] = LINE.exec(line) ?? [];
    time = Math.max(time, Number(seconds));
    if (text.endsWith(UNFINISHED)) {
      const first = text.slice(0, -UNFINISHED.length);
      if (first.startsWith("close(")) {
        yield { ...parse(`${first}) = 0`), began: ended, time };
        ended += 1;
      } else begun.set(thread, { text: first, began: ended });
      continue;
    }
    const resumed = RESUMED.exec(text);
    const before = resumed ? begun.get(thread) : { text: "", began: ended };
    begun.delete(thread);
    if (!before || !/^\w+\(/.test(before.text + text)) continue;
    const call = parse(before.text + text.slice(resumed?.[0].length ?? 0));
    if (call.result < 0 || Number.isNaN(call.result)) continue;
    yield { ...call, began: before.began, time };
    ended += 1;
  }
}

function parse(text: string): Omit<SystemCall, "began" | "time"> {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(") ");
  const result = Number.parseInt(text.slice(text.indexOf("= ", close) + 2), 10);
  return { name: text.slice(0, open), args: splitArguments(text.slice(open + 1, close)), result };
}

/** Splits at the commas that are in no string and in no braces. */
function splitArguments(text: string): (string | Uint8Array)[] {
  const args: (string | Uint8Array)[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '"') at = text.indexOf('"', at + 1);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (at === text.length || (character === "," && depth === 0)) {
      args.push(decode(text.slice(start, at).trim()));
      start = at + 1;
    }
  }
  return args;
}

function decode(argument: string): string | Uint8Array {
  if (argument.endsWith('"...')) throw new Error("strace has cut a string: its limit is too low");
  if (!argument.startsWith('"')) return argument;
  return Buffer.from(argument.slice(1, -1).replaceAll("\\x", ""), "hex");
}
