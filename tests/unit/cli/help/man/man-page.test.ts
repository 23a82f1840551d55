import { describe, expect, test } from "bun:test";
import { allCommands, redes } from "../../../../../src/cli/commands.ts";
import { type Command, flagsOf } from "../../../../../src/cli/flags/command.ts";
import { manPage, pageName } from "../../../../../src/cli/help/man/man-page.ts";
import { roffText, synopsis } from "../../../../../src/cli/help/man/roff.ts";

const COMMANDS = [...allCommands()].map((command): [string, Command] => [command.meta.name, command]);

test("text shows as it is", () => {
  expect(roffText("a-b 'c' `d` ^~ \\n")).toBe("a\\-b \\(aqc\\(aq \\(gad\\(ga \\(ha\\(ti \\en");
  expect(roffText(".TH\n'so")).toBe("\\&.TH\n\\&\\(aqso");
  expect(roffText("ñ 😀")).toBe("\\[u00F1] \\[u1F600]");
  expect(synopsis("redes get [OPTIONS] NAME...", 9)).toBe("\\fBredes get\\fR [\\fIOPTIONS\\fR] \\fINAME\\fR...");
  expect(synopsis("--number N")).toBe("\\-\\-number \\fIN\\fR");
});

describe.each(COMMANDS)("%s", (_name, command) => {
  const page = manPage(command, command === redes ? [] : [redes]);
  const sections = [...page.matchAll(/^\.SH "(.*)"$/gm)].map(([, title]) => title);

  test("has the usual sections in their order", () => {
    const usual = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"];
    expect(sections.filter((title) => usual.includes(title ?? ""))).toEqual(usual);
    expect(new Set(sections).size).toBe(sections.length);
  });

  test("has every flag and its help", () => {
    for (const { words } of flagsOf(command))
      for (const word of words) expect(page).toContain(`\\fB${word.replaceAll("-", "\\-")}\\fR`);
  });

  test("is ASCII, as every roff reads it", () => {
    expect(page).toMatch(/^[\n\x20-\x7e]+$/);
    expect(page).toStartWith(`.\\" Made by redes man`);
    expect(page).toContain(`.TH "${pageName(command).toUpperCase().replaceAll("-", "\\-")}" 1 `);
  });
});
