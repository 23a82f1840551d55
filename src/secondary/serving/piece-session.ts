import { authenticatedReport } from "../../net/session/authenticated.ts";
import type { Channel, ChannelHandler, CloseReason } from "../../net/session/channel.ts";
import type { ServerLoad } from "../../net/session/fairness/server-load.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Socket } from "../../net/transport/network.ts";
import { BoundedWork } from "../../platform/bounded-work.ts";
import { chunksOf } from "../../platform/chunks.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { hex } from "../../platform/hash.ts";
import type { Log } from "../../platform/log/log.ts";
import { NO_BYTES } from "../../platform/memory.ts";
import { ID_BYTES, MAX_BATCH } from "../../protocol/fields.ts";
import { MAX_QUESTIONS_PER_SESSION, MAX_REPORTS_PER_SESSION } from "../../protocol/limits.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import type { SendingPace } from "../pacing/sending-pace.ts";
import { UploadReceiver } from "../uploads/upload-receiver.ts";
import type { Uploads } from "../uploads/uploads.ts";
import { PieceResponder } from "./piece-responder.ts";
import type { PieceStore, ReadableVersion, SmallFiles } from "./piece-store.ts";
import { refuse, refuseTooMany, refuseUnreadable } from "./refusals.ts";

export interface PieceSessionDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Pick<Log, "warn" | "error">;
  readonly pieces: PieceStore;
  readonly smallFiles: SmallFiles;
  readonly uploads: Pick<Uploads, "begin" | "publish" | "end">;
  readonly load: ServerLoad;
  readonly sent: SentBytes;
  /** What may be sent to whom. */
  readonly pace: Pick<SendingPace, "allowance">;
  /** The first piece of this download of this file goes out. */
  served(download: string, name: string): void;
  /** A client cannot reach the central, and sends its report here; resolves with whether it is stored. */
  storeReport(report: Report): Promise<boolean>;
  greeted(session: PieceSession): void;
  closed(session: PieceSession, reason: CloseReason): void;
}

/** Bytes of files that have gone out, by who asked for them. */
export type SentBytes = Record<Exclude<Role, "central">, number>;

/** A question about a version. */
type VersionQuestion = Messages["open"] | Messages["manifest"];

/** The connection of one client or secondary that downloads from here, or of a client that sends a file. */
export class PieceSession implements ChannelHandler {
  readonly channel: Channel;
  private readonly responder: PieceResponder;
  private readonly receiver: UploadReceiver;
  private peer: keyof SentBytes | null = null;
  /** What is being downloaded for a client, for the statistics; `counted`: a piece has gone out. */
  private download: { readonly id: string; readonly name: string; counted: boolean } | null = null;
  /** The version of a copy in progress whose new pieces the peer is notified of. */
  private subscription: string | null = null;
  /** Questions about a version that is expected and has no piece here yet: at most one of each kind. */
  private postponed: VersionQuestion[] = [];
  private readonly questions = new BoundedWork(MAX_QUESTIONS_PER_SESSION);
  private readonly reports = new BoundedWork(MAX_REPORTS_PER_SESSION);

  constructor(
    private readonly deps: PieceSessionDeps,
    socket: Socket,
  ) {
    const { clock, load } = deps;
    const options = { clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT, load } as const;
    this.channel = openChannel(socket, options, this);
    this.receiver = new UploadReceiver(deps, this.channel);
    this.responder = new PieceResponder({
      ...deps,
      channel: this.channel,
      allowance: () => deps.pace.allowance(this.peer ?? "client"),
      serving: () => this.countDownload(),
      sent: (bytes) => {
        if (this.peer) deps.sent[this.peer] += bytes;
      },
    });
  }

  /** Who asks; null before the greeting is over. */
  get role(): keyof SentBytes | null {
    return this.peer;
  }

  /** Whether it waits for files, or is being sent some. */
  get isServed(): boolean {
    return this.responder.isAnswering;
  }

  /** The client's download that this connection is for. */
  get activeDownload(): { readonly id: string; readonly name: string } | null {
    return this.download;
  }

  /** Whether a client is sending a file. */
  get receivesFile(): boolean {
    return this.receiver.isReceiving;
  }

  stop(): void {
    this.channel.fail("stopping", "this secondary is stopping");
  }

  /** A copy in progress has more verified pieces. */
  piecesAdded(id: string, pieces: readonly number[]): void {
    if (this.subscription !== id) return;
    for (const some of chunksOf(pieces, MAX_BATCH)) this.channel.send({ type: "have", id, pieces: some });
  }

  /** Other versions are here, or expected, than before: questions that were postponed may have an answer now. */
  availabilityChanged(): void {
    const { postponed } = this;
    this.postponed = [];
    for (const question of postponed) this.message(question, NO_BYTES);
  }

  greeted(peer: Role): void {
    if (peer !== "central") this.peer = peer;
    this.deps.greeted(this);
  }

  message(message: Message, payload: Uint8Array): void {
    switch (message.type) {
      case "open":
        return this.ask(message, () => this.open(message));
      case "manifest":
        return this.ask(message, () => this.sendHashes(message));
      case "piece":
        return this.responder.requestPiece(message);
      case "files":
        return this.responder.requestFiles(message.request, idsIn(payload));
      case "cancel":
        return this.responder.cancel(message.request);
      case "put":
        return this.receiver.put(message, payload);
      case "give":
        return this.receiver.give(message, payload);
      case "publish":
        return this.receiver.publish(message);
      case "held-back":
        return this.receiver.peerHeldBack();
      case "finish":
        // Without an answer the client sends it to another secondary.
        this.reports.run(() => this.relayReport(authenticatedReport(message.report, this.channel.identity)));
        return;
      default:
        return;
    }
  }

  acceptsPayload(message: Message): boolean {
    return message.type !== "give" || this.receiver.acceptsPayload(message);
  }

  payloadBytes(message: Message, bytes: number): void {
    if (message.type === "give") this.receiver.bytesCame(message, bytes);
  }

  drained(): void {
    this.responder.drained();
  }

  heldBack(): void {
    this.receiver.heldBack();
  }

  closed(reason: CloseReason): void {
    this.responder.close();
    this.receiver.close();
    this.deps.closed(this, reason);
  }

  private ask({ request }: VersionQuestion, answer: () => Promise<void>): void {
    if (!this.questions.run(answer)) refuseTooMany(this.channel, this.deps.log, request, "questions");
  }

  private async open(question: Messages["open"]): Promise<void> {
    const { request, id, name, download } = question;
    let version: ReadableVersion | null;
    try {
      version = await this.deps.pieces.acquire(id);
    } catch (error) {
      return refuseUnreadable(this.channel, this.deps.log, request, error);
    }
    if (!version) return this.refuseOrPostpone(question, say("{name} is not held here in this version", { name }));
    const bitmap = version.bitmap();
    version.release();
    this.subscription = bitmap ? id : null;
    if (download) this.download = { id: download, name, counted: false };
    const payload = bitmap ?? NO_BYTES;
    this.channel.send({ type: "opened", request, all: bitmap === null, payload: payload.length }, payload);
  }

  private async sendHashes(question: Messages["manifest"]): Promise<void> {
    const { request, id } = question;
    const hashes = await this.deps.pieces.hashes(id).catch(() => null);
    if (!hashes) return this.refuseOrPostpone(question, say("the version is not held here"));
    this.channel.send({ type: "hashes", request, payload: hashes.length }, hashes);
  }

  private async relayReport(report: Report): Promise<void> {
    if (await this.deps.storeReport(report)) this.channel.send({ type: "counted", download: report.download });
  }

  /** Refuses a question about a version that is not here; it is postponed while the version is expected. */
  private refuseOrPostpone(question: VersionQuestion, message: Told): void {
    if (!this.deps.pieces.expects(question.id)) return refuse(this.channel, question.request, "not-held", message);
    const earlier = this.postponed.find(({ type }) => type === question.type);
    if (earlier) refuse(this.channel, earlier.request, "busy", say("another version was asked for"));
    this.postponed = [...this.postponed.filter((one) => one !== earlier), question];
  }

  /** A piece goes out: the first one makes the download count. */
  private countDownload(): void {
    if (!this.download || this.download.counted) return;
    this.download.counted = true;
    this.deps.served(this.download.id, this.download.name);
  }
}

/** The ids of versions in the payload of `files`. */
function idsIn(payload: Uint8Array): string[] {
  return Array.from({ length: payload.length / ID_BYTES }, (_, index) =>
    hex(payload.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)),
  );
}
