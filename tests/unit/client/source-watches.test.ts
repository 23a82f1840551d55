import { expect, test } from "bun:test";
import { SourceWatches } from "../../../src/client/source-watches.ts";
import type { Message } from "../../../src/protocol/messages/messages.ts";

test("the central is told that nobody watches a version once the last one does not", () => {
  const sent: Message[] = [];
  const watches = new SourceWatches((message) => sent.push(message) > 0);
  const [film, newer] = ["1", "2"].map((id) => ({ name: "film", id: id.repeat(64) }));
  if (!film || !newer) throw new Error("there are two");
  watches.begin("get", film);
  watches.begin("verify", film);
  watches.begin("another", newer);
  expect(sent.splice(0)).toEqual([film, film, newer].map((version) => ({ type: "watch", ...version })));
  watches.end("verify");
  watches.end("verify");
  watches.end("nobody");
  expect(sent).toEqual([]);
  // In a new session.
  watches.begin("get", film);
  watches.end("get");
  expect(sent).toEqual([
    { type: "watch", ...film },
    { type: "unwatch", ...film },
  ]);
});
