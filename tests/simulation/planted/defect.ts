/** A fault that a test puts into the program while it loads, to see that the simulator finds it. */
export interface Defect {
  /** In a few words. */
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  /** A text that is in the file exactly once. */
  readonly find: string;
  /** What is there instead. */
  readonly replace: string;
  /** What goes wrong for people. */
  readonly why: string;
  /** Names of the invariants that are about it: it is found when one of them breaks, and no other. */
  readonly breaks: readonly string[];
  /** Kinds of actions without which nothing shows: seeds whose plans have none of them are left out. Absent: none is. */
  readonly needs?: readonly string[];
}

/** The text with the defect in it. Throws when what is to be replaced is not there exactly once. */
export function withDefect({ name, file, find, replace }: Defect, text: string): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(
      `the planted defect "${name}" no longer fits ${file}: its text is there ${more.length + (after === undefined ? 0 : 1)} times`,
    );
  }
  return before + replace + after;
}
