import { tellHeldBack } from "../../../src/net/pacing/held-back-notices.ts";
import type { Channel, ChannelHandler } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { Socket, SocketEvents } from "../../../src/net/transport/network.ts";
import { encode } from "../../../src/protocol/codec.ts";
import type { Message, Messages } from "../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../src/protocol/timing.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { pieceCount, pieceLength, pieceSize } from "../../../src/protocol/versions/version.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import type { FakeNetwork } from "../../support/fake-network.ts";
import type { Content } from "./content.ts";

/** Bytes of a block of a scripted source. */
export const BLOCK = 256 * 1024;

/** What a source does with a request for a piece; `count` pieces were asked of it before. */
export type Behaviour =
  | "honest"
  | "wrong bytes"
  | "too many"
  | "too few"
  | "another piece"
  | "refuse"
  | "garbage"
  | "half a frame"
  | "die"
  | "freeze"
  | "unasked"
  | "open twice"
  | "say nothing";

export type Script = (piece: number, count: number) => Behaviour;

export interface SourceOptions {
  readonly script?: Script;
  /** Pieces that it has; absent: all. */
  readonly have?: readonly number[];
  /** What it says of the version's hashes: the right ones, others, that it has no such version, or nothing. */
  readonly manifest?: "right" | "wrong" | "refused" | "none";
  /** It is there, and answers no question about the version. */
  readonly mute?: boolean;
  /** A bitmap that no file of this size has. */
  readonly oddBitmap?: boolean;
  /** Milliseconds for which a limit holds back what is asked for first, as it says. */
  readonly heldBackMs?: number;
}

/** Milliseconds in which all that a source has sent arrives. */
const ARRIVAL = 5;

/** A secondary that serves one file as a script says. */
export class ScriptedSource {
  address: { host: string; port: number };
  /** Pieces that were asked for, over all connections. */
  readonly asked: number[] = [];
  /** Connections that were greeted. */
  greetings = 0;
  /** Times that it was asked for the piece hashes. */
  manifests = 0;
  readonly channels: Channel[] = [];
  options: SourceOptions;
  private stopListening: () => void = () => {};
  private dying = false;

  constructor(
    private readonly clock: FakeClock,
    private readonly network: FakeNetwork,
    readonly number: number,
    private readonly content: Content,
    options: SourceOptions = {},
  ) {
    this.options = options;
    this.address = { host: `s${number}`, port: 50_000 + number };
    this.listen();
  }

  listen(): void {
    this.dying = false;
    const listener = this.network.listen(this.address, (socket) => this.accept(socket));
    this.stopListening = listener.stop;
  }

  /** It is gone from where it was, and listens elsewhere from now on. */
  move(host: string): void {
    this.die();
    this.address = { ...this.address, host };
    this.listen();
  }

  /** It is gone: nobody listens, and all connections break. */
  die(): void {
    this.stopListening();
    for (const connection of this.network.connections)
      if (connection.address.port === this.address.port) connection.break();
  }

  /** What was sent arrives before. */
  private dieSoon(): void {
    this.dying = true;
    this.clock.after(ARRIVAL, () => this.die());
  }

  private accept(socket: Socket): SocketEvents {
    let channel: Channel;
    const handler: ChannelHandler = {
      greeted: () => {
        this.greetings += 1;
      },
      message: (message) => this.received(channel, socket, message),
      block() {},
      drained() {},
      closed() {},
    };
    channel = openChannel(
      socket,
      { clock: this.clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT },
      handler,
    );
    this.channels.push(channel);
    return channel.socketEvents;
  }

  private received(channel: Channel, socket: Socket, message: Message): void {
    if (message.type === "manifest") this.manifests += 1;
    if (this.options.mute) return;
    if (message.type === "open") this.open(channel, message);
    else if (message.type === "manifest") this.manifest(channel, message);
    else if (message.type === "piece") this.piece(channel, socket, message);
  }

  /** It has these pieces, too, from now on. */
  gain(pieces: readonly number[]): void {
    const { id } = this.content.version;
    for (const channel of this.channels) channel.send({ type: "have", id, pieces: [...pieces] });
  }

  private open(channel: Channel, { request }: Messages["open"]): void {
    const { have, oddBitmap } = this.options;
    if (oddBitmap) {
      channel.send({ type: "opened", request, all: false, payload: 500 }, new Uint8Array(500));
    } else if (have) {
      const bitmap = new Bitmap(pieceCount(this.content.version.size));
      for (const piece of have) bitmap.add(piece);
      const payload = bitmap.toBytes();
      channel.send({ type: "opened", request, all: false, payload: payload.length }, payload);
    } else {
      channel.send({ type: "opened", request, all: true, payload: 0 });
    }
  }

  private manifest(channel: Channel, { request }: Messages["manifest"]): void {
    const { manifest = "right" } = this.options;
    if (manifest === "none") return;
    if (manifest === "refused") {
      channel.send({ type: "refusal", request, code: "not-held", message: "not here" });
      return;
    }
    const hashes = new Uint8Array(this.content.hashes);
    if (manifest === "wrong") hashes[3] = (hashes[3] ?? 0) ^ 1;
    channel.send({ type: "hashes", request, payload: hashes.length }, hashes);
  }

  private piece(channel: Channel, socket: Socket, { request, piece }: Messages["piece"]): void {
    if (this.dying) return;
    const count = this.asked.length;
    this.asked.push(piece);
    const bytes = this.bytesOf(piece);
    switch (this.options.script?.(piece, count) ?? "honest") {
      case "honest":
        return this.send(channel, request, bytes);
      case "wrong bytes": {
        const wrong = Buffer.from(bytes);
        wrong[wrong.length - 1] = (wrong[wrong.length - 1] ?? 0) ^ 1;
        return this.send(channel, request, wrong);
      }
      case "too many":
        return this.send(channel, request, Buffer.concat([bytes, Buffer.from("!")]));
      case "too few":
        return this.send(channel, request, bytes.subarray(1));
      case "another piece":
        return this.send(channel, request, this.bytesOf((piece + 1) % pieceCount(this.content.version.size)));
      case "refuse":
        return channel.send({ type: "refusal", request, code: "not-held", message: "not here" });
      case "garbage":
        socket.write(Buffer.from("this is no frame at all, or is it?"));
        return;
      case "half a frame":
        socket.write(encode({ type: "block", request, payload: 1000 }));
        socket.write(new Uint8Array(10));
        return this.dieSoon();
      case "die":
        this.send(channel, request, bytes.subarray(0, bytes.length >> 1));
        return this.dieSoon();
      case "freeze":
        for (const connection of this.network.connections)
          if (connection.address.port === this.address.port) connection.freeze();
        return;
      case "say nothing":
        return;
      case "unasked":
        return channel.send({ type: "block", request: 0xffff_ffff, payload: 3 }, new Uint8Array(3));
      case "open twice":
        channel.send({ type: "opened", request: 1, all: true, payload: 0 });
        channel.send({ type: "hashes", request: 2, payload: 32 }, new Uint8Array(32));
        // A number that stands for no request must not be taken for one.
        channel.send({ type: "opened", request: 0, all: true, payload: 0 });
        channel.send({ type: "hashes", request: 0, payload: 32 }, new Uint8Array(32));
        channel.send({ type: "refusal", request: 0, code: "not-held", message: "not here" });
        return this.send(channel, request, bytes);
    }
  }

  private bytesOf(piece: number): Buffer {
    const { bytes, version } = this.content;
    const start = piece * pieceSize(version.size);
    return bytes.subarray(start, start + pieceLength(version.size, piece));
  }

  private send(channel: Channel, request: number, bytes: Buffer): void {
    const { heldBackMs } = this.options;
    if (heldBackMs === undefined) return this.sendBlocks(channel, request, bytes);
    const stopTelling = tellHeldBack(this.clock, channel);
    this.clock.after(heldBackMs, () => {
      stopTelling();
      this.sendBlocks(channel, request, bytes);
    });
  }

  private sendBlocks(channel: Channel, request: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; done += BLOCK) {
      const block = bytes.subarray(done, done + BLOCK);
      channel.send({ type: "block", request, payload: block.length }, block);
    }
  }
}
