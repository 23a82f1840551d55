import type { Channel } from "../../net/session/channel.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { Central } from "../central.ts";
import type { Session } from "./session.ts";

/** Most bytes of names in one page, so that a page of long names is not a large frame. */
const MAX_PAGE_BYTES = 128 * 1024;

/** The central's end of a client's session. */
export class ClientSession implements Session {
  private client = "";

  constructor(
    private readonly central: Central,
    readonly key: number,
    readonly channel: Channel,
  ) {}

  message(message: Message): void {
    switch (message.type) {
      case "enter":
        return this.enter(message.name);
      case "list":
        return this.list(message);
      case "status":
        return this.status(message.request);
      case "tally":
        void this.tally(message);
        return;
      case "download":
        return this.central.downloads.request(this, this.client, message);
      case "progress":
        return this.central.admission.progress(message.download, message.bytes);
      case "finish":
        return this.central.downloads.recordOutcome(this, message.report);
      case "watch":
        return this.central.sourceNews.subscribe(this, message);
      case "unwatch":
        return this.central.sourceNews.unsubscribe(this, message);
      case "accuse":
        return this.central.accuse(message, `client ${this.client}`);
      default:
        return;
    }
  }

  closed(): void {
    this.central.visitorLost(this);
  }

  private enter(name: string): void {
    this.client = name;
    this.channel.markJoined();
    const missing = this.central.missing();
    this.channel.send({ type: "entered", synchronized: missing === null, missing: missing ?? "" });
  }

  private list({ request, after }: Messages["list"]): void {
    const missing = this.central.missing();
    if (missing !== null) {
      this.channel.send({ type: "refusal", request, code: "not-synchronized", message: missing });
      return;
    }
    const { registry } = this.central;
    const files: Messages["listing"]["files"] = [];
    let bytes = 0;
    let more = false;
    for (const entry of registry.catalogue.after(after)) {
      if (files.length === MAX_BATCH || bytes > MAX_PAGE_BYTES) {
        more = true;
        break;
      }
      bytes += entry.name.length;
      const { name, size, id, blake3 } = entry;
      files.push({ name, size, id, blake3, sha256: null, sources: registry.sources.countHolders(entry) });
    }
    this.channel.send({ type: "listing", request, files, more });
  }

  private status(request: number): void {
    const missing = this.central.missing();
    const { activeCount, waitingCount } = this.central.admission;
    this.channel.send({
      type: "state",
      request,
      synchronized: missing === null,
      missing: missing ?? "",
      secondaries: this.central.secondaries(),
      active: activeCount,
      waiting: waitingCount,
    });
  }

  private async tally({ request, of, after }: Messages["tally"]): Promise<void> {
    try {
      const rows = await this.central.tally(of, after, MAX_BATCH + 1);
      this.channel.send({ type: "tallied", request, rows: rows.slice(0, MAX_BATCH), more: rows.length > MAX_BATCH });
    } catch (error) {
      const message = `the statistics cannot be read: ${(error as Error).message}`.slice(0, 1000);
      this.channel.send({ type: "refusal", request, code: "unreadable", message });
    }
  }
}
