import type { Command } from "../flags/command.ts";
import { COMMON, help, runs, valued } from "../flags/define.ts";

/** The commands that tell of the program itself. `program`: all of it, which is not defined yet when they are. */
export function aboutCommands(program: () => Command): Readonly<Record<string, Command>> {
  const helpCommand: Command = {
    meta: { name: "redes help", description: "Shows the help of the program, or of a command." },
    help: {
      ...help("this help, or that of a command"),
      operands: { synopsis: "[COMMAND...]", help: "its words, as in client get", named: "commands" },
    },
    args: COMMON,
    run: runs(async () => (await import("./show-help.ts")).showHelp(program())),
  };
  const version: Command = {
    meta: { name: "redes version", description: "Shows the version, as redes --version does." },
    help: help("the version"),
    args: COMMON,
    run: runs(async () => (await import("./show-version.ts")).showVersion),
  };
  const completion: Command = {
    meta: {
      name: "redes completion",
      description:
        "Prints the script with which a shell completes commands, flags, values and the names of the cluster's files with the Tab key. The central that the command line means is asked for names, for a second at most.",
    },
    help: {
      ...help("Tab completion for bash, zsh or fish", {
        title: "To have it in every shell",
        lines: [
          "bash  source <(redes completion bash)    in ~/.bashrc",
          "zsh   source <(redes completion zsh)     in ~/.zshrc, below compinit",
          "fish  redes completion fish | source     in ~/.config/fish/config.fish",
        ],
      }),
      operands: { synopsis: "bash|zsh|fish", help: "the shell" },
    },
    args: COMMON,
    run: runs(async () => (await import("../completion/print-script.ts")).printScript),
  };
  const man: Command = {
    meta: {
      name: "redes man",
      description:
        "Shows the manual page of the program, or of a command. Where stdout is no terminal, it prints what man reads.",
    },
    help: {
      ...help("manual pages"),
      operands: { synopsis: "[COMMAND...]", help: "its words, as in client get", named: "commands" },
    },
    args: {
      out: valued("DIR", "write the pages of all commands there, each into a file of its own"),
      ...COMMON,
    },
    run: runs(async () => (await import("./man/show-page.ts")).showPage(program())),
  };
  return { help: helpCommand, version, completion, man };
}
