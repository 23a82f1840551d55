import fs from "node:fs";
import path from "node:path";
import { EXECUTABLE } from "./process.ts";
import { Terminal } from "./terminal.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type ShellName = (typeof SHELLS)[number];

const PROMPT = "READY> ";
/** How each begins without anybody's settings, and with the completion of redes. */
const STARTS: Readonly<Record<ShellName, { readonly args: readonly string[]; readonly lines: readonly string[] }>> = {
  bash: { args: ["--norc", "--noprofile", "-i"], lines: ["source <(redes completion bash)", `PS1='${PROMPT}'`] },
  zsh: {
    args: ["-f", "-i"],
    lines: ["autoload -Uz compinit; compinit -u -D", "source <(redes completion zsh)", `PS1='${PROMPT}'`],
  },
  fish: {
    args: ["--no-config", "-i"],
    lines: ["redes completion fish | source", `function fish_prompt; echo -n '${PROMPT}'; end`],
  },
};

/** A real shell on a terminal, in which `redes` writes down what it is called with instead of doing it. */
export class CompletingShell implements AsyncDisposable {
  private readonly terminal: Terminal;
  private readonly called: string;

  private constructor(
    readonly name: ShellName,
    readonly folder: string,
    env: Readonly<Record<string, string>>,
  ) {
    this.called = path.join(folder, ".called");
    const programs = path.join(folder, ".programs");
    fs.mkdirSync(programs, { recursive: true });
    const script = [
      "#!/bin/sh",
      `case $1 in __complete | completion) exec '${EXECUTABLE}' "$@" ;; esac`,
      `printf '%s\\0' "$@" > '${this.called}.new' && mv '${this.called}.new' '${this.called}'`,
    ];
    fs.writeFileSync(path.join(programs, "redes"), script.join("\n"), { mode: 0o755 });
    this.terminal = new Terminal(STARTS[name].args, {
      program: name,
      cwd: folder,
      columns: 200,
      env: {
        ...{
          PATH: `${programs}:${process.env.PATH}`,
          LC_ALL: "C.UTF-8",
          XDG_CONFIG_HOME: folder,
          XDG_DATA_HOME: folder,
        },
        ...{ PROMPT_COMMAND: undefined, TERM: "xterm", ...env },
      },
    });
  }

  static async start(name: ShellName, folder: string, env: Readonly<Record<string, string>> = {}) {
    const shell = new CompletingShell(name, folder, env);
    for (const line of STARTS[name].lines) shell.terminal.enter(line);
    await shell.isReady();
    return shell;
  }

  /** What redes is called with when `line` is typed, then Tab, then `rest`, then Enter. */
  async completed(line: string, rest = ""): Promise<string[]> {
    fs.rmSync(this.called, { force: true });
    this.terminal.type(`${line}\t`);
    this.terminal.type(`${rest}\r`);
    await this.isReady();
    return fs.existsSync(this.called) ? fs.readFileSync(this.called, "utf8").split("\0").slice(0, -1) : [];
  }

  /** What is shown after `line` and Tab where there are several choices; the line is dropped then. */
  async shows(line: string, wanted: RegExp): Promise<string> {
    // Bash shows them at the second one.
    this.terminal.type(this.name === "bash" ? `${line}\t\t` : `${line}\t`);
    const shown = await this.terminal.shows(wanted);
    // Not Ctrl-C: with it a terminal drops what is typed ahead.
    this.terminal.type("\x15");
    await this.isReady();
    return shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
  }

  /** Waits for a prompt that was not there before: it asks for a word that only the shell itself makes. */
  private async isReady(): Promise<void> {
    this.count += 1;
    const word = `done${this.count}`;
    this.terminal.type(`echo do''ne${this.count}\r`);
    await this.terminal.shows(new RegExp(`(^|\\n)[^'\\n]*${word}\\s`));
  }

  private count = 0;
}
