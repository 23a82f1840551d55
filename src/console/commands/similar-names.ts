import { editDistance } from "./distance.ts";

/** Letters of a name for which one may be wrong, and how many at most: with more of them it is another name. */
const LETTERS_PER_MISTAKE = 5;
const MAX_MISTAKES = 4;

/** How near a name is to what was typed: less is nearer. */
interface Ranked {
  readonly name: string;
  readonly rank: number;
}

/** Finds the names that somebody may have meant, out of any number of them that pass by. */
export class SimilarNames {
  private best: Ranked[] = [];
  private readonly wanted: string;
  private readonly mistakes: number;

  /** `most`: how many are kept. */
  constructor(
    typed: string,
    private readonly most: number,
  ) {
    this.wanted = folded(typed);
    this.mistakes = Math.min(MAX_MISTAKES, Math.floor([...this.wanted].length / LETTERS_PER_MISTAKE));
  }

  consider(name: string): void {
    const rank = this.rankOf(folded(name));
    if (rank === null || this.best.some((other) => other.name === name)) return;
    this.best = [...this.best, { name, rank }].sort(nearerFirst).slice(0, this.most);
  }

  /** The nearest first. */
  get names(): readonly string[] {
    return this.best.map(({ name }) => name);
  }

  /** Null for a name that nobody would take for what was typed. */
  private rankOf(name: string): number | null {
    const { wanted } = this;
    if (name === wanted) return 0;
    const base = name.slice(name.lastIndexOf("/") + 1);
    const wantedBase = wanted.slice(wanted.lastIndexOf("/") + 1);
    // In another folder, or without its extension.
    if (base === wantedBase) return 0.1;
    if (withoutExtension(name) === wanted || withoutExtension(base) === wanted) return 0.2;
    const whole = this.distance(name, wanted);
    // A name that is nearly right in another folder is a weaker guess.
    const inFolder = wanted.includes("/") ? null : this.distance(base, wanted);
    if (whole !== null) return whole;
    return inFolder === null ? null : inFolder + 0.5;
  }

  private distance(name: string, wanted: string): number | null {
    if (this.mistakes === 0 || Math.abs(name.length - wanted.length) > this.mistakes) return null;
    const distance = editDistance(wanted, name);
    return distance <= this.mistakes ? distance : null;
  }
}

function nearerFirst(left: Ranked, right: Ranked): number {
  return left.rank - right.rank || (left.name < right.name ? -1 : 1);
}

/** Without what people do not see or do not type: capitals, and whether an accent is a character of its own. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function withoutExtension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > name.lastIndexOf("/") + 1 ? name.slice(0, dot) : name;
}
