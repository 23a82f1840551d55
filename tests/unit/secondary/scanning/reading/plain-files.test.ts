import { expect, test } from "bun:test";
import type { ExaminedFile } from "../../../../../src/platform/disk/batch-disk.ts";
import type { FileStat } from "../../../../../src/platform/disk/disk.ts";
import { PendingFile } from "../../../../../src/secondary/scanning/pending-file.ts";
import { PlainFiles } from "../../../../../src/secondary/scanning/reading/plain-files.ts";
import { ReadingProgress } from "../../../../../src/secondary/scanning/reading/reading-progress.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

const KIB = 1024;
/** Of one message. */
const FILES = 128;

function found(size: number): FileStat {
  return { kind: "file", size, mtimeNs: 1n, ctimeNs: 1n, inode: 1n, device: 1n, allocated: size };
}

test("small files count among those of which the log says that they are still to be read", async () => {
  const clock = new FakeClock();
  const logged: unknown[] = [];
  const progress = new ReadingProgress({ clock, log: { info: (_event, message) => void logged.push(message) } });
  const answers: PromiseWithResolvers<ExaminedFile[]>[] = [];
  let examined = 0;
  const files = new PlainFiles({
    batches: {
      examineFiles() {
        const answer = Promise.withResolvers<ExaminedFile[]>();
        answers.push(answer);
        return answer.promise;
      },
    },
    sharedFolder: { bounds: { folder: "/", except: ".redes" } },
    hashScope: "whole",
    progress,
    examined: () => void examined++,
  });
  const pending = Array.from({ length: 2 * FILES + 1 }, (_, index) => new PendingFile(`${index}`));
  for (const file of pending) expect(files.tryAdd(file, found(4 * KIB))).toBe(true);
  await Bun.sleep(0);
  expect(answers).toHaveLength(3);
  clock.advance(4999);
  answers[0]?.resolve([]);
  await Bun.sleep(0);
  expect(logged).toEqual([]);
  clock.advance(1);
  // One that nobody wants to have read any more.
  pending.at(-1)?.become("done");
  answers[1]?.resolve([]);
  await Bun.sleep(0);
  expect(logged).toEqual(["reading 1 new file: 4.0 KiB to go"]);
  clock.advance(5000);
  answers[2]?.resolve([]);
  await Bun.sleep(0);
  expect(logged).toHaveLength(1);
  expect(examined).toBe(2 * FILES);
});
