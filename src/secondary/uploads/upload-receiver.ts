import { HeldBackPeer } from "../../net/pacing/held-back-peer.ts";
import type { Channel } from "../../net/session/channel.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import { saidBytes } from "../../platform/units.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { MAX_UNTAKEN, UPLOAD_IDLE_BYTES, UPLOAD_IDLE_MS } from "../../protocol/limits.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { hashesMatch } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { refuse } from "../serving/refusals.ts";
import type { Upload } from "./upload.ts";
import { refusalIn } from "./upload-refused.ts";
import type { Uploads } from "./uploads.ts";

export interface UploadReceiverDeps {
  readonly clock: Clock;
  readonly uploads: Pick<Uploads, "begin" | "publish" | "end">;
}

/** The upload of a session, from `put` until it is published, refused, or the session ends. */
interface Current {
  readonly request: number;
  /** Null while it is being prepared. */
  upload: Upload | null;
  /** Payloads that are not answered yet. */
  untaken: number;
  /** Bytes that have come of the payload that is coming. */
  coming: number;
  /** Bytes that have come since it was last seen to go on. */
  fresh: number;
  cancelIdle: Cancel;
}

/** The secondary's end of what a client sends. Throws ProtocolError for what may not come. */
export class UploadReceiver {
  private current: Current | null = null;
  private closed = false;
  /** The highest request whose upload is over: what comes for it was on its way then. */
  private lastEnded = -1;
  private readonly heldBackPeer = new HeldBackPeer();

  constructor(
    private readonly deps: UploadReceiverDeps,
    private readonly channel: Channel,
  ) {}

  /** Whether a file is being sent. */
  get isReceiving(): boolean {
    return this.current !== null;
  }

  put(message: Messages["put"], hashes: Uint8Array): void {
    const { request, name, id, size, modified, base } = message;
    const version = { id, size };
    if (!hashesMatch(version, hashes)) throw new ProtocolError("put has piece hashes that are not those of its id");
    if (request <= this.lastEnded) throw new ProtocolError("put has the number of an upload that is over");
    if (this.current) return refuse(this.channel, request, "busy", say("another file is being sent in this session"));
    const current: Current = { request, upload: null, untaken: 0, coming: 0, fresh: 0, cancelIdle: () => {} };
    this.current = current;
    const spec = { name, version, hashes, modified, base, by: this.sender() };
    void this.deps.uploads.begin(spec).then(
      (upload) => this.begun(current, upload),
      (error: unknown) => this.refused(current, error),
    );
  }

  /** Whether the payload of a `give` is waited for: no memory is taken for one that is not. */
  acceptsPayload({ request }: Messages["give"]): boolean {
    const current = this.currentOf(request, "give");
    if (!current) return false;
    if (!current.upload) throw new ProtocolError("give came before wanted");
    if (current.untaken >= MAX_UNTAKEN) throw new ProtocolError(`more than ${MAX_UNTAKEN} payloads wait for taken`);
    if (!current.upload.isOver) return true;
    this.refused(current, current.upload.whyOver);
    return false;
  }

  /** Bytes of such a payload have come, which is not whole yet. */
  bytesCame({ request }: Messages["give"], bytes: number): void {
    const { current } = this;
    if (current?.request !== request) return;
    current.coming += bytes;
    this.wentOn(current, bytes);
  }

  give({ request, piece }: Messages["give"], bytes: Uint8Array): void {
    const current = this.currentOf(request, "give");
    if (!current) return;
    if (!current.upload) throw new ProtocolError("give came before wanted");
    if (current.upload.isOver) return this.refused(current, current.upload.whyOver);
    current.untaken += 1;
    this.wentOn(current, bytes.length - current.coming);
    current.coming = 0;
    void current.upload.give(piece, bytes).then(
      (state) => {
        current.untaken -= 1;
        if (this.current !== current) return;
        // No piece is right twice.
        if (state === "right") this.awaitNext(current);
        this.channel.send({ type: "taken", request, piece, state });
      },
      (error: unknown) => this.refused(current, error),
    );
  }

  /** A limit of the client holds back what is to follow. */
  peerHeldBack(): void {
    if (this.heldBackPeer.saidSo(this.deps.clock.now())) this.renewWait();
  }

  /** A limit here keeps what the client has sent from coming. */
  heldBack(): void {
    this.channel.send({ type: "held-back" });
    this.renewWait();
  }

  publish({ request }: Messages["publish"]): void {
    const current = this.currentOf(request, "publish");
    if (!current) return;
    if (!current.upload) throw new ProtocolError("publish came before wanted");
    if (current.upload.isOver) return this.refused(current, current.upload.whyOver);
    const published = this.deps.uploads.publish(current.upload);
    current.cancelIdle();
    void published.then(
      (name) => {
        if (this.current === current) this.channel.send({ type: "published", request, name });
        this.end(current, true);
      },
      (error: unknown) => this.refused(current, error),
    );
  }

  /** The session has ended. One that is being published gets its name all the same. */
  close(): void {
    this.closed = true;
    const { current } = this;
    this.current = null;
    if (!current) return;
    current.cancelIdle();
    if (current.upload && !current.upload.isPublishing) void this.deps.uploads.end(current.upload);
  }

  /** Null for what belongs to an upload that was refused, and was on its way then. */
  private currentOf(request: number, type: string): Current | null {
    if (this.current?.request === request) return this.current;
    if (request > this.lastEnded) throw new ProtocolError(`${type} belongs to no upload`);
    return null;
  }

  private begun(current: Current, upload: Upload): void {
    if (this.closed || this.current !== current) return void this.deps.uploads.end(upload);
    current.upload = upload;
    this.awaitNext(current);
    const payload = upload.wanted.toBytes();
    this.channel.send({ type: "wanted", request: current.request, payload: payload.length }, payload);
  }

  private refused(current: Current, error: unknown): void {
    const { code, told } = refusalIn(error);
    const wasCurrent = this.current === current;
    this.end(current, false);
    if (wasCurrent) refuse(this.channel, current.request, code, told);
  }

  private end(current: Current, published: boolean): void {
    current.cancelIdle();
    if (this.current === current) {
      this.current = null;
      this.lastEnded = Math.max(this.lastEnded, current.request);
    }
    if (current.upload) void this.deps.uploads.end(current.upload, published);
  }

  /** Few bytes now and then are not enough: whoever sends them holds a place, the content and room on the disk. */
  private wentOn(current: Current, bytes: number): void {
    current.fresh += bytes;
    if (current.fresh >= UPLOAD_IDLE_BYTES) this.awaitNext(current);
  }

  /** The client is not to blame that nothing has come. */
  private renewWait(): void {
    const { current } = this;
    if (current?.upload && !current.upload.isPublishing) this.startWait(current);
  }

  private awaitNext(current: Current): void {
    this.heldBackPeer.progressed();
    current.fresh = 0;
    this.startWait(current);
  }

  private startWait(current: Current): void {
    current.cancelIdle();
    current.cancelIdle = this.deps.clock.after(UPLOAD_IDLE_MS, () => {
      if (this.current !== current) return;
      // It is this disk that is slow.
      if (current.untaken > 0) return this.awaitNext(current);
      this.end(current, false);
      const little = say("less than {bytes} of the file came in {seconds} s", {
        ...{ bytes: saidBytes(UPLOAD_IDLE_BYTES), seconds: UPLOAD_IDLE_MS / 1000 },
      });
      refuse(this.channel, current.request, "busy", little);
    });
  }

  private sender(): string {
    const { identity, remoteHost } = this.channel;
    if (identity?.role === "central") return "the central";
    return identity?.role === "client" ? `client ${identity.name}` : `a client at ${remoteHost}`;
  }
}
