import { afterEach, expect, test } from "bun:test";
import { type CommandDeps, centralCommands } from "../../../src/central/commands.ts";
import { CommandTable } from "../../../src/console/commands/command.ts";
import { widthOf } from "../../../src/console/text.ts";
import { type ShownSecondary, secondaryCommands } from "../../../src/secondary/commands.ts";
import type { Language } from "../../../src/text/language.ts";
import { speak } from "../../../src/text/texts.ts";
import { FakeClock } from "../../support/fake-clock.ts";

afterEach(() => speak("en"));

const nothing = { print() {}, page: async () => {}, columns: () => null, confirm: async () => false };

/** The help of a role's console, in so many columns. Its commands are not run. */
function helpOf(role: "central" | "secondary", columns: number): string {
  const central = { deps: { clock: new FakeClock() }, keptFiles: {} } as unknown as CommandDeps;
  const secondary = {} as unknown as ShownSecondary;
  const commands =
    role === "central"
      ? centralCommands(central, nothing)
      : secondaryCommands(secondary, { servedCounts: async () => new Map() }, nothing);
  return new CommandTable(commands).help("", columns);
}

for (const language of ["en", "es"] satisfies Language[]) {
  test.each(["central", "secondary"] as const)(
    `in ${language} the help of a %s fits any window, with all names into 80`,
    (role) => {
      speak(language);
      expect(helpOf(role, 79)).toContain("LISTA_VIDEOS");
      for (const columns of [119, 79, 44]) {
        const wide = helpOf(role, columns)
          .split("\n")
          .filter((line) => widthOf(line) > columns);
        expect(wide).toEqual([]);
      }
    },
  );
}
