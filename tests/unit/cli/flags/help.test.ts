import { describe, expect, test } from "bun:test";
import { allCommands, redes } from "../../../../src/cli/commands.ts";
import { type Command, flagsOf } from "../../../../src/cli/flags/command.ts";
import { helpFor } from "../../../../src/cli/flags/help.ts";

const COMMANDS = [...allCommands()];

/** The help of the command of this name, without colors. */
function helpOf(name: string): string {
  const command = COMMANDS.find(({ meta }) => meta.name === name);
  if (!command) throw new Error(`there is no ${name}`);
  return helpFor(command, false);
}

test("of a command, line by line", () => {
  expect(helpOf("redes client status").split("\n")).toEqual([
    "Shows the secondaries, the downloads that are under way and the statistics.",
    "",
    "Usage: redes client status [OPTIONS]",
    "",
    "Options:",
    "      --json                 print JSON",
    "      --central HOST[:PORT]  where the central is",
    "                             (default: $REDES_CENTRAL, else 127.0.0.1:50000)",
    "      --central-ip HOST      the same; HOST:PORT works too; also --ip-central",
    "      --central-port PORT    the central's port; also --puerto-central",
    "      --discover             look for the central on the local network",
    "      --name NAME            what this client is called in the statistics",
    "                             (default: $REDES_NAME, else USER@HOST)",
    "      --dir DIR              taken as by get, and not used: nothing comes to",
    "                             this machine (default: $REDES_DIR)",
    "      --key-file FILE        the key of this process: the cluster key, or one",
    "                             made from it (redes key); given again: a key that",
    "                             others may have (default: $REDES_KEY_FILE)",
    "      --verbose              tell more, for somebody who looks for a fault",
    "      --quiet                say results and what goes wrong alone",
    "      --lang en|es           language of what is said",
    "                             (default: by LC_ALL, LC_MESSAGES or LANG)",
    "  -h, --help                 show this help",
    "",
    "Examples:",
    "  # for people",
    "  redes client status",
    "  # whether it serves, for a script",
    "  redes client status --json | jq .synchronized",
    "",
    "Exit codes:",
    "  0  done",
    "  1  not done, and why",
    "  2  wrong usage",
    "  4  the central cannot be reached",
    "  5  refused: a key that cannot be used, or that may not do this",
  ]);
});

test("of commands that take arguments, need a flag or have commands below", () => {
  expect(helpOf("redes client get")).toContain("\nUsage: redes client get [OPTIONS] [NAME...]\n\n  NAME   ");
  expect(helpOf("redes demo")).toContain("\nUsage: redes demo [OPTIONS] [DIR]\n\n  DIR   ");
  expect(helpOf("redes secondary")).toContain("\nUsage: redes secondary --number N [OPTIONS]\n");
  expect(helpOf("redes client")).toContain("\nUsage: redes client [COMMAND] [OPTIONS]\n\nCommands:\n  list   ");
  const root = helpOf("redes");
  expect(root).toContain("\nUsage: redes COMMAND [OPTIONS]\n");
  for (const word of Object.keys(redes.subCommands ?? {})) expect(root).toContain(`\n  ${word} `);
  expect(root).not.toContain("client list");
});

test("with colors says the same", () => {
  for (const command of COMMANDS) {
    expect(helpFor(command, true)).toContain("\x1b[1mOptions:\x1b[22m");
    expect(Bun.stripANSI(helpFor(command, true))).toBe(helpFor(command, false));
  }
});

describe.each(COMMANDS.map((command): [string, Command] => [command.meta.name, command]))("%s", (name, command) => {
  const flags = flagsOf(command);

  test("has every way to write a flag once, the main one first", () => {
    const words = flags.flatMap((flag) => flag.words);
    expect(new Set(words).size).toBe(words.length);
    for (const { name, words: spellings } of flags) {
      expect(spellings[0]).toBe(`--${name}`);
      for (const word of spellings) expect(word).toMatch(/^(--[a-z]+(-[a-z]+)*|-[a-z])$/);
    }
    expect(words).toContain("--help");
    if (command.run) expect(words).toContain("--verbose");
    if (command.run) expect(words).toContain("--quiet");
  });

  test("fits into 80 columns, without spaces at the ends", () => {
    for (const line of helpOf(name).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });
});

test("exit code 1 and --dir mean in each command what it does", () => {
  const ofCode1 = (name: string) => /^ {2}1 {2}(.*)$/m.exec(helpOf(`redes ${name}`))?.[1];
  expect(ofCode1("client get")).toStartWith("a download failed");
  expect(ofCode1("client put")).toStartWith("a file was not put");
  for (const name of ["client list", "client status", "client remove", "client mv", "client kept", "client restore"]) {
    expect(ofCode1(name)).toBe("not done, and why");
    expect(helpOf(`redes ${name}`)).toContain("taken as by get, and not used");
  }
  for (const name of ["key show", "key ca", "key token"]) expect(ofCode1(name)).toBe("not done, and why");
  expect(helpOf("redes client put").replace(/\s+/g, " ")).toContain(
    "--dir DIR folder where what comes from stdin is kept",
  );
});
