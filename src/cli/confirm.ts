import { createInterface } from "node:readline/promises";
import { oneRow } from "../console/text.ts";
import { texts } from "../text/texts.ts";

/** Asks on a terminal; true for a yes alone, and where nobody could answer. */
export async function confirm(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return true;
  // The terminal edits the line itself, so that Ctrl-C ends the program as always.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await Promise.race([
      lines.question(`${oneRow(question)} ${texts().console.answerPrompt}`),
      new Promise<string>((resolve) => lines.once("close", () => resolve(""))),
    ]);
    return /^(?:y|yes|s|si|sí)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
