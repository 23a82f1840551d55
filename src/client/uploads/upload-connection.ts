import { tellHeldBack } from "../../net/pacing/held-back-notices.ts";
import { HeldBackPeer } from "../../net/pacing/held-back-peer.ts";
import type { Channel, ChannelHandler, CloseReason } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Network, Socket } from "../../net/transport/network.ts";
import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { type Allowance, UNLIMITED, type Wait } from "../../platform/pacing/allowance.ts";
import { MIB } from "../../platform/units.ts";
import { PeerError } from "../../protocol/errors.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import { MAX_UNTAKEN } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import { Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceLength } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { Silence } from "../../transfer/waiting/silence.ts";
import type { SentFile } from "./sent-file.ts";
import { UploadLost, wrongPieceError } from "./upload-lost.ts";

/** Milliseconds in which a secondary must take what it was sent: its disk may be slow. */
const TAKE_TIMEOUT_MS = 60_000;
/** What a secondary reads at least, of a slow disk that others use too, when it looks at what an earlier try left, or at the whole file. */
const MIN_READ_BYTES_PER_MS = 5_000;
/** Times that one piece may be wrong at the secondary, before it is read here once more to learn whose fault that is. */
const MAX_WRONG = 3;
/** Bytes that are confirmed by the machine of a secondary that is stuck, too: those of a few pings. */
const PINGS_BYTES = 256;
/** There is one upload in each connection. */
const REQUEST = 1;

export interface UploadConnectionDeps {
  readonly clock: Clock;
  readonly network: Pick<Network, "connect">;
  /** As what it connects. Absent: a client. */
  readonly role?: "client" | "central";
  /** What may be sent. Absent: all. */
  readonly sending?: Allowance;
}

/** How far it is, in bytes. */
export interface UploadProgress {
  /** Right and written there, with what was there before. */
  done: number;
  /** What an earlier try had brought, or is of zeros. */
  resumed: number;
  sent: number;
  /** All is there, and the file gets its name. */
  isPublishing: boolean;
}

export interface PutRequest {
  readonly name: string;
  readonly base: string | null;
  readonly file: SentFile;
  /** Microseconds since 1970. */
  readonly modified: number;
}

/** One try to send a file to a secondary, over a connection of its own. */
export class UploadConnection implements ChannelHandler {
  private channel: Channel | null = null;
  private socket: Socket | null = null;
  private settle: { resolve(name: string): void; reject(error: Error): void } = { resolve() {}, reject() {} };
  private over = false;
  /** Pieces that are to be sent, in order. */
  private queue: number[] = [];
  /** The piece of which the next bytes are read. */
  private sending: { readonly piece: number; offset: number } | null = null;
  private reading = false;
  /** Whether the secondary has said what it wants: it has read by then what was there. */
  private begun = false;
  /** Ends the wait for a limit here; null: nothing waits for it. */
  private allowed: (() => void) | null = null;
  private readonly heldBackPeer = new HeldBackPeer();
  private untaken = 0;
  private readonly wrong = new Map<number, number>();
  private cancelTimeout: Cancel = NOTHING_TO_CANCEL;
  /** Since the secondary has said something, or its machine has confirmed bytes. */
  private readonly silence = new Silence();
  /** Bytes that its machine had confirmed when that was looked at last. */
  private confirmed = 0;

  constructor(
    private readonly deps: UploadConnectionDeps,
    private readonly to: SourceAddress,
    private readonly put: PutRequest,
    private readonly progress: UploadProgress,
  ) {}

  /**
   * Resolves with the name that the file has then. Rejects with {@link UploadLost}, with PeerError where the secondary
   * refuses, and where the file cannot be read as SentFile does.
   */
  run(): Promise<string> {
    const { clock, network, role = "client" } = this.deps;
    const { number, host, port } = this.to;
    const address = { host, port };
    const expected = { role: "secondary", address } as const;
    const options = { clock, role, side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
    this.silence.broken(clock.now());
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      network
        .connect(
          address,
          (socket) => {
            const channel = openChannel(socket, options, this);
            this.socket = socket;
            this.channel = channel;
            if (this.over) channel.close({ cause: "ours", message: "stopped" });
            return channel.socketEvents;
          },
          { role: "secondary", number },
        )
        .catch((error: Error) =>
          this.fail(new UploadLost(say("secondary {number}: {why}", { number, why: toldOf(error) }))),
        );
    });
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  /** What it waits for, where it has not gone on for a while; null: it goes on, or the secondary reads all of the file. */
  waitsFor(): "secondary" | "limit" | null {
    const now = this.deps.clock.now();
    const confirmed = this.socket?.progress?.()?.acknowledged ?? 0;
    if (confirmed > this.confirmed + PINGS_BYTES) {
      this.silence.broken(now);
      this.confirmed = confirmed;
    }
    if (!this.silence.isNoticed(now) || this.progress.isPublishing) return null;
    return this.allowed !== null || this.heldBackPeer.isHeldBack ? "limit" : "secondary";
  }

  /** Ends it; what has come there is kept there. */
  stop(): void {
    this.fail(new UploadLost(say("it was stopped")));
  }

  greeted(): void {
    const { name, base, file, modified } = this.put;
    const { version, hashes } = file;
    const request = {
      type: "put",
      request: REQUEST,
      name,
      ...version,
      modified,
      base,
      payload: hashes.length,
    } as const;
    this.channel?.send(request, hashes);
    this.expectAnswer();
  }

  message(message: Message, payload: Uint8Array): void {
    this.silence.broken(this.deps.clock.now());
    if (message.type === "held-back") {
      if (this.heldBackPeer.saidSo(this.deps.clock.now())) this.expectAnswer();
      return;
    }
    this.heldBackPeer.progressed();
    if (!("request" in message) || message.request !== REQUEST) return;
    if (message.type === "wanted") this.begin(payload);
    else if (message.type === "taken") this.taken(message.piece, message.state);
    else if (message.type === "published") this.end(() => this.settle.resolve(message.name));
    else if (message.type === "refusal") this.fail(new PeerError(message.code, unwired(message)));
  }

  closed({ message, error }: CloseReason): void {
    this.fail(error ?? new UploadLost(say("secondary {number}: {why}", { number: this.to.number, why: message })));
  }

  private begin(payload: Uint8Array): void {
    const { size } = this.put.file.version;
    const wanted = Bitmap.from(pieceCount(size), payload);
    if (!wanted)
      return this.fail(
        new UploadLost(say("secondary {number} wants pieces that there are not", { number: this.to.number })),
      );
    this.begun = true;
    this.queue = Array.from({ length: wanted.length }, (_, piece) => piece).filter((piece) => wanted.has(piece));
    this.progress.resumed = size - bytesOf(wanted, size);
    this.progress.done = this.progress.resumed;
    this.goOn();
  }

  private taken(piece: number, state: "part" | "right" | "wrong"): void {
    this.untaken = Math.max(0, this.untaken - 1);
    if (state === "right") this.progress.done += pieceLength(this.put.file.version.size, piece);
    if (state === "wrong") {
      const times = (this.wrong.get(piece) ?? 0) + 1;
      this.wrong.set(piece, times);
      if (times >= MAX_WRONG)
        return void wrongPieceError(this.put.file, piece, this.to.number).then((error) => this.fail(error));
      this.queue.push(piece);
    }
    this.goOn();
  }

  /** Sends as much as may be under way, and publishes once nothing is left. */
  private goOn(): void {
    if (this.over || this.progress.isPublishing) return;
    if (this.untaken < MAX_UNTAKEN && !this.reading) {
      this.sending ??= this.nextPiece();
      if (this.sending) void this.sendNext(this.sending);
    }
    if (this.untaken === 0 && !this.sending && !this.reading) return this.publish();
    this.expectAnswer();
  }

  private nextPiece(): { readonly piece: number; offset: number } | null {
    const piece = this.queue.shift();
    return piece === undefined ? null : { piece, offset: 0 };
  }

  private async sendNext(sending: { readonly piece: number; offset: number }): Promise<void> {
    const { file } = this.put;
    const { piece, offset } = sending;
    const whole = pieceLength(file.version.size, piece);
    const { sending: allowance = UNLIMITED } = this.deps;
    const length = Math.min(MIB, allowance.quantum ?? MIB, whole - offset);
    this.reading = true;
    try {
      const wait = allowance.consume(length);
      if (wait) await this.untilAllowed(wait);
      const bytes = this.over ? null : await file.read(piece, offset, length);
      if (this.over || !bytes) return;
      this.untaken += 1;
      this.progress.sent += length;
      sending.offset += length;
      if (sending.offset === whole) this.sending = null;
      this.channel?.send({ type: "give", request: REQUEST, piece, payload: length }, bytes);
    } catch (error) {
      this.fail(error as Error);
    } finally {
      this.reading = false;
    }
    this.goOn();
  }

  private async untilAllowed(wait: Wait): Promise<void> {
    const { channel } = this;
    const stopTelling = channel && tellHeldBack(this.deps.clock, channel);
    await new Promise<void>((resolve) => {
      const cancel = wait(resolve);
      this.allowed = () => {
        cancel();
        resolve();
      };
      this.expectAnswer();
    });
    stopTelling?.();
    this.allowed = null;
    this.expectAnswer();
  }

  private publish(): void {
    this.progress.isPublishing = true;
    this.channel?.send({ type: "publish", request: REQUEST });
    this.expectAnswer();
  }

  private expectAnswer(): void {
    this.cancelTimeout();
    // With nothing untaken it is the secondary that waits.
    if (this.over || (this.allowed && this.untaken === 0)) return;
    const readsAll = !this.begun || this.progress.isPublishing;
    const readMs = readsAll ? this.put.file.version.size / MIN_READ_BYTES_PER_MS : 0;
    this.cancelTimeout = this.deps.clock.after(TAKE_TIMEOUT_MS + readMs, () => {
      this.fail(new UploadLost(say("secondary {number} takes nothing any more", { number: this.to.number })));
    });
  }

  private fail(error: Error): void {
    this.end(() => this.settle.reject(error));
  }

  private end(settle: () => void): void {
    if (this.over) return;
    this.over = true;
    this.cancelTimeout();
    this.allowed?.();
    this.channel?.close({ cause: "ours", message: "done" });
    settle();
  }
}
