import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiskError } from "../../../src/platform/disk/disk.ts";
import { toDiskError } from "../../../src/platform/disk/disk-errors.ts";
import { unwired, wired } from "../../../src/protocol/said.ts";
import { arrived, counted, english, joined, type Sentence, say } from "../../../src/sentences/sentence.ts";
import { toldOf } from "../../../src/sentences/sentence-error.ts";
import { spanish } from "../../../src/sentences/spanish/spanish.ts";
import { shown, shownError } from "../../../src/text/shown/sentence.ts";
import { speak } from "../../../src/text/texts.ts";

const ROOT = join(import.meta.dir, "../../..");
const TABLE: Readonly<Record<string, string>> = spanish;
const placesOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

afterEach(() => speak("en"));

test("every sentence has the same places in Spanish, and is another one", () => {
  expect(Object.keys(TABLE).length).toBeGreaterThan(700);
  for (const [text, inSpanish] of Object.entries(TABLE)) {
    expect([text, placesOf(inSpanish)]).toEqual([text, placesOf(text)]);
    const words = text.replace(/\{\w+\}/g, "").match(/\p{Ll}{2,} \p{Ll}{2,}/u);
    if (words && !text.startsWith("redes ")) expect([text, inSpanish !== text]).toEqual([text, true]);
  }
});

test("no sentence stands in two tables, of which one would count", () => {
  const files = [...new Bun.Glob("src/sentences/spanish/**/*.ts").scanSync(ROOT)];
  expect(files.length).toBeGreaterThan(10);
  const entries = files.flatMap(
    (file) => readFileSync(join(ROOT, file), "utf8").match(/^ {2}(?:"[^"\n]+"|\w+):/gm) ?? [],
  );
  const twice = entries.filter((entry, index) => entries.indexOf(entry) !== index);
  expect(twice).toEqual([]);
  expect(entries.length).toBe(Object.keys(TABLE).length);
});

test("every sentence of the table is said somewhere", () => {
  const files = [...new Bun.Glob("src/**/*.ts").scanSync(ROOT)].filter((file) => !file.startsWith("src/sentences/"));
  const source = files.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
  const isCounted = (text: string) => /^\{count\} \w+$/.test(text);
  const idle = Object.keys(TABLE).filter(
    (text) => !isCounted(text) && !source.includes(JSON.stringify(text).slice(1, -1)),
  );
  expect(idle).toEqual(["{left}; {right}"]);
});

test("a sentence is English in texts and logs, and Spanish where somebody speaks that", () => {
  const told = say("no secondary has delivered anything for {seconds} s", { seconds: 3 });
  expect(`${told}`).toBe("no secondary has delivered anything for 3 s");
  speak("es");
  expect(`${told}`).toBe("no secondary has delivered anything for 3 s");
  expect(shown(told)).toBe("ningún secundario ha entregado nada en 3 s");
  expect(shown("as it is: {seconds}")).toBe("as it is: {seconds}");
});

test("what stands in a place is written in the language too, but for names and texts of the system", () => {
  speak("es");
  const told = say("{missing} are to come and the disk of {folder} has {free} free", {
    ...{ folder: "el {free}", missing: { quantity: "1.5 GiB" }, free: { quantity: "3.0 MiB" } },
  });
  expect(shown(told)).toBe("han de llegar 1,5 GiB y el disco de el {free} tiene libres 3,0 MiB");
  expect(shown(joined([counted(1, "file"), counted(2, "secondary", "secondaries")]))).toBe("1 archivo; 2 secundarios");
  expect(shown(say("{words} or {last}", { words: ["a", "b"], last: "c" }))).toBe("a, b o c");
});

test("words that go with a number are those for so many, and every such number is a place of the sentence", () => {
  for (const [text, inSpanish] of Object.entries(TABLE)) {
    const names = [...inSpanish.matchAll(/\{(\w+)\|/g)].map(([, name]) => `{${name}}`);
    expect([text, names.filter((name) => !placesOf(text).includes(name))]).toEqual([text, []]);
    expect(inSpanish.replaceAll(/\{\w+\|[^{}|]+\|[^{}|]+\}/g, "")).not.toMatch(/\{\w+\|/);
  }
  speak("es");
  const summary = (done: number, present: number) =>
    shown(
      joined([
        say("{downloaded} downloaded ({came})", { downloaded: done, came: "3 B" }),
        say("{present} there already", { present }),
      ]),
    );
  expect(summary(1, 2)).toBe("1 descargado (3 B); 2 ya estaban");
  expect(summary(0, 1)).toBe("0 descargados (3 B); 1 ya estaba");
  const copies = (count: number) =>
    say("{copies} of files still to be made", { copies: counted(count, "copy", "copies") });
  expect([copies(1), copies(2)].map(shown)).toEqual(["falta 1 copia de archivos", "faltan 2 copias de archivos"]);
  const absent = (...numbers: number[]) =>
    say("{who} has not come back since the central was started", { who: say("secondary {numbers}", { numbers }) });
  expect([absent(2), absent(2, 3)].map(shown)).toEqual([
    "el secundario 2 no ha vuelto desde que arrancó el central",
    "los secundarios 2, 3 no han vuelto desde que arrancó el central",
  ]);
});

test("Spanish draws words together, and leaves names as they are", () => {
  speak("es");
  expect(shown(say("the disk of {who} is missing", { who: say("secondary {numbers}", { numbers: [2] }) }))).toBe(
    "falta el disco del secundario 2",
  );
  expect(shown(say("the secondaries keep nothing of {name}", { name: "el viaje.mkv" }))).toBe(
    "los secundarios no guardan nada de el viaje.mkv",
  );
});

test("a sentence of another version is shown in its English, with what this one knows in it", () => {
  speak("es");
  const newer = { text: "some day {who} waits for {nobody}", values: { who: say("the central") } };
  expect(shown(newer)).toBe("some day el central waits for {nobody}");
  expect(shown({ text: "constructor", values: {} })).toBe("constructor");
});

test("an error says in each language what it is, whatever is in it", () => {
  const error = toDiskError("write", "/a/b", Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
  expect(error).toBeInstanceOf(DiskError);
  expect(error.message).toBe("cannot write /a/b: the disk is full");
  speak("es");
  expect(shownError(error)).toBe("no se puede escribir /a/b: el disco está lleno");
  expect(shownError(new Error("as it is"))).toBe("as it is");
  expect(shownError("a text")).toBe("a text");
  expect(english(toldOf(error))).toBe(error.message);
});

test("a sentence goes over the wire beside its English, and comes as it was", () => {
  const told = say("the disk of {who} is missing", { who: say("secondary {numbers} and others", { numbers: [1, 2] }) });
  const message = wired(told);
  expect(message.message).toBe("the disk of secondary 1, 2 and others is missing");
  const come = unwired(message);
  expect(`${come}`).toBe(message.message);
  speak("es");
  expect(shown(come)).toBe("falta el disco de los secundarios 1, 2 y otros");
  expect(shown(unwired({ message: message.message }))).toBe(message.message);
  expect(shown(arrived(structuredClone({ ...told })))).toBe(shown(told));
});

test("what is too long goes without its sentence, and its English is cut", () => {
  const long = say("there is no file {name}", { name: "n".repeat(3000) });
  expect(wired(long)).toEqual({ message: `there is no file ${"n".repeat(3000)}`.slice(0, 1000) });
});

test.each(["", "{", "null", "7", "[]", '{"text":7,"values":{}}', '{"text":"x"}', '{"text":"x","values":{"a":null}}'])(
  "of a peer that sends %j for a sentence the text counts",
  (said) => {
    expect(unwired({ message: "its text", said })).toBe("its text");
  },
);

test("what a peer sends in a sentence commands no terminal", () => {
  const evil: Sentence = { text: "\u001b[2J{a}", values: { a: "\u0007x" } };
  expect(`${unwired({ message: "", said: JSON.stringify(evil) })}`).toBe("\ufffd[2J\ufffdx");
});
