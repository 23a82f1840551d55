/**
 * How many times as often as usual something runs before the JavaScript engine compiles it. A download of 32 MiB, or a list,
 * runs little again and again, and the bytes go through system calls: of its processor time a third went into compiling,
 * and 5 MB of its memory. One of many files has it compiled all the same.
 */
const SCALE = 40;
/** An argument of a thread whose process does so. */
const ARGUMENT = "late-compiling";

let late = false;

/** Has this thread, and those that it starts from now on, run as an interpreter for longer. */
export function compileLate(): void {
  late = true;
  Bun.unsafe.setJITPolicy(SCALE);
}

/** What a thread that this one starts is given besides its arguments. */
export function compilingArguments(): readonly string[] {
  return late ? [ARGUMENT] : [];
}

/** Of a thread: whether the one that has started it compiles late. */
export function isToCompileLate(args: readonly string[]): boolean {
  return args.includes(ARGUMENT);
}
