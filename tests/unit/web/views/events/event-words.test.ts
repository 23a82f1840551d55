import { expect, test } from "bun:test";
import type { SecondaryAnswer } from "../../../../../src/http/api/central-answers.ts";
import type { ToldEvent } from "../../../../../src/web/store/event-log.ts";
import { localizationFor } from "../../../../../src/web/text/language-context.ts";
import { eventWords } from "../../../../../src/web/views/events/event-words.ts";

const english = localizationFor(["en-US"]);
const spanish = localizationFor(["es-ES"]);

const inEnglish = (event: ToldEvent) => eventWords(event, english.text, english.format);
const inSpanish = (event: ToldEvent) => eventWords(event, spanish.text, spanish.format);

test("what the server says itself stands beside, in its language", () => {
  const event: ToldEvent = { type: "serving", serving: false, missing: "secondary 2 is missing", lacks: null };
  expect(inSpanish(event)).toEqual({
    sentence: "El clúster no da servicio.",
    detail: { by: "server", text: "secondary 2 is missing" },
  });
});

test("what is missing is said in the language of the page where the server says what it is", () => {
  const event: ToldEvent = { type: "serving", serving: false, missing: "…", lacks: { kind: "copies", count: 1 } };
  expect(inSpanish(event).detail).toEqual({ by: "page", text: "Queda 1 copia de archivos por hacer." });
  expect(inEnglish(event).detail).toEqual({ by: "page", text: "1 copy of files still to be made." });
});

test("a server without a reason has none", () => {
  const secondary = { number: 1200, state: "lost", reason: null } as SecondaryAnswer;
  expect(inEnglish({ type: "secondary", secondary, isNews: true })).toEqual({
    sentence: "Server 1,200 is lost.",
    detail: null,
  });
});

test("a file, and where it happened to it", () => {
  const event: ToldEvent = { type: "file", what: "new", name: "a.mkv", size: 1, secondary: 2 };
  expect(inEnglish(event)).toEqual({ sentence: "a.mkv is new.", detail: { by: "page", text: "Server 2" } });
  expect(inEnglish({ ...event, what: "removed", secondary: null })).toEqual({
    sentence: "a.mkv was removed.",
    detail: null,
  });
});

test("many files are counted, and one is named", () => {
  const event: ToldEvent = { type: "files", what: "new", count: 2000, names: ["a", "b"] };
  expect(inEnglish(event).sentence).toBe("2,000 files are new, among them a.");
});

test("downloads and how they end", () => {
  const id = "a".repeat(64);
  const download = { type: "download", download: "d", client: "ana", name: "f", id, size: 1 } as const;
  expect(inEnglish({ ...download, state: "active" }).sentence).toBe("ana downloads f.");
  expect(inEnglish({ ...download, state: "waiting" }).sentence).toBe("ana waits for f.");
  const end = { type: "download-end", download: "d", client: "ana", name: "f" } as const;
  expect(inSpanish({ ...end, outcome: "done" }).sentence).toBe("ana ya tiene f.");
  expect(inEnglish({ type: "downloads", missed: 3 }).sentence).toBe("3 more events of downloads.");
});

test("accusations say what was wrong", () => {
  const accusation = { type: "accusation", secondary: 2, id: "a".repeat(64), accuser: "ana" } as const;
  expect(inEnglish({ ...accusation, piece: 7 })).toEqual({
    sentence: "ana accuses server 2:",
    detail: { by: "page", text: "piece 7 was wrong" },
  });
  expect(inEnglish({ ...accusation, piece: null }).detail?.text).toBe("it broke the protocol");
  expect(inEnglish({ type: "accusations", missed: 4 }).sentence).toBe("4 more accusations.");
});

test("a name that turns the direction of what follows turns no word beside it", () => {
  const download = { download: "1", id: "a", size: 1, client: "\u05d0", name: "a\u202eb\u2069.mkv" } as const;
  const names = ["\u2068\u05d0\u2069", "\u2068a\u202eb\ufffd.mkv\u2069"];
  expect(inEnglish({ type: "download", ...download, state: "active" } as ToldEvent).sentence).toBe(
    `${names[0]} downloads ${names[1]}.`,
  );
  const { client, name } = download;
  const ended = { type: "download-end", download: "1", client, name, outcome: "done" } as const;
  expect(inEnglish(ended as unknown as ToldEvent).sentence).toBe(`${names[0]} has all of ${names[1]}.`);
  const file: ToldEvent = { type: "file", what: "removed", name, size: 1, secondary: null };
  expect(inEnglish(file).sentence).toBe(`${names[1]} was removed.`);
  const files: ToldEvent = { type: "files", what: "new", count: 2, names: [name] };
  expect(inEnglish(files).sentence).toBe(`2 files are new, among them ${names[1]}.`);
});
