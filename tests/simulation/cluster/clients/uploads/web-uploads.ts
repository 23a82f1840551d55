import type { Central } from "../../../../../src/central/central.ts";
import { FILES_PATH, filePath } from "../../../../../src/http/files/file-path.ts";
import type { HttpRequest } from "../../../../../src/http/server/router.ts";
import type { UploadBackend, UploadRefusal } from "../../../../../src/http/uploads/backend.ts";
import { uploadRoutes } from "../../../../../src/http/uploads/upload-routes.ts";
import { english } from "../../../../../src/sentences/sentence.ts";
import { idOf } from "../../people/content.ts";
import type { CentralUploads } from "../../servers/central-uploads.ts";
import type { SimServer } from "../../servers/sim-server.ts";
import type { ClientUploads } from "./client-uploads.ts";
import type { Stream } from "./stream.ts";
import { begunUpload, type Upload } from "./upload.ts";

/** What a request says of what may be replaced: nothing, that its name must be free, or that it must be as it is now. */
export type Condition = "none" | "free" | "as it is";

/** A request that somebody sends. */
export interface WebPut {
  readonly name: string;
  readonly stream: Stream;
  readonly isLengthSaid: boolean;
  readonly condition: Condition;
  readonly how: "not" | "gone" | "silent";
}

/** How a file was taken that is called otherwise than its sender wanted. */
const CONFLICT = /what was put is (.+)$/;

/** Files that people put over HTTP, at the central: what its HTTP thread does, without a socket. */
export class WebUploads {
  private readonly sites = new WeakMap<Central, CentralUploads>();

  constructor(
    private readonly central: SimServer<Central>,
    private readonly uploads: ClientUploads,
  ) {}

  /** A process of the central has come into being. */
  serves(role: Central, site: CentralUploads): void {
    this.sites.set(role, site);
    site.placed = (name, base) => {
      for (const upload of this.uploads.all)
        if (upload.by === "HTTP" && upload.name === name && upload.base === undefined) upload.base = base;
    };
  }

  newBytes(size: number): Uint8Array {
    return this.uploads.newBytes(size);
  }

  /** Nothing comes of it where no central answers. */
  put(command: WebPut): void {
    const { role, started } = this.central;
    const site = role && this.sites.get(role);
    if (!role || !site || !started) return;
    const { name, stream } = command;
    const current = role.registry.catalogue.get(name)?.id ?? null;
    const asked = { number: this.uploads.all.length + 1, client: "a browser", name, path: "-" };
    const how = { at: null, waitMs: 0, rights: "write", by: "HTTP", streamed: idOf(stream.bytes) } as const;
    const upload = begunUpload({ ...asked, ...how, startedAt: this.central.machine.sim.now });
    if (command.condition === "free") upload.base = null;
    if (command.condition === "as it is") upload.base = current;
    upload.isConditional = command.condition !== "none";
    upload.stopped = command.how !== "not";
    this.uploads.all.push(upload);
    const { process } = site.ports;
    process.onEnd(() => this.ended(upload, { state: "killed" }));
    process.deliver(0, () => void this.handle(site, command, upload));
  }

  private async handle(site: CentralUploads, command: WebPut, upload: Upload): Promise<void> {
    const { clock, files } = site.ports;
    let refusal: UploadRefusal | null = null;
    const told = async <T extends { readonly kind: string }>(answer: Promise<T | UploadRefusal>) => {
      const one = await answer;
      if (one.kind === "refused") refusal = one as UploadRefusal;
      return one;
    };
    const { desk } = site;
    const backend: UploadBackend = {
      possibleUpload: (wanted) => told(desk.possibleUpload(wanted)),
      beginUpload: (wanted) => told(desk.beginUpload(wanted)),
      sendUpload: (number, size) => told(desk.sendUpload(number, size)),
      endUpload: (number) => desk.endUpload(number),
    };
    const [route] = uploadRoutes({ clock, disk: files.disk, backend }, [FILES_PATH]);
    if (!route) throw new Error("there is no route");
    const response = await route.handle(requestOf(site, command, upload));
    const reason = english((refusal as UploadRefusal | null)?.reason ?? `it is answered with ${response.status}`);
    const id = response.headers.get("etag")?.slice(1, -1) ?? upload.streamed ?? "";
    const as = response.ok ? upload.name : CONFLICT.exec(reason)?.[1];
    if (as === undefined) this.ended(upload, { state: "failed", refusal: reason });
    else this.ended(upload, { state: "done", finished: doneAs(upload, as, id, command.stream.bytes.length) });
  }

  private ended(upload: Upload, how: Partial<Upload>): void {
    if (upload.state !== "running") return;
    const { sim } = this.central.machine;
    Object.assign(upload, { endedAt: sim.now, ...how });
    if (sim.traced)
      sim.trace("web", `upload ${upload.number} of ${upload.name}: ${upload.state} ${upload.refusal ?? ""}`);
  }
}

/** What the sender of a request knows when it was taken. */
function doneAs({ name, path }: Upload, as: string, id: string, size: number): Upload["finished"] {
  const figures = { seconds: 0, sentBytes: size, resumedBytes: 0, secondary: null, holders: 1 };
  return { result: { event: "done", name, path, as, size, id, ...figures }, failure: null, refusal: null };
}

/** The request as the route is given it. */
function requestOf({ ports }: CentralUploads, command: WebPut, upload: Upload): HttpRequest {
  const { name, stream, isLengthSaid, condition, how } = command;
  const aborting = new AbortController();
  const headers = new Headers();
  if (condition === "free") headers.set("if-none-match", "*");
  if (condition === "as it is") headers.set("if-match", `"${upload.base}"`);
  const { bytes, blockBytes, pauseMs } = stream;
  const { process } = ports;
  let at = 0;
  const next = () => {
    return new Promise<Uint8Array | null>((resolve, reject) => {
      process.deliver(pauseMs, () => {
        if (how !== "not" && at * 2 >= bytes.length) {
          if (how === "silent") return;
          aborting.abort();
          reject(new Error("the other end is gone"));
        } else if (at >= bytes.length) resolve(null);
        else {
          resolve(bytes.subarray(at, at + blockBytes));
          at += blockBytes;
        }
      });
    });
  };
  const nobody = { by: null, rights: null, version: null, session: NO_SESSIONS } as const;
  return {
    ...nobody,
    raw: new Request(`http://central${filePath(name)}`, { method: "PUT", headers, signal: aborting.signal }),
    method: "PUT",
    rest: name,
    query: new URLSearchParams(),
    remoteHost: "10.0.0.9",
    keepOpen: () => ({ release() {}, cut() {} }),
    body: async () => null,
    content: { length: isLengthSaid ? bytes.length : null, next },
  };
}

const NO_SESSIONS: HttpRequest["session"] = { isNeeded: false, begin: async () => null, end: () => "" };
