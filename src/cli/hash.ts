import type { ProgressItem } from "../console/progress.ts";
import { threadHashing } from "../hashing/hasher-client.ts";
import type { FileHashes, Hashing } from "../hashing/hashing.ts";
import { systemClock } from "../platform/clock.ts";
import { systemDisk } from "../platform/disk/system-disk.ts";
import { say } from "../sentences/sentence.ts";
import { SentenceError, toldOf } from "../sentences/sentence-error.ts";
import { shown } from "../text/shown/sentence.ts";
import { reportUnwritten, showProgress } from "./client/progress.ts";
import { EXIT } from "./exit-codes.ts";
import { UsageError } from "./flags/check-arguments.ts";
import type { Values } from "./flags/values.ts";
import { checkHash } from "./hash-check.ts";
import { checkStdout } from "./output.ts";
import { terminalLog } from "./server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "./signals.ts";

interface HashedName {
  readonly name: string;
  readonly size: number;
  readonly id: string;
  readonly blake3: string | null;
}

/** `redes hash FILE...`: the ids that the files have, or would have, as versions in a cluster. */
export async function hashFiles(values: Values): Promise<ExitStatus> {
  const names = values.positionals;
  if (names.length === 0) throw new UsageError(say("FILE is missing: give one or more files"));
  checkHash();
  checkStdout();
  const json = values.has("json");
  const verbosity = values.verbosity();
  const terminal = terminalLog({ verbosity });
  const hashing = threadHashing(terminal.log);
  const progress = new HashProgressItem(hashing);
  const screen = showProgress(progress, terminal, { bars: process.stderr.isTTY === true && verbosity !== "quiet" });
  const interrupted = new Promise<EndSignal>((resolve) => onSignals(resolve));
  const all = async () => {
    const done: HashedName[] = [];
    for (const name of names) {
      try {
        const file = await hashFile(hashing, name, json);
        done.push(file);
        if (!json) await screen.result(line(file));
      } catch (error) {
        const said = say("{name} cannot be hashed: {reason}", { name: JSON.stringify(name), reason: toldOf(error) });
        screen.say(`redes: ${shown(said)}`);
      }
    }
    if (json) await screen.result(JSON.stringify(done, null, 2));
    return done.length === names.length ? EXIT.done : EXIT.failed;
  };
  const status = await Promise.race([all(), interrupted]);
  screen.close();
  hashing.stop();
  return status === EXIT.done ? reportUnwritten(screen) : status;
}

async function hashFile(hashing: Hashing, name: string, whole: boolean): Promise<HashedName> {
  const stat = await systemDisk.stat(name);
  if (!stat) throw new SentenceError(say("there is no such file"));
  if (stat.kind !== "file")
    throw new SentenceError(stat.kind === "folder" ? say("that is a folder") : say("that is no regular file"));
  const { id, blake3 }: FileHashes = await hashing.hash(name, stat.size, whole ? "whole" : "pieces");
  return { name, size: stat.size, id, blake3 };
}

/** As `b3sum` and others of its kind write it, so that each file has one line. */
function line({ id, name }: HashedName): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${escaped === name ? "" : "\\"}${id}  ${escaped}`;
}

/** How far the file is that is being hashed. */
class HashProgressItem {
  private item: ProgressItem | null = null;
  private began = 0;

  constructor(hashing: Hashing) {
    hashing.onProgress((path, done, total) => {
      const now = systemClock.now();
      if (this.item?.id !== path) this.began = now;
      const rate = now > this.began ? (done / (now - this.began)) * 1000 : 0;
      this.item = done < total ? { id: path, label: path, done, total, rate, note: shown(say("hashing")) } : null;
    });
  }

  progress(): readonly ProgressItem[] {
    return this.item ? [this.item] : [];
  }
}
