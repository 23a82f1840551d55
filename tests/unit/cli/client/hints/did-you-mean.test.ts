import { expect, test } from "bun:test";
import { didYouMean, hintFor } from "../../../../../src/cli/client/hints/did-you-mean.ts";
import { CentralUnreachable } from "../../../../../src/client/central-errors.ts";
import type { FinishedDownload } from "../../../../../src/client/downloads/result.ts";
import type { ListedFile } from "../../../../../src/protocol/messages/client.ts";

let asked = 0;

/** A session with a central that has these pages of names; null: it goes away. */
function session(...pages: (readonly string[] | null)[]) {
  return {
    async *pages(): AsyncGenerator<readonly ListedFile[], void> {
      asked += 1;
      for (const names of pages) {
        if (names === null) throw new CentralUnreachable("gone");
        yield names.map((name) => ({ name }) as ListedFile);
      }
    },
  };
}

function ending(failure: FinishedDownload["failure"], name: string): FinishedDownload {
  return { failure, result: { name } as FinishedDownload["result"], present: false, partFile: null };
}

test("the names that are like it, from all pages that come", async () => {
  expect(await didYouMean(session(["film.mkv", "other"], ["filn.mkv"]), "fils.mkv")).toBe(
    "did you mean film.mkv, or filn.mkv?",
  );
  expect(await didYouMean(session(["film.mkv"], null), "FILM.mkv")).toBe("did you mean film.mkv?");
  expect(await didYouMean(session(["other"]), "film.mkv")).toBeNull();
  expect(await didYouMean(session(null), "film.mkv")).toBeNull();
});

test("the list is asked for only where there is no such file", async () => {
  const central = session(["film.mkv"]);
  asked = 0;
  expect(await hintFor(central, ending(null, "flim.mkv"))).toBe("");
  expect(await hintFor(central, ending("failed", "flim.mkv"))).toBe("");
  expect(asked).toBe(0);
  expect(await hintFor(central, ending("no-such-file", "flim.mkv"))).toBe("; did you mean film.mkv?");
});
