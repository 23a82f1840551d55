import { beforeEach, expect, test } from "bun:test";
import type { Watcher, WatchLimit } from "../../../../src/platform/disk/disk.ts";
import type { SharedFolder } from "../../../../src/secondary/folder/shared-folder.ts";
import { FolderWatcher } from "../../../../src/secondary/scanning/folder-watcher.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const FIVE_MINUTES = 300_000;

let clock: FakeClock;
/** What was done: begun and ended watching, changes, and the limits that were told of. */
let events: string[];
let warnings: string[];
/** What the system says when watching begins. */
let begin: (watcher: Watcher) => void;
let watched: Watcher | null;
let watcher: FolderWatcher;

beforeEach(() => {
  clock = new FakeClock();
  [events, warnings, watched] = [[], [], null];
  begin = () => {};
  const sharedFolder: Pick<SharedFolder, "pathOf" | "warnOnce"> = {
    pathOf: (name) => `/share/${name}`,
    warnOnce: (_name, _subject, text) => void warnings.push(text),
  };
  watcher = new FolderWatcher({
    clock,
    disk: {
      watch(path, given) {
        begin(given);
        events.push(`watch ${path}`);
        watched = given;
        return () => void events.push("end");
      },
    },
    sharedFolder: sharedFolder as SharedFolder,
    changed: (path) => void events.push(`changed ${path}`),
    limited: () => void events.push("limited"),
  });
});

const meet = (limit: WatchLimit) => watched?.limited(limit);

test("the folder is watched once, until the end", () => {
  expect(watcher.limited).toBe(false);
  for (let time = 0; time < 2; time++) watcher.start();
  watched?.changed("film");
  expect(watcher.limited).toBe(false);
  clock.advance(2 * FIVE_MINUTES);
  watcher.start();
  watcher.stop();
  watcher.stop();
  expect([events, warnings]).toEqual([["watch /share/", "changed film", "end"], []]);
});

test("where some folders cannot be watched it is told once, and watching begins anew after five minutes", () => {
  watcher.start();
  meet("watches");
  meet("watches");
  expect([watcher.limited, events]).toEqual([true, ["watch /share/", "limited"]]);
  expect(warnings[0]).toContain("fs.inotify.max_user_watches");
  clock.advance(FIVE_MINUTES - 1);
  watcher.start();
  expect([watcher.limited, events.slice(2)]).toEqual([true, []]);
  clock.advance(1);
  watcher.start();
  expect([watcher.limited, events.slice(2)]).toEqual([false, ["end", "watch /share/"]]);
});

test("a folder that cannot be watched at all is tried again each time", () => {
  begin = () => {
    throw new Error("no inotify here");
  };
  watcher.start();
  expect([watcher.limited, events]).toEqual([true, []]);
  expect(warnings).toEqual(["changes of the shared folder are found by scanning alone: no inotify here"]);
  begin = () => {};
  watcher.start();
  expect([watcher.limited, events]).toEqual([false, ["watch /share/"]]);
});

test("after the end nothing is limited", () => {
  watcher.start();
  meet("instances");
  expect(warnings[0]).toContain("max_user_instances");
  watcher.stop();
  expect(watcher.limited).toBe(false);
});
