import fs from "node:fs";
import path from "node:path";
import { CentralSession } from "../../../../src/client/central-session.ts";
import { UploadJob, type UploadJobDeps, type UploadJobOptions } from "../../../../src/client/uploads/upload-job.ts";
import { SessionPlaces } from "../../../../src/client/uploads/upload-places.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import type { ErrorCode } from "../../../../src/protocol/errors.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { SECONDARY, UploadFixture } from "../../secondary/uploads/upload-fixture.ts";
import { content } from "../../transfer/content.ts";
import { CENTRAL, ScriptedCentral } from "../scripted-central.ts";

export const FILE = content(3 * 1024 * 1024 + 77);

/** A client with a file, a central that follows a script, and a secondary that takes what is put. */
export class UploadJobFixture {
  /** What the central says to `place`: the version that is replaced, or why not. */
  base: string | null = null;
  refusal: { readonly code: ErrorCode; readonly message: string } | null = null;
  isThere = false;
  /** It answers nothing; or says nobody who has a file. */
  silent = false;
  untold = false;
  /** Whether it was asked who has a file. */
  watched = false;
  /** What was asked for with `at`. */
  readonly asked: (number | null)[] = [];
  /** What becomes of a file at the secondary before it is synced. */
  spoil: (fd: number) => void = () => {};
  /** What becomes of what was written there. */
  written: (fd: number) => void = () => {};
  readonly secondary: UploadFixture;
  readonly central: ScriptedCentral;
  readonly session: CentralSession;
  readonly deps: UploadJobDeps;
  readonly file = path.join(temporaryFolder(), "film.mkv");

  constructor() {
    const sync = (fd: number) => {
      this.spoil(fd);
      return systemDisk.sync(fd);
    };
    const write: typeof systemDisk.write = async (fd, bytes, position) => {
      await systemDisk.write(fd, bytes, position);
      this.written(fd);
    };
    this.secondary = new UploadFixture({ disk: { sync, write } });
    const { network, index } = this.secondary;
    const { clock } = index;
    this.central = new ScriptedCentral(clock, network);
    const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(7) };
    const ports = { clock, random, network, log: silentLog };
    this.session = new CentralSession(ports, CENTRAL, "ana", () => {});
    const hasher = inlineHashing(systemBlockingDisk, silentLog);
    const places = new SessionPlaces({ ...ports, session: this.session });
    this.deps = { ...ports, disk: systemDisk, hasher, places };
    fs.writeFileSync(this.file, FILE.bytes);
    this.central.answer = (message) => this.answer(message);
    this.central.start();
    this.session.start();
  }

  async stop(): Promise<void> {
    this.session.stop();
    await this.secondary.stop();
  }

  get options(): UploadJobOptions {
    return { path: this.file, label: "film.mkv", name: "film.mkv", at: null, giveUpAfterMs: 5000 };
  }

  job(changes: Partial<UploadJobOptions> = {}): UploadJob {
    return new UploadJob(this.deps, { ...this.options, ...changes });
  }

  /** `step`: milliseconds of the clock between two looks. */
  ending(one: UploadJob, step?: number) {
    return driveThrough(this.secondary.index.clock, one.ended, step);
  }

  private answer(message: Message): void {
    const { central } = this;
    if (message.type === "place") {
      const { request } = message;
      this.asked.push(message.at);
      if (this.silent) return;
      if (this.refusal) central.send({ type: "refusal", request, ...this.refusal });
      else central.send({ type: "placed", request, base: this.base, to: this.isThere ? null : SECONDARY });
    } else if (message.type === "watch") {
      this.watched = true;
      if (this.untold) return;
      const { name, id } = message;
      const sources = [SECONDARY, { ...SECONDARY, number: 2, partial: true }];
      central.send({ type: "sources", name, id, sources, superseded: false });
    }
  }
}
