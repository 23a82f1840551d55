import { afterEach, describe, expect, test } from "bun:test";
import { CommandTable, type ConsoleCommand } from "../../../../src/console/commands/command.ts";
import { speak } from "../../../../src/text/texts.ts";

afterEach(() => speak("en"));

function command(values: Partial<ConsoleCommand> & { name: string }): ConsoleCommand {
  return { aliases: [], parameter: "", help: "", run() {}, ...values };
}

const list = command({ name: "list", aliases: ["LISTA_VIDEOS"], topic: "files", help: "the files" });
const get = command({
  name: "get",
  aliases: ["VIDEO"],
  topic: "downloads",
  parameter: "NAME",
  required: true,
  help: "download a file",
  details: ["get film.mkv"],
  complete: () => [],
});
const pause = command({ name: "pause", topic: "downloads", parameter: "NAME", help: "pause it" });
const other = command({ name: "other", help: "of no topic" });
const table = new CommandTable([pause, list, get, other]);

describe("help", () => {
  test("on one command breaks what it says between words", () => {
    const wordy = command({ name: "wordy", help: "it says much", details: ["NAME is as list shows it, with spaces"] });
    expect(new CommandTable([wordy]).help("wordy", 28).split("\n")).toEqual([
      ...["wordy", "    it says much", "    NAME is as list shows", "    it, with spaces"],
    ]);
  });

  test("shows the commands by topic, with their other names, one below the other", () => {
    expect(table.help().split("\n")).toEqual([
      "Files",
      "  list          LISTA_VIDEOS  the files",
      "Downloads",
      "  pause [NAME]                pause it",
      "  get NAME      VIDEO         download a file",
      "Console",
      "  help [WORD]   h, ayuda      the commands, one, or a topic",
      "  other                       of no topic",
      "topics: files, downloads, console",
    ]);
  });

  test("in a narrower window goes without other names, and then has two lines for each", () => {
    expect(table.help("", 50)).toContain("\n  get NAME      download a file\n");
    const narrow = table.help("", 40).split("\n");
    expect(narrow).toContain("  get NAME");
    expect(narrow).toContain("    download a file");
    for (const columns of [80, 50, 40]) {
      for (const line of table.help("", columns).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test("on a topic shows its commands, by its word in the language of the process or in English", () => {
    const lines = ["  pause [NAME]         pause it", "  get NAME      VIDEO  download a file"];
    expect(table.help("downloads").split("\n")).toEqual(lines);
    speak("es");
    for (const word of ["descargas", "downloads", "DESCARGAS"]) {
      expect(table.parse(`ayuda ${word}`)).toEqual({ kind: "help", about: word });
      expect(table.help(word).split("\n")).toEqual(lines);
    }
  });

  test("on a command shows all there is to know of it, by each of its names", () => {
    const lines = [
      ...["get NAME", "    download a file", "    get film.mkv", "    also called VIDEO"],
      "    Tab completes what it takes",
    ];
    for (const word of ["get", "video"]) expect(table.help(word).split("\n")).toEqual(lines);
    expect(table.help("help").split("\n")[0]).toBe("help [WORD]");
  });
});

test("a command with very much behind its name has a line of its own", () => {
  const limit = command({
    name: "limit",
    aliases: ["LIMITE"],
    parameter: "[upload|copy|download] RATE",
    help: "rates",
  });
  expect(new CommandTable([limit]).help().split("\n").slice(2)).toEqual([
    ...["  limit [[upload|copy|download] RATE]", "               LIMITE    rates", "topics: console"],
  ]);
});
