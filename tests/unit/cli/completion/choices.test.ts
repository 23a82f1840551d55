import { describe, expect, test } from "bun:test";
import { redes } from "../../../../src/cli/commands.ts";
import { choicesAt } from "../../../../src/cli/completion/choices.ts";

/** What can stand at the end of a line, of which the last word is being typed. */
function at(line: string) {
  const words = line.split(" ");
  return choicesAt(redes, words.slice(0, -1), words.at(-1) ?? "");
}

function wordsAt(line: string): string[] {
  const found = at(line);
  if (found.kind !== "words") throw new Error(`${line}: ${found.kind}`);
  return found.choices.map(({ word }) => word);
}

describe("words", () => {
  test.each([
    ["", Object.keys(redes.subCommands ?? {})],
    ["se", ["secondary"]],
    ["client ", Object.keys(redes.subCommands?.client?.subCommands ?? {})],
    ["client se", ["serve"]],
    ["client --central-ip here:7 l", ["list"]],
    ["client --central-ip ", []],
    ["nope ", []],
    ["client status x", []],
    ["central --log ", ["json", "text"]],
    ["central --log j", ["json"]],
    ["central --log=j", ["--log=json"]],
    ["central --port ", []],
    ["central --port=", []],
    ["central --nope=", []],
    ["central --open=", []],
    ["completion ", ["bash", "fish", "zsh"]],
    ["help client ", Object.keys(redes.subCommands?.client?.subCommands ?? {})],
    ["help client get ", []],
    ["help nope ", []],
    ["man ke", ["key"]],
    ["key secondary ", []],
  ])("%p", (line, words) => {
    expect(wordsAt(line).sort()).toEqual([...words].sort());
  });

  test("flags: the main names, each once but for those that may be repeated; others where none of these begins so", () => {
    expect(wordsAt("secondary --n")).toEqual(["--number"]);
    expect(wordsAt("secondary --nume")).toEqual(["--numero"]);
    expect(wordsAt("secondary --number 3 --n")).toEqual([]);
    expect(wordsAt("secondary -n 3 --n")).toEqual([]);
    expect(wordsAt("secondary --number=3 --n")).toEqual([]);
    expect(wordsAt("central --key-file a --key")).toEqual(["--key-file"]);
    expect(wordsAt("central --no")).toEqual([]);
    expect(wordsAt("client get --")).toContain("--central-ip");
  });

  test("with their help", () => {
    expect(at("secon")).toEqual({
      kind: "words",
      choices: [{ word: "secondary", help: "a server that shares a folder and copies the others' files" }],
    });
  });
});

test("paths: of files and of folders, behind what is typed in the same word", () => {
  expect(at("client --key-file own")).toEqual({ kind: "files", start: "" });
  expect(at("client --key-file=own")).toEqual({ kind: "files", start: "--key-file=" });
  expect(at("client get -o ")).toEqual({ kind: "files", start: "" });
  expect(at("client get --output=")).toEqual({ kind: "files", start: "--output=" });
  expect(at("central --data ")).toEqual({ kind: "folders", start: "" });
  expect(at("demo ")).toEqual({ kind: "folders", start: "" });
  expect(at("hash a b")).toEqual({ kind: "files", start: "" });
  expect(at("key show ")).toEqual({ kind: "files", start: "" });
});

test("names of the cluster, with the flags by which its central is asked", () => {
  expect(at("client --central-ip here get --dir films a.mkv b")).toMatchObject({
    kind: "names",
    route: {
      command: { meta: { name: "redes client get" } },
      rest: ["--central-ip", "here", "--dir", "films", "a.mkv"],
    },
  });
  expect(at("client get -- --")).toMatchObject({ kind: "names" });
  expect(at("client verify a.mkv --as s")).toMatchObject({ kind: "names", route: { rest: ["a.mkv"] } });
  expect(at("client put a.mkv --as s")).toMatchObject({ kind: "names" });
  expect(at("client put ")).toEqual({ kind: "files", start: "" });
  expect(at("client remove ")).toMatchObject({ kind: "names" });
  expect(at("client mv a.mkv ")).toMatchObject({ kind: "names" });
  expect(at("client list ")).toMatchObject({ kind: "names" });
});
