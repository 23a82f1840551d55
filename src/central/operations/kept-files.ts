import type { KeptFile } from "../../protocol/messages/kept.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { joined, say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { SecondaryView } from "../registry/secondary-table.ts";
import { SecondaryQuestions, type SecondaryQuestionsDeps } from "./secondary-questions.ts";

/** Milliseconds for a secondary to answer: somebody waits at the console. */
const ANSWER_TIMEOUT_MS = 5000;
/** What a secondary reads at least, of a slow disk that others use too: it verifies a kept file before it puts it back. */
const MIN_READ_BYTES_PER_MS = 10_000;

/** A version of a name that left the shared folders of these secondaries. */
export interface KeptVersion extends Pick<KeptFile, "name" | "number" | "id" | "size" | "why"> {
  /** When it left the last of them: milliseconds since 1970. */
  readonly at: number;
  /** Numbers of these secondaries, in order. */
  readonly numbers: readonly number[];
}

export interface KeptListing {
  /** The latest first. */
  readonly versions: readonly KeptVersion[];
  /** Whether there are older ones. */
  readonly more: boolean;
  /** Numbers of secondaries that gave no answer, or are not present. */
  readonly silent: readonly number[];
}

type KeptFilesAnswer = Messages["keeping"] | Messages["restored"];
type KeptQuestion = Omit<Messages["kept"], "request"> | Omit<Messages["restore"], "request">;

export interface KeptFilesDeps extends SecondaryQuestionsDeps {
  readonly secondaries: { sorted(): readonly Pick<SecondaryView, "number" | "isPresent">[] };
}

/** Asks the secondaries for the replaced and removed files that they keep. */
export class KeptFiles {
  private readonly questions: SecondaryQuestions<KeptFilesAnswer>;

  constructor(private readonly deps: KeptFilesDeps) {
    this.questions = new SecondaryQuestions(deps);
  }

  /** What is kept, of one name or (null) of all, about `limit` versions of each secondary. */
  async list(name: string | null, limit: number): Promise<KeptListing> {
    const away = this.deps.secondaries.sorted().flatMap(({ isPresent, number }) => (isPresent ? [] : [number]));
    const silent = [...away];
    let more = false;
    const all = await Promise.all(
      // Where the disk is missing, so are the files that are kept on it.
      [...this.deps.channels.keys()].map(async (number) => {
        if (away.includes(number)) return [];
        const found = await this.listOne(number, name, limit);
        if (!found) silent.push(number);
        more ||= found?.more ?? false;
        return (found?.files ?? []).map((file) => ({ ...file, numbers: [number] }));
      }),
    );
    return { versions: mergeSameVersions(all.flat()), more, silent: silent.sort((left, right) => left - right) };
  }

  /**
   * Has a version put back by the first of its secondaries that can; gives its number. Rejects with an Error that says
   * why none could.
   */
  async restore({ name, id, size, numbers }: KeptVersion): Promise<number> {
    const faults: Told[] = [];
    const timeout = ANSWER_TIMEOUT_MS + size / MIN_READ_BYTES_PER_MS;
    for (const number of numbers) {
      const answer = await this.ask(number, { type: "restore", name, id }, timeout);
      const fault = answer?.type === "restored" ? faultIn(answer) : say("it does not answer");
      if (fault === null) return number;
      faults.push(say("secondary {number}: {why}", { number, why: fault }));
    }
    throw new SentenceError(say("{name} was not restored: {faults}", { name, faults: joined(faults) }));
  }

  answered(number: number, answer: KeptFilesAnswer): void {
    this.questions.answered(number, answer.request, answer);
  }

  /** A secondary's session is over. */
  secondaryLost(number: number): void {
    this.questions.secondaryLost(number);
  }

  private async listOne(number: number, name: string | null, limit: number) {
    const files: KeptFile[] = [];
    const end = this.deps.clock.now() + ANSWER_TIMEOUT_MS;
    let before: number | null = null;
    for (;;) {
      const answer: KeptFilesAnswer | null = await this.ask(number, { type: "kept", name, before });
      if (answer?.type !== "keeping") return null;
      files.push(...answer.files);
      const serial = answer.files.at(-1)?.serial ?? 0;
      // What is asked for next must be older, or this could go on for ever.
      const ended = !answer.more || (before !== null && serial >= before) || answer.files.length === 0;
      if (ended || files.length >= limit) return { files, more: answer.more };
      if (this.deps.clock.now() > end) return { files, more: true };
      before = serial;
    }
  }

  /** Null when there is no answer within `timeout` milliseconds. */
  private ask(number: number, question: KeptQuestion, timeout = ANSWER_TIMEOUT_MS): Promise<KeptFilesAnswer | null> {
    return this.questions.ask(number, (request) => ({ ...question, request }) as Message, timeout);
  }
}

/** Which of a name's versions is meant by `restore`: the newest, or the one with this number. */
export function chooseVersion(versions: readonly KeptVersion[], number: number | null): KeptVersion | null {
  const meant = versions.filter((version) => number === null || version.number === number);
  // Numbers order the versions of a name; clocks of different machines may not.
  return meant.sort((left, right) => right.number - left.number || right.at - left.at)[0] ?? null;
}

/** One for all secondaries that keep the same version of a name. */
function mergeSameVersions(files: readonly (KeptFile & { readonly numbers: readonly number[] })[]): KeptVersion[] {
  const versions = new Map<string, KeptVersion>();
  for (const file of files) {
    const key = `${file.id} ${file.number} ${file.name}`;
    const { name, number, id, size, why, at, numbers } = file;
    const known = versions.get(key);
    const all = [...new Set([...(known?.numbers ?? []), ...numbers])].sort((left, right) => left - right);
    if (known && known.at >= at) versions.set(key, { ...known, numbers: all });
    else versions.set(key, { name, number, id, size, why, at, numbers: all });
  }
  return [...versions.values()].sort((left, right) => right.at - left.at);
}

/** Why a secondary has not put something back; null: it has. */
function faultIn({ fault, said }: Messages["restored"]): Told | null {
  return fault === null ? null : unwired({ message: fault, said });
}
