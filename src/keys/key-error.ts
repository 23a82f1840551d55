import { type Sentence, say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";

/** A key file cannot be used. It says which, what is wrong and what to do, and holds nothing of the key. */
export class KeyError extends SentenceError {
  static in(path: string, wrong: Sentence): KeyError {
    return new KeyError(say("{path}: {wrong}", { path, wrong }));
  }
}
