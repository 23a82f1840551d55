import { english, type Told } from "./sentence.ts";

/** What went wrong, so that each can read it in their language. Its `message` is English. */
export class SentenceError extends Error {
  constructor(
    readonly told: Told,
    options?: ErrorOptions,
  ) {
    super(english(told), options);
  }
}

/** What an error says; of one that others have thrown, its message. */
export function toldOf(error: unknown): Told {
  if (error instanceof SentenceError) return error.told;
  return messageOf(error);
}

/** The same in English. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same for the place of a sentence that is called `reason`. */
export function reasonOf(error: unknown): { readonly reason: Told } {
  return { reason: toldOf(error) };
}

/** What was thrown, as an error. */
export function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
