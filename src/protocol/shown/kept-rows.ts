import { type Sentence, say } from "../../sentences/sentence.ts";

/** Secondaries of which nobody knows what they keep. */
export function noAnswerFrom(silent: readonly number[]): Sentence {
  return silent.length === 1
    ? say("secondary {silent} gave no answer, or the disk is missing there", { silent })
    : say("secondaries {silent} gave no answer, or the disk is missing there", { silent });
}
